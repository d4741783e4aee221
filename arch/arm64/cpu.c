/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control registers of EL2 and the check that the chip is the one configured.
 * @implements REQ-BOOT-003
 * @implements REQ-BOOT-004
 */
#include "arch/arm64/cpu.h"
#include "arch/arm64/errata.h"
#include "arch/arm64/hcr.h"

/* The same with a guest on the core and without, so that stage 2 is on whenever EL1 registers are a guest's. */
#define HCR_VALUE                                                                                               \
    (HCR_RW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_VM | HCR_SWIO | HCR_PTW | HCR_TID1 | HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TACR | \
     HCR_TSW | HCR_TLOR | HCR_TERR)

/* CPTR_EL2, E2H = 0: RES1 bits, SVE (TZ), SME (TSM), trace (TTA) and activity monitors (TAM) trapped. */
#define CPTR_TRAPS (0x33ffULL | (1ULL << 20) | (1ULL << 30))
#define CPTR_TSM (1ULL << 12)
/* MDCR_EL2: TPMCR, TPM (no PMU for guests), TDOSA, TDRA, TPMS, TTRF; no TDE; HPMN is added from PMCR_EL0.N. */
#define MDCR_TRAPS ((1ULL << 5) | (1ULL << 6) | (1ULL << 10) | (1ULL << 11) | (1ULL << 14) | (1ULL << 19))
#define MPAM2_TRAPS (3ULL << 48) /* TRAPMPAM0EL1, TRAPMPAM1EL1 */
#define MPAM_TIDR (1ULL << 58)   /* MPAM2_EL2: MPAMIDR_EL1; there if MPAMIDR_EL1 has the same bit */
#define HCRX_TALLINT (1ULL << 6)
/* CNTHCTL_EL2, E2H = 0: EL1 may read CNTPCT (EL1PCTEN), not touch CNTP (EL1PCEN); no event stream. */
#define CNTHCTL_TRAPS 1ULL

#define FIELD(value, shift) (((value) >> (shift)) & 0xfU)

static uint64_t pmu_counters(void)
{
    uint64_t version = FIELD(sysreg_read(id_aa64dfr0_el1), 8U);

    return (version == 0U || version == 0xfU) ? 0U : (sysreg_read(pmcr_el0) >> 11) & 0x1fU;
}

/* Fine-grained traps and HCRX exist from Armv8.6 on; their names do not in an Armv8.0 assembler. */
static void later_registers_init(void)
{
    uint64_t debug = sysreg_read(id_aa64dfr0_el1);

    if (FIELD(sysreg_read(id_aa64mmfr0_el1), 56U) != 0U) {
        sysreg_write(s3_4_c1_c1_4, 0U); /* HFGRTR_EL2 */
        sysreg_write(s3_4_c1_c1_5, 0U); /* HFGWTR_EL2 */
        sysreg_write(s3_4_c1_c1_6, 0U); /* HFGITR_EL2 */
        sysreg_write(s3_4_c3_c1_4, 0U); /* HDFGRTR_EL2 */
        sysreg_write(s3_4_c3_c1_5, 0U); /* HDFGWTR_EL2 */
    }
    if (FIELD(sysreg_read(id_aa64mmfr1_el1), 40U) != 0U) {
        sysreg_write(s3_4_c1_c2_2, FIELD(sysreg_read(id_aa64pfr1_el1), 36U) != 0U ? HCRX_TALLINT : 0U); /* HCRX_EL2 */
    }
    if (FIELD(sysreg_read(id_aa64pfr0_el1), 40U) != 0U || FIELD(sysreg_read(id_aa64pfr1_el1), 16U) != 0U) {
        sysreg_write(s3_4_c10_c5_0, MPAM2_TRAPS | (sysreg_read(s3_0_c10_c4_4) & MPAM_TIDR)); /* MPAM2_EL2 */
    }
    /* Buffers that the core itself would go on writing to memory. */
    if (FIELD(debug, 32U) != 0U) {
        sysreg_write(s3_0_c9_c10_0, 0U); /* PMBLIMITR_EL1: statistical profiling */
    }
    if (FIELD(debug, 44U) != 0U) {
        sysreg_write(s3_0_c9_c11_0, 0U); /* TRBLIMITR_EL1: trace */
    }
}

