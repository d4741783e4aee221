/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control registers of EL2 and the check of the chip (arch/arm64/cpu.c).
 * sources: arch/arm64/cpu.c arch/arm64/errata.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/cpu.h"
#include "arch/arm64/hcr.h"

#define A57 0x411fd070U
#define HZ 62500000U

static uint64_t found;
static uint64_t expected;

/* A chip that is the one configured: 44-bit addresses, 4 KiB granule, GICv3 registers, DC ZVA allowed. */
static int set_up(void **state)
{
    (void)state;
    fake_board_reset();
    fake_core_configs[0].midr = A57;
    fake_core_configs[0].midr_mask = 0xff0ffff0U;
    fake_board_config.timer_hz = HZ;
    *fake_sysreg("midr_el1") = A57 | 3U;
    *fake_sysreg("id_aa64mmfr0_el1") = 0x1124U;
    *fake_sysreg("id_aa64pfr0_el1") = 0x01002222U;
    *fake_sysreg("cntfrq_el0") = HZ;
    fake_core_configs[0].midr &= 0xff0ffff0U;
    found = 0U;
    expected = 0U;
    fake_journal_clear();
    return 0;
}

static const char *check(void)
{
    return cpu_check(&fake_core_configs[0], &found, &expected);
}

/* @verifies REQ-BOOT-004 */
static void the_chip_that_is_configured_is_accepted(void **state)
{
    (void)state;
    assert_null(check());
    *fake_sysreg("id_aa64mmfr0_el1") = 0x1122U; /* just the address size of EL2's own tables */
    assert_null(check());
    fake_core_configs[0].midr_mask = 0U; /* any core */
    fake_core_configs[0].midr = 0U;
    fake_board_config.timer_hz = 0U; /* any frequency */
    *fake_sysreg("midr_el1") = 0x12345678U;
    *fake_sysreg("cntfrq_el0") = 1U;
    assert_null(check());
}

/* @verifies REQ-BOOT-004 */
static void another_core_type_is_refused_with_both_values(void **state)
{
    (void)state;
    *fake_sysreg("midr_el1") = 0x410fd083U;
    assert_string_equal(check(), "MIDR_EL1 under its mask");
    assert_int_equal(found, 0x410fd080U);
    assert_int_equal(expected, A57 & 0xff0ffff0U);
}

/* @verifies REQ-ERR-001 */
static void a_stepping_with_an_erratum_without_workaround_is_refused_by_number(void **state)
{
    (void)state;
    fake_core_configs[0].midr = 0x410fd420U;
    *fake_sysreg("midr_el1") = 0x410fd420U; /* Cortex-A78AE r0p0 */
    assert_string_equal(check(), "erratum that nothing works around");
    assert_int_equal(found, 0x2242639U);
    assert_int_equal(expected, 0U);
    *fake_sysreg("midr_el1") = 0x410fd421U; /* r0p1 */
    assert_null(check());
    *fake_sysreg("midr_el1") = 0x411fd420U; /* r1p0 */
    assert_null(check());
}

/* @verifies REQ-BOOT-004 */
static void each_property_that_el2_relies_on_is_checked(void **state)
{
    static const struct {
        const char *name;
        uint64_t value;
        const char *what;
        uint64_t found;
        uint64_t expected;
    } wrong[] = {
        {"hcr_el2", 3ULL << 34, "HCR_EL2.E2H", 1U, 0U},
        {"id_aa64mmfr0_el1", 0x1121U, "physical address size (PARange)", 1U, 2U},
        {"id_aa64mmfr0_el1", 0xf0001124U, "4 KiB granule (TGran4)", 0xfU, 0U},
        {"id_aa64pfr0_el1", 0x00002222U, "GIC system registers", 0U, 1U},
        {"dczid_el0", 0x34U, "DC ZVA prohibited (DCZID_EL0.DZP)", 1U, 0U},
        {"cntfrq_el0", HZ + 1U, "CNTFRQ_EL0", HZ + 1U, HZ},
    };

    (void)state;
    for (uint32_t n = 0U; n < COUNT(wrong); n++) {
        (void)set_up(NULL);
        *fake_sysreg(wrong[n].name) = wrong[n].value;
        assert_string_equal(check(), wrong[n].what);
        assert_int_equal(found, wrong[n].found);
        assert_int_equal(expected, wrong[n].expected);
    }
}

