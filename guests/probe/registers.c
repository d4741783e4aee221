/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of system registers: what is denied, what the feature registers tell, time, FP state. */
#include "guests/probe/probe.h"

#include "guests/lib/bulkhead.h"
#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/probe/assembly.h"
#include "guests/probe/second.h"

/* A check that reading or writing a register is undefined. */
#define DENIED(name, reg)                                                                                              \
    static bool name(uint64_t write)                                                                                   \
    {                                                                                                                  \
        attempt_begin();                                                                                               \
        if (write != 0U) {                                                                                             \
            sysreg_write(reg, 0U);                                                                                     \
        } else {                                                                                                       \
            (void)sysreg_read(reg);                                                                                    \
        }                                                                                                              \
        return expect_undefined(attempt_end());                                                                        \
    }

DENIED(denied_pmcr, pmcr_el0)
DENIED(denied_pmccntr, pmccntr_el0)
DENIED(denied_pmuserenr, pmuserenr_el0)
DENIED(denied_imp_def_0, s3_0_c15_c2_0)
DENIED(denied_imp_def_1, s3_1_c15_c2_0)
DENIED(denied_imp_def_2, s3_1_c15_c2_1)
DENIED(denied_hcr, hcr_el2)
DENIED(denied_vttbr, vttbr_el2)
DENIED(denied_ich_hcr, s3_4_c12_c11_0)
DENIED(denied_ich_lr0, s3_4_c12_c12_0)
DENIED(denied_cnthp, cnthp_ctl_el2)
DENIED(denied_scr, scr_el3)
DENIED(denied_zcr_el1, s3_0_c1_c2_0)

#define CPACR_FP_AND_SVE (3U << 20 | 3U << 16)

/* EL1's own trap of SVE would answer first: it is opened. */
static bool denied_zcr(uint64_t write)
{
    sysreg_write(cpacr_el1, CPACR_FP_AND_SVE);
    barrier_instructions();
    return denied_zcr_el1(write);
}

static bool check_el1(uint64_t unused)
{
    (void)unused;
    return expect_equal("CurrentEL", sysreg_read(CurrentEL) >> 2, 1U);
}

static bool check_mpidr(uint64_t unused)
{
    uint64_t mpidr = sysreg_read(mpidr_el1);

    (void)unused;
    return expect_equal("affinity", mpidr & 0xff00ffffffULL, 0U) && expect_equal("bit 31", mpidr >> 31 & 1U, 1U) &&
           expect_equal("U (uniprocessor)", mpidr >> 30 & 1U, 0U);
}

/* Fields of four bits that say: absent. */
static bool check_pfr0_absent(uint64_t shift)
{
    return expect_equal("field", sysreg_read(id_aa64pfr0_el1) >> shift & 0xfU, 0U);
}

/* Below the highest level that is shown, the frequency cannot be set: what starts at EL1 decides by that (D19.2). */
static bool check_highest(uint64_t unused)
{
    bool alone = (sysreg_read(id_aa64pfr0_el1) >> 8 & 0xffU) == 0U;
    struct attempt attempt;

    (void)unused;
    attempt_begin();
    sysreg_write(cntfrq_el0, sysreg_read(cntfrq_el0));
    attempt = attempt_end();
    return alone ? expect_equal("faults of the highest level", attempt.faults, 0U) : expect_undefined(attempt);
}

static bool check_el3(uint64_t unused)
{
    (void)unused;
    return expect_equal("field", sysreg_read(id_aa64pfr0_el1) >> 12 & 0xfU, 1U);
}

static bool check_pmu_absent(uint64_t unused)
{
    uint64_t version = sysreg_read(id_aa64dfr0_el1) >> 8 & 0xfU;

    (void)unused;
    return expect("PMUVer is 0 or 15", version == 0U || version == 15U);
}

static bool check_gic_registers(uint64_t unused)
{
    (void)unused;
    return expect_equal("ID_AA64PFR0_EL1.GIC", sysreg_read(id_aa64pfr0_el1) >> 24 & 0xfU, 1U);
}

/* Reserved names in the feature space read as zero: an operating system reads them before it knows better. */
static bool check_reserved_feature(uint64_t unused)
{
    uint64_t value;
    struct attempt attempt;

    (void)unused;
    attempt_begin();
    value = sysreg_read(s3_0_c0_c7_7);
    attempt = attempt_end();
    return expect_equal("faults", attempt.faults, 0U) && expect_equal("value", value, 0U);
}

static bool check_counter(uint64_t unused)
{
    uint64_t before = timer_now();

    (void)unused;
    for (uint32_t n = 0U; n < 10000U; n++) {
        uint64_t now = timer_now();

        if (now < before) {
            return expect_equal("counter", now, before);
        }
        before = now;
    }
    return expect("the frequency is between 1 MHz and 1 GHz",
                  timer_frequency() >= 1000000U && timer_frequency() <= 1000000000U);
}