/* Streaming mode and ZA survive until somebody leaves them, and take Advanced SIMD from every guest (B1.4, SVCR). */
static void vector_init(void)
{
    if (FIELD(sysreg_read(id_aa64pfr1_el1), 24U) != 0U) {
        sysreg_write(cptr_el2, CPTR_TRAPS & ~CPTR_TSM);
        isb();
        sysreg_write(s3_3_c4_c2_2, 0U); /* SVCR */
    }
    sysreg_write(cptr_el2, CPTR_TRAPS);
}

static uint64_t hcr(void)
{
    if (!cpu_has_pauth()) {
        return HCR_VALUE;
    }
    if (FIELD(sysreg_read(id_aa64pfr1_el1), 8U) < 2U) { /* memory tags: of Armv8.5, so with pointer authentication */
        return HCR_VALUE | HCR_APK | HCR_API;
    }
    return HCR_VALUE | HCR_APK | HCR_API | HCR_TID5;
}

void cpu_init(void)
{
    sysreg_write(hcr_el2, hcr());
    isb();
    sysreg_write(amair_el2, 0U);
    vector_init();
    sysreg_write(hstr_el2, 0U);
    sysreg_write(hacr_el2, 0U);
    sysreg_write(mdcr_el2, MDCR_TRAPS | pmu_counters());
    sysreg_write(cnthctl_el2, CNTHCTL_TRAPS);
    sysreg_write(cntvoff_el2, 0U);
    sysreg_write(cnthp_ctl_el2, 0U);
    sysreg_write(cntv_ctl_el0, 0U);
    sysreg_write(cntp_ctl_el0, 0U);
    sysreg_write(actlr_el2, 0U);
    sysreg_write(oslar_el1, 0U); /* a locked OS lock, or double lock, would keep the guest's breakpoints from working */
    sysreg_write(osdlr_el1, 0U);
    sysreg_write(dbgclaimclr_el1, 0xffU);
    sysreg_write(mdccint_el1, 0U);
    sysreg_write(vttbr_el2, 0U);
    sysreg_write(vpidr_el2, sysreg_read(midr_el1));
    later_registers_init();
    isb();
    __asm__ volatile("tlbi alle1" : : : "memory");
    dsb_nsh();
    isb();
}

struct chip_check {
    const char *what;
    uint64_t found;
    uint64_t expected;
    bool wrong;
};

/* What EL2 relies on and a board file can get wrong. */
const char *cpu_check(const struct core_config *config, uint64_t *found, uint64_t *expected)
{
    uint64_t midr = sysreg_read(midr_el1) & config->midr_mask;
    uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1);
    uint64_t size = (el2_tcr >> 16) & 7U;
    uint64_t hz = sysreg_read(cntfrq_el0);
    uint32_t erratum = errata_refused(sysreg_read(midr_el1));
    const struct chip_check checks[] = {
        {"MIDR_EL1 under its mask", midr, config->midr, midr != config->midr},
        {"erratum that nothing works around", erratum, 0U, erratum != 0U},
        {"HCR_EL2.E2H", sysreg_read(hcr_el2) >> 34 & 1U, 0U, (sysreg_read(hcr_el2) >> 34 & 1U) != 0U},
        {"physical address size (PARange)", mmfr0 & 0xfU, size, (mmfr0 & 0xfU) < size},
        {"4 KiB granule (TGran4)", FIELD(mmfr0, 28U), 0U, FIELD(mmfr0, 28U) == 0xfU},
        {"GIC system registers", FIELD(sysreg_read(id_aa64pfr0_el1), 24U), 1U,
         FIELD(sysreg_read(id_aa64pfr0_el1), 24U) == 0U},
        {"DC ZVA prohibited (DCZID_EL0.DZP)", sysreg_read(dczid_el0) >> 4 & 1U, 0U,
         (sysreg_read(dczid_el0) >> 4 & 1U) != 0U},
        {"CNTFRQ_EL0", hz, board_config.timer_hz, board_config.timer_hz != 0U && hz != board_config.timer_hz},
    };

    for (uint32_t n = 0U; n < sizeof(checks) / sizeof(checks[0]); n++) {
        if (checks[n].wrong) {
            *found = checks[n].found;
            *expected = checks[n].expected;
            return checks[n].what;
        }
    }
    return NULL;
}