/* @verifies REQ-BOOT-003 */
static void hcr_is_written_first_with_e2h_clear_and_every_trap_after_it(void **state)
{
    static const char *const relied_on[] = {
        "cptr_el2",     "hstr_el2",  "mdcr_el2",  "cnthctl_el2", "cntvoff_el2", "cnthp_ctl_el2", "cntv_ctl_el0",
        "cntp_ctl_el0", "actlr_el2", "oslar_el1", "vttbr_el2",   "vpidr_el2",   "amair_el2"};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(relied_on); n++) {
        *fake_sysreg(relied_on[n]) = ~0ULL;
    }
    cpu_init();
    assert_int_equal(fake_position("hcr_el2", 0U), 0U);
    assert_int_equal(fake_position("isb", 0U), 1U);
    assert_true((fake_call("hcr_el2", 0U)->a & 1ULL << 34) == 0U);
    for (uint32_t n = 0U; n < COUNT(relied_on); n++) {
        assert_int_equal(fake_count(relied_on[n]), 1U);
    }
    assert_int_equal(*fake_sysreg("cntvoff_el2") | *fake_sysreg("hstr_el2") | *fake_sysreg("cnthp_ctl_el2") |
                         *fake_sysreg("cntv_ctl_el0") | *fake_sysreg("cntp_ctl_el0") | *fake_sysreg("actlr_el2") |
                         *fake_sysreg("oslar_el1") | *fake_sysreg("vttbr_el2") | *fake_sysreg("amair_el2"),
                     0U);
    assert_true(fake_position("vpidr_el2", 0U) < fake_position("isb", 1U));
    assert_true(fake_position("isb", 1U) < fake_position("dsb nsh", 0U));
    assert_true(fake_position("dsb nsh", 0U) < fake_position("isb", 2U));
    assert_int_equal(*fake_sysreg("vpidr_el2"), A57 | 3U);
    assert_int_equal(*fake_sysreg("cptr_el2"), 0x401033ffU);
    assert_int_equal(*fake_sysreg("cnthctl_el2"), 1U);
}

static uint64_t mdcr_of(uint64_t version, uint64_t counters)
{
    (void)set_up(NULL);
    *fake_sysreg("id_aa64dfr0_el1") = version << 8;
    *fake_sysreg("pmcr_el0") = counters << 11;
    cpu_init();
    return *fake_sysreg("mdcr_el2");
}

/* @verifies REQ-BOOT-003 */
static void all_event_counters_there_are_belong_to_el1_but_are_trapped(void **state)
{
    (void)state;
    assert_int_equal(mdcr_of(1U, 6U), 0x84c60U | 6U);
    assert_int_equal(mdcr_of(4U, 31U), 0x84c60U | 31U);
    assert_int_equal(mdcr_of(0U, 6U), 0x84c60U);   /* no PMU */
    assert_int_equal(mdcr_of(0xfU, 6U), 0x84c60U); /* not an architected one */
}

/* @verifies REQ-BOOT-003 */
static void registers_of_later_architectures_are_written_where_they_exist(void **state)
{
    /* HFGRTR, HFGWTR, HFGITR, HDFGRTR, HDFGWTR, HCRX */
    static const char *const later[] = {"s3_4_c1_c1_4", "s3_4_c1_c1_5", "s3_4_c1_c1_6",
                                        "s3_4_c3_c1_4", "s3_4_c3_c1_5", "s3_4_c1_c2_2"};

    (void)state;
    cpu_init();
    assert_int_equal(fake_count("s3_4_c1_c1_4"), 0U);
    assert_int_equal(fake_count("s3_4_c1_c2_2"), 0U);
    for (uint32_t n = 0U; n < COUNT(later); n++) {
        *fake_sysreg(later[n]) = ~0ULL;
    }
    *fake_sysreg("id_aa64mmfr0_el1") |= 1ULL << 56;
    *fake_sysreg("id_aa64mmfr1_el1") |= 1ULL << 40;
    cpu_init();
    for (uint32_t n = 0U; n < COUNT(later); n++) {
        assert_int_equal(fake_count(later[n]), 1U);
        assert_int_equal(*fake_sysreg(later[n]), 0U);
    }
    *fake_sysreg("id_aa64pfr1_el1") = 1ULL << 36; /* NMI */
    cpu_init();
    assert_int_equal(*fake_sysreg("s3_4_c1_c2_2"), 1U << 6);
}

