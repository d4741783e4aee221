/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which instructions of AArch64 matter to the sanitizer, and what their fields are (Arm DDI 0487, C4.1).
 */
#ifndef TESTS_SILICON_SANITIZER_DECODE_H
#define TESTS_SILICON_SANITIZER_DECODE_H

#include <stdint.h>

enum op_kind {
    OP_OTHER,
    OP_MEMORY, /* may load or store */
    OP_MSR,    /* only of the registers of enum reg */
    OP_MRS,
    OP_TLBI,
    OP_DC,
    OP_IC,
    OP_AT,
    OP_DSB,
    OP_DMB,
    OP_ISB,
    OP_SB,
    OP_ERET,
    OP_HVC,
    OP_SMC,
};

/* The system registers that matter. */
enum reg {
    REG_SCTLR_EL1,
    REG_SCTLR_EL2,
    REG_HCR_EL2,
    REG_VTCR_EL2,
    REG_VTTBR_EL2,
    REG_TCR_EL1,
    REG_TTBR0_EL1,
    REG_TTBR1_EL1,
    REG_MAIR_EL1,
    REG_TCR_EL2,
    REG_TTBR0_EL2,
    REG_MAIR_EL2,
    REG_VBAR_EL2,
    REG_CPTR_EL2,
    REG_ICC_SGI1R_EL1,
    REGS
};

/* The part of an encoding of DC, IC, TLBI and AT that tells them apart, for `operation` below. */
#define OPERATION(op1, crn, crm, op2) ((uint32_t)(op1) << 11 | (uint32_t)(crn) << 7 | (uint32_t)(crm) << 3 | (uint32_t)(op2))

#define IC_IALLUIS OPERATION(0, 7, 1, 0)
#define IC_IALLU OPERATION(0, 7, 5, 0)
#define IC_IVAU OPERATION(3, 7, 5, 1)
#define DC_IVAC OPERATION(0, 7, 6, 1)
#define DC_ISW OPERATION(0, 7, 6, 2)
#define DC_CSW OPERATION(0, 7, 10, 2)
#define DC_CISW OPERATION(0, 7, 14, 2)
#define DC_ZVA OPERATION(3, 7, 4, 1)
#define DC_CVAC OPERATION(3, 7, 10, 1)
#define DC_CVAU OPERATION(3, 7, 11, 1)
#define DC_CIVAC OPERATION(3, 7, 14, 1)

/* Barrier options (CRm): domain in bits 3:2, types in bits 1:0. */
#define BARRIER_DOMAIN(option) ((uint32_t)(option) >> 2)
#define BARRIER_TYPES(option) ((uint32_t)(option) & 3U)
enum barrier_domain { DOMAIN_OUTER, DOMAIN_LOCAL, DOMAIN_INNER, DOMAIN_SYSTEM };
enum barrier_types { TYPES_NONE, TYPES_LOADS, TYPES_STORES, TYPES_ALL };

struct op {
    enum op_kind kind;
    uint32_t rt;        /* general register, 31: XZR */
    uint32_t operation; /* TLBI, DC, IC, AT: OPERATION(...) */
    uint32_t option;    /* DSB, DMB */
    enum reg reg;       /* MSR, MRS */
};

struct op decode(uint32_t opcode);

static inline uint32_t operation_crm(uint32_t operation)
{
    return operation >> 3 & 0xfU;
}
static inline uint32_t operation_op1(uint32_t operation)
{
    return operation >> 11 & 7U;
}
static inline uint32_t operation_op2(uint32_t operation)
{
    return operation & 7U;
}

#endif
