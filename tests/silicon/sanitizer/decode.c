/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding: Arm DDI 0487, C4.1, "System instructions", "Barriers", "Exception generation", "Loads and stores". */
#include "tests/silicon/sanitizer/decode.h"

#include <stdbool.h>
#include <stddef.h>

#define SYSTEM_REGISTER(op0, op1, crn, crm, op2) ((uint32_t)(op0) << 14 | OPERATION(op1, crn, crm, op2))

static const uint32_t encodings[REGS] = {
    [REG_SCTLR_EL1] = SYSTEM_REGISTER(3, 0, 1, 0, 0),       [REG_SCTLR_EL2] = SYSTEM_REGISTER(3, 4, 1, 0, 0),
    [REG_HCR_EL2] = SYSTEM_REGISTER(3, 4, 1, 1, 0),         [REG_VTCR_EL2] = SYSTEM_REGISTER(3, 4, 2, 1, 2),
    [REG_VTTBR_EL2] = SYSTEM_REGISTER(3, 4, 2, 1, 0),       [REG_TCR_EL1] = SYSTEM_REGISTER(3, 0, 2, 0, 2),
    [REG_TTBR0_EL1] = SYSTEM_REGISTER(3, 0, 2, 0, 0),       [REG_TTBR1_EL1] = SYSTEM_REGISTER(3, 0, 2, 0, 1),
    [REG_MAIR_EL1] = SYSTEM_REGISTER(3, 0, 10, 2, 0),       [REG_TCR_EL2] = SYSTEM_REGISTER(3, 4, 2, 0, 2),
    [REG_TTBR0_EL2] = SYSTEM_REGISTER(3, 4, 2, 0, 0),       [REG_MAIR_EL2] = SYSTEM_REGISTER(3, 4, 10, 2, 0),
    [REG_VBAR_EL2] = SYSTEM_REGISTER(3, 4, 12, 0, 0),       [REG_CPTR_EL2] = SYSTEM_REGISTER(3, 4, 1, 1, 2),
    [REG_ICC_SGI1R_EL1] = SYSTEM_REGISTER(3, 0, 12, 11, 5),
};

static uint32_t operation_of(uint32_t opcode)
{
    return opcode >> 5 & 0x3fffU;
}

static enum op_kind barrier_kind(uint32_t op2)
{
    static const enum op_kind kinds[8] = {[4] = OP_DSB, [5] = OP_DMB, [6] = OP_ISB, [7] = OP_SB};

    return kinds[op2];
}

static struct op register_move(uint32_t opcode)
{
    struct op op = {.kind = OP_OTHER, .rt = opcode & 0x1fU};
    uint32_t encoding = opcode >> 5 & 0xffffU;

    for (uint32_t reg = 0U; reg < REGS; reg++) {
        if (encodings[reg] == encoding) {
            op.kind = (opcode & 1U << 21) != 0U ? OP_MRS : OP_MSR;
            op.reg = (enum reg)reg;
        }
    }
    return op;
}

/* SYS: op0 = 1. DC and IC share a space (CRn 7); so does AT, with CRm 8. */
static struct op system_operation(uint32_t opcode)
{
    struct op op = {.kind = OP_OTHER, .rt = opcode & 0x1fU, .operation = operation_of(opcode)};
    uint32_t crn = op.operation >> 7 & 0xfU;
    uint32_t crm = operation_crm(op.operation);

    if (crn == 8U) {
        op.kind = OP_TLBI;
    } else if (crn == 7U && crm == 8U) {
        op.kind = OP_AT;
    } else if (crn == 7U && (crm == 1U || crm == 5U)) {
        op.kind = OP_IC;
    } else if (crn == 7U) {
        op.kind = OP_DC;
    }
    return op;
}

static bool is_eret(uint32_t opcode)
{
    return opcode == 0xd69f03e0U || opcode == 0xd69f0bffU || opcode == 0xd69f0fffU; /* ERET, ERETAA, ERETAB */
}

struct op decode(uint32_t opcode)
{
    struct op op = {.kind = OP_OTHER};

    if ((opcode & 0xfffff01fU) == 0xd503301fU) {
        op.kind = barrier_kind(opcode >> 5 & 7U);
        op.option = opcode >> 8 & 0xfU;
    } else if ((opcode & 0xfff80000U) == 0xd5080000U) {
        op = system_operation(opcode);
    } else if ((opcode & 0xffd00000U) == 0xd5100000U) {
        op = register_move(opcode);
    } else if (is_eret(opcode)) {
        op.kind = OP_ERET;
    } else if ((opcode & 0xffe0001fU) == 0xd4000002U) {
        op.kind = OP_HVC;
    } else if ((opcode & 0xffe0001fU) == 0xd4000003U) {
        op.kind = OP_SMC;
    } else if ((opcode & 0x0a000000U) == 0x08000000U) {
        op.kind = OP_MEMORY;
    }
    return op;
}