static void a_guest_runs_under_every_trap_and_keeps_pointer_authentication_where_it_exists(void **state)
{
    uint64_t traps = HCR_RW | HCR_VM | HCR_FMO | HCR_IMO | HCR_AMO | HCR_TID1 | HCR_TID3 | HCR_TSC | HCR_TIDCP |
                     HCR_TACR | HCR_TSW | HCR_TLOR | HCR_TERR | HCR_SWIO | HCR_PTW;

    (void)state;
    cpu_init();
    assert_true(*fake_sysreg("hcr_el2") == traps);
    *fake_sysreg("id_aa64isar1_el1") = 1ULL << 4; /* APA */
    cpu_init();
    assert_true(*fake_sysreg("hcr_el2") == (traps | HCR_APK | HCR_API));
    *fake_sysreg("id_aa64pfr1_el1") = 2ULL << 8; /* MTE2 */
    cpu_init();
    assert_true(*fake_sysreg("hcr_el2") == (traps | HCR_APK | HCR_API | HCR_TID5));
}

static void every_algorithm_of_pointer_authentication_is_known(void **state)
{
    static const uint32_t fields[] = {4U, 8U, 24U, 28U}; /* APA, API, GPA, GPI */

    (void)state;
    assert_false(cpu_has_pauth());
    for (uint32_t n = 0U; n < COUNT(fields); n++) {
        *fake_sysreg("id_aa64isar1_el1") = 1ULL << fields[n];
        assert_true(cpu_has_pauth());
    }
    *fake_sysreg("id_aa64isar1_el1") = ~0xff000ff0ULL;
    assert_false(cpu_has_pauth());
    *fake_sysreg("s3_0_c0_c6_2") = 1U << 8; /* GPA3 */
    assert_true(cpu_has_pauth());
    *fake_sysreg("s3_0_c0_c6_2") = 1U << 12; /* APA3 */
    assert_true(cpu_has_pauth());
}

/* @verifies REQ-BOOT-003 */
static void memory_partitioning_is_trapped_where_it_exists(void **state)
{
    (void)state;
    cpu_init();
    assert_int_equal(fake_count("s3_4_c10_c5_0"), 0U);
    *fake_sysreg("id_aa64pfr0_el1") = 1ULL << 40; /* MPAM 1.x */
    cpu_init();
    assert_true(*fake_sysreg("s3_4_c10_c5_0") == 3ULL << 48);
    *fake_sysreg("s3_0_c10_c4_4") = 1ULL << 58; /* MPAMIDR_EL1.HAS_TIDR */
    cpu_init();
    assert_true(*fake_sysreg("s3_4_c10_c5_0") == (3ULL << 48 | 1ULL << 58));
    *fake_sysreg("id_aa64pfr0_el1") = 0U;
    *fake_sysreg("id_aa64pfr1_el1") = 1ULL << 16; /* MPAM 0.1 */
    cpu_init();
    assert_int_equal(fake_count("s3_4_c10_c5_0"), 3U); /* MPAM2_EL2 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_chip_that_is_configured_is_accepted, set_up),
        cmocka_unit_test_setup(another_core_type_is_refused_with_both_values, set_up),
        cmocka_unit_test_setup(a_stepping_with_an_erratum_without_workaround_is_refused_by_number, set_up),
        cmocka_unit_test_setup(each_property_that_el2_relies_on_is_checked, set_up),
        cmocka_unit_test_setup(hcr_is_written_first_with_e2h_clear_and_every_trap_after_it, set_up),
        cmocka_unit_test_setup(all_event_counters_there_are_belong_to_el1_but_are_trapped, set_up),
        cmocka_unit_test_setup(registers_of_later_architectures_are_written_where_they_exist, set_up),
        cmocka_unit_test_setup(memory_partitioning_is_trapped_where_it_exists, set_up),
        cmocka_unit_test_setup(a_guest_runs_under_every_trap_and_keeps_pointer_authentication_where_it_exists, set_up),
        cmocka_unit_test_setup(every_algorithm_of_pointer_authentication_is_known, set_up),
    };

    return cmocka_run_group_tests_name("cpu", tests, NULL, NULL);
}