/* CNTVOFF_EL2 = 0: physical count taken between two virtual ones lies between them. */
static bool check_offset(uint64_t unused)
{
    uint64_t before = timer_now();
    uint64_t physical;

    (void)unused;
    barrier_instructions();
    physical = sysreg_read(cntpct_el0);
    return expect("CNTPCT is not before CNTVCT", physical >= before) &&
           expect("CNTPCT is not after CNTVCT", physical <= timer_now());
}

static void timer_tick(uint32_t intid)
{
    arrivals[0][intid]++;
    timer_start(timer_now() + timer_frequency() / 2000U);
}

static bool expect_words(const uint64_t *found, const uint64_t *expected)
{
    for (uint32_t n = 0U; n < ASSEMBLY_FP_WORDS; n++) {
        if (!expect_equal("FP word", found[n], expected[n])) {
            return expect_equal("at index", n, ASSEMBLY_FP_WORDS);
        }
    }
    return true;
}

/* FPCR: rounding towards zero, default NaN. FPSR: saturated, inexact. */
static void fp_pattern(uint64_t *words)
{
    for (uint32_t n = 0U; n < 64U; n++) {
        words[n] = 0x0123456789abcdefULL * (2U * n + 1U);
    }
    words[64] = 3U << 22 | 1U << 25;
    words[65] = 1U << 27 | 1U << 4;
}

/* While vCPU 0 is interrupted by its timer, by SGIs and by what else the core does. */
static bool check_fp(uint64_t ticks)
{
    static uint64_t expected[ASSEMBLY_FP_WORDS] __attribute__((aligned(16)));
    static uint64_t found[ASSEMBLY_FP_WORDS] __attribute__((aligned(16)));
    uint32_t before = arrivals[0][MACHINE_INTID_TIMER];
    bool ticked;

    sysreg_write(cpacr_el1, 3U << 20);
    barrier_instructions();
    fp_pattern(expected);
    assembly_fp_load(expected);
    interrupt_handle(MACHINE_INTID_TIMER, timer_tick);
    gic_enable(MACHINE_INTID_TIMER, GIC_PRIORITY_URGENT);
    timer_start(timer_now());
    ticked = probe_wait(&arrivals[0][MACHINE_INTID_TIMER], before + (uint32_t)ticks);
    gic_disable(MACHINE_INTID_TIMER);
    timer_stop();
    assembly_fp_store(found);
    return expect("the timer ticked", ticked) && expect_words(found, expected);
}

#define READ 0U
#define WRITE 1U

static const struct check list[] = {
    {"the guest runs at EL1", check_el1, 0U},
    {"vCPU 0 has affinity 0 of several", check_mpidr, 0U},
    {"the feature registers have no EL2", check_pfr0_absent, 8U},
    {"the feature registers have EL3, which answers SMC", check_el3, 0U},
    {"the highest level that is shown sets the timer's frequency, and no other", check_highest, 0U},
    {"the feature registers have no SVE", check_pfr0_absent, 32U},
    {"the feature registers have no activity monitors", check_pfr0_absent, 44U},
    {"the feature registers have no PMU", check_pmu_absent, 0U},
    {"the feature registers have the GIC's system registers", check_gic_registers, 0U},
    {"a reserved feature register reads as zero", check_reserved_feature, 0U},
    {"reading PMCR_EL0 is undefined", denied_pmcr, READ},
    {"writing PMCR_EL0 is undefined", denied_pmcr, WRITE},
    {"reading PMCCNTR_EL0 is undefined", denied_pmccntr, READ},
    {"writing PMUSERENR_EL0 is undefined", denied_pmuserenr, WRITE},
    {"reading implementation-defined S3_0_C15_C2_0 is undefined", denied_imp_def_0, READ},
    {"writing implementation-defined S3_1_C15_C2_0 is undefined", denied_imp_def_1, WRITE},
    {"reading implementation-defined S3_1_C15_C2_1 is undefined", denied_imp_def_2, READ},
    {"reading HCR_EL2 is undefined", denied_hcr, READ},
    {"writing VTTBR_EL2 is undefined", denied_vttbr, WRITE},
    {"writing ICH_HCR_EL2 is undefined", denied_ich_hcr, WRITE},
    {"writing ICH_LR0_EL2 is undefined", denied_ich_lr0, WRITE},
    {"writing CNTHP_CTL_EL2 is undefined", denied_cnthp, WRITE},
    {"reading SCR_EL3 is undefined", denied_scr, READ},
    {"reading ZCR_EL1 of the hidden SVE is undefined", denied_zcr, READ},
    {"the virtual counter never goes back", check_counter, 0U},
    {"virtual and physical count are the same", check_offset, 0U},
    {"FP registers survive a hundred timer interrupts", check_fp, 100U},
};
const struct checks register_checks = CHECKS(list);
