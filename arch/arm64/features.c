/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feature registers (Arm DDI 0487, D19.2): physical value under a mask of four-bit fields that are shown.
 * @implements REQ-SYSREG-001
 * @implements REQ-SYS-017
 */
#include "arch/arm64/features.h"
#include "arch/arm64/sysreg.h"

#include <stdbool.h>

#define F(n) (0xfULL << ((n) * 4U)) /* field n, from the least significant */

#include "arch/arm64/features.def"

#define BITS(reg, field, name, why) | F(field)
#define SHOWN(reg) (0ULL FEATURES_##reg(BITS))

#define PFR0_EL1_AARCH64 (1ULL << 4)
#define PFR0_EL3_AARCH64 (1ULL << 12)
#define DFR0_DEBUG_V8 6ULL
#define DFR0_NO_DOUBLE_LOCK F(9) /* OSDLR_EL1 reads as zero and ignores writes */
#define DFR0_AARCH32_SHOWN 0x0000000fULL

/*
 * CSV2 only up to 1: later versions have context registers. EL1 is AArch64 alone. EL3 is there, whether the chip has it or not:
 * SMC is answered, and CNTFRQ_EL0, which the highest level may write, cannot be.
 */
static uint64_t pfr0(void)
{
    uint64_t value = sysreg_read(id_aa64pfr0_el1);
    uint64_t csv2 = (value & F(14)) != 0U ? 1ULL << 56 : 0U;

    return (value & SHOWN(PFR0)) | PFR0_EL1_AARCH64 | PFR0_EL3_AARCH64 | csv2;
}

/* The physical address range is the guest's own: what its stage 2 takes. 64 KiB and 16 KiB granules as they are. */
static uint64_t mmfr0(uint64_t vtcr)
{
    uint64_t value = sysreg_read(id_aa64mmfr0_el1) & SHOWN(MMFR0);
    uint64_t bits = 64U - (vtcr & 0x3fU);

    if ((value & F(7)) != F(7)) {
        value &= ~F(7); /* no 52-bit addresses: stage 2 has none */
    }
    if ((value & F(5)) == 2ULL << 20) {
        value = (value & ~F(5)) | 1ULL << 20;
    }
    if (bits >= 40U) {
        return value | 2U;
    }
    return value | (bits >= 36U ? 1U : 0U);
}

static uint64_t aarch64(uint32_t crm, uint32_t op2, uint64_t vtcr)
{
    switch (crm << 3 | op2) {
    case 4U << 3 | 0U:
        return pfr0();
    case 4U << 3 | 1U:
        return sysreg_read(id_aa64pfr1_el1) & SHOWN(PFR1);
    case 5U << 3 | 0U:
        return (sysreg_read(id_aa64dfr0_el1) & SHOWN(DFR0)) | DFR0_DEBUG_V8 | DFR0_NO_DOUBLE_LOCK;
    case 6U << 3 | 0U:
        return sysreg_read(id_aa64isar0_el1) & SHOWN(ISAR0);
    case 6U << 3 | 1U:
        return sysreg_read(id_aa64isar1_el1) & SHOWN(ISAR1);
    case 6U << 3 | 2U:
        return sysreg_read(s3_0_c0_c6_2) & SHOWN(ISAR2);
    case 7U << 3 | 0U:
        return mmfr0(vtcr);
    case 7U << 3 | 1U:
        return sysreg_read(id_aa64mmfr1_el1) & SHOWN(MMFR1);
    case 7U << 3 | 2U:
        return sysreg_read(s3_0_c0_c7_2) & SHOWN(MMFR2);
    default:
        return 0U;
    }
}

/* What 32-bit user programs of a 64-bit kernel are told; passed on, except debug, trace and PMU. */
static uint64_t aarch32(uint32_t crm, uint32_t op2)
{
    switch (crm << 3 | op2) {
    case 1U << 3 | 0U:
        return sysreg_read(id_pfr0_el1) & 0xffffU;
    case 1U << 3 | 1U:
        return sysreg_read(id_pfr1_el1) & ~0xf000U;
    case 1U << 3 | 2U:
        return sysreg_read(id_dfr0_el1) & DFR0_AARCH32_SHOWN;
    case 1U << 3 | 4U:
        return sysreg_read(id_mmfr0_el1);
    case 1U << 3 | 5U:
        return sysreg_read(id_mmfr1_el1);
    case 1U << 3 | 6U:
        return sysreg_read(id_mmfr2_el1);
    case 1U << 3 | 7U:
        return sysreg_read(id_mmfr3_el1);
    case 2U << 3 | 0U:
        return sysreg_read(id_isar0_el1);
    case 2U << 3 | 1U:
        return sysreg_read(id_isar1_el1);
    case 2U << 3 | 2U:
        return sysreg_read(id_isar2_el1);
    case 2U << 3 | 3U:
        return sysreg_read(id_isar3_el1);
    case 2U << 3 | 4U:
        return sysreg_read(id_isar4_el1);
    case 2U << 3 | 5U:
        return sysreg_read(id_isar5_el1);
    case 3U << 3 | 0U:
        return sysreg_read(mvfr0_el1);
    case 3U << 3 | 1U:
        return sysreg_read(mvfr1_el1);
    case 3U << 3 | 2U:
        return sysreg_read(mvfr2_el1);
    default:
        return 0U;
    }
}

uint64_t features_read(uint32_t crm, uint32_t op2, uint64_t vtcr)
{
    return crm <= 3U ? aarch32(crm, op2) : aarch64(crm, op2, vtcr);
}
