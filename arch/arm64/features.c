/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feature registers (Arm DDI 0487, D19.2): physical value under a mask of four-bit fields that are shown.
 * @implements REQ-SYSREG-001
 */
#include "arch/arm64/features.h"
#include "arch/arm64/sysreg.h"

#include <stdbool.h>

#define F(n) (0xfULL << ((n) * 4U)) /* field n, from the least significant */

/*
 * Shown, by field number; all others read 0.
 * PFR0: EL0, FP, AdvSIMD, GIC, DIT, CSV3 (CSV2 only up to 1: later versions have context registers).
 */
#define PFR0_SHOWN (F(0) | F(4) | F(5) | F(6) | F(12) | F(15))
#define PFR0_EL1_AARCH64 (1ULL << 4)
#define PFR1_SHOWN (F(0) | F(1))                                     /* BT, SSBS */
#define DFR0_SHOWN (F(3) | F(5) | F(7))                              /* breakpoints, watchpoints, context-aware ones */
#define DFR0_DEBUG_V8 6ULL
#define ISAR0_SHOWN (~(F(6)))                                        /* not TME */
#define ISAR1_SHOWN (F(0) | F(1) | F(2) | F(3) | F(4) | F(5) | F(6) | F(7) | F(8) | F(9) | F(10) | F(11) | F(13))
#define ISAR2_SHOWN (F(2) | F(3))                                    /* GPA3, APA3 */
#define MMFR0_SHOWN (F(1) | F(2) | F(4) | F(5) | F(6) | F(7))        /* ASIDs, endianness, granules */
#define MMFR1_SHOWN (F(0) | F(3) | F(5) | F(9))                      /* HAFDBS, HPDS, PAN, ETS */
#define MMFR2_SHOWN (F(0) | F(1) | F(2) | F(4) | F(5) | F(7) | F(8) | F(12) | F(13)) /* CnP UAO LSM VARange CCIDX ST AT TTL BBM */
#define MMFR2_E0PD F(15)
#define DFR0_AARCH32_SHOWN 0x0000000fULL

static uint64_t pfr0(void)
{
    uint64_t value = sysreg_read(id_aa64pfr0_el1);
    uint64_t csv2 = (value & F(14)) != 0U ? 1ULL << 56 : 0U;

    return (value & PFR0_SHOWN) | PFR0_EL1_AARCH64 | csv2;
}

/* The physical address range is the guest's own: what its stage 2 takes. 64 KiB and 16 KiB granules as they are. */
static uint64_t mmfr0(uint64_t vtcr)
{
    uint64_t value = sysreg_read(id_aa64mmfr0_el1) & MMFR0_SHOWN;
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
        return sysreg_read(id_aa64pfr1_el1) & PFR1_SHOWN;
    case 5U << 3 | 0U:
        return (sysreg_read(id_aa64dfr0_el1) & DFR0_SHOWN) | DFR0_DEBUG_V8;
    case 6U << 3 | 0U:
        return sysreg_read(id_aa64isar0_el1) & ISAR0_SHOWN;
    case 6U << 3 | 1U:
        return sysreg_read(id_aa64isar1_el1) & ISAR1_SHOWN;
    case 6U << 3 | 2U:
        return sysreg_read(s3_0_c0_c6_2) & ISAR2_SHOWN;
    case 7U << 3 | 0U:
        return mmfr0(vtcr);
    case 7U << 3 | 1U:
        return sysreg_read(id_aa64mmfr1_el1) & MMFR1_SHOWN;
    case 7U << 3 | 2U:
        return sysreg_read(s3_0_c0_c7_2) & (MMFR2_SHOWN | MMFR2_E0PD);
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
