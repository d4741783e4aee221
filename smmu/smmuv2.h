/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of SMMUv2 as far as EL2 uses them (Arm IHI 0062, issue D; MMU-500: Arm DDI 0517), and what the parts of its driver
 * share. Stage 2 alone: a stream mapping group, and a context bank of the same number, for each stream (stream_config.slot).
 * There are no queues: registers take effect, and faults stand in registers until they are cleared.
 *
 * NOT RUN on hardware nor in an emulator, which has none: tested against a model of the registers (tests/unit/smmu) alone.
 */
#ifndef SMMU_SMMUV2_H
#define SMMU_SMMUV2_H

#include "arch/arm64/mmio.h"
#include "smmu/smmu.h"

/* Global register space 0 (10.6). */
#define SMMU_SCR0 0x000U
#define SMMU_SACR 0x010U
#define SMMU_IDR0 0x020U
#define SMMU_IDR1 0x024U
#define SMMU_IDR2 0x028U
#define SMMU_IDR7 0x03cU
#define SMMU_SGFAR 0x040U
#define SMMU_SGFSR 0x048U
#define SMMU_SGFSYNR0 0x050U
#define SMMU_SGFSYNR1 0x054U
#define SMMU_TLBIVMID 0x064U
#define SMMU_TLBIALLNSNH 0x068U
#define SMMU_STLBGSYNC 0x070U
#define SMMU_STLBGSTATUS 0x074U
#define SMMU_SMR(n) (0x800U + 4U * (n))
#define SMMU_S2CR(n) (0xc00U + 4U * (n))
/* Global register space 1 (10.7), a page further. */
#define SMMU_CBAR(n) (0x000U + 4U * (n))
#define SMMU_CBFRSYNRA(n) (0x400U + 4U * (n))
#define SMMU_CBA2R(n) (0x800U + 4U * (n))
/* A context bank (10.8), each a page, in the upper half of the address space. */
#define SMMU_CB_SCTLR 0x000U
#define SMMU_CB_ACTLR 0x004U
#define SMMU_CB_TTBR0 0x020U
#define SMMU_CB_TCR 0x030U
#define SMMU_CB_FSR 0x058U
#define SMMU_CB_FAR 0x060U
#define SMMU_CB_FSYNR0 0x068U

#define SMR_VALID (1U << 31)
#define S2CR_TRANSLATE 0U
#define S2CR_FAULT (2U << 16)
#define STATUS_ACTIVE 1U

/* What changes, on the service core, but for what the boot core finds out before. */
struct smmuv2_state {
    uint64_t page;  /* bytes of a page of registers */
    uint64_t banks; /* address of context bank 0 */
    bool lost;      /* a context bank had more faults than it holds */
};

/* smmuv2.c */
extern struct smmuv2_state smmuv2_states[MAX_SMMUS];

static inline uint64_t smmuv2_global(uint32_t smmu, uint32_t offset)
{
    return smmu_configs[smmu].base.value + offset;
}

static inline uint64_t smmuv2_bank(uint32_t smmu, uint32_t bank, uint32_t offset)
{
    return smmuv2_states[smmu].banks + bank * smmuv2_states[smmu].page + offset;
}

static inline uint64_t smmuv2_global1(uint32_t smmu, uint32_t offset)
{
    return smmu_configs[smmu].base.value + smmuv2_states[smmu].page + offset;
}

#endif
