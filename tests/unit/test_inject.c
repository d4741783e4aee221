/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions that EL2 gives to a guest (partitions/inject.c); Arm DDI 0487, D1.3.6 and AArch64.TakeException. */
#include "tests/unit/fake/test.h"
#include "partitions/inject.h"

#define VBAR 0xffff800008010800ULL
#define PC 0xffff800008123454ULL
#define EL0T 0x0U
#define EL1T 0x4U
#define EL1H 0x5U
#define EL0_AARCH32 0x10U
#define SYSTEM_AARCH32 0x1fU
#define MASKED_EL1H 0x3c5U
#define PAN (1ULL << 22)
#define SCTLR_SPAN (1ULL << 23)
#define SCTLR_DSSBS (1ULL << 44)
#define SSBS (1ULL << 12)
#define IL (1ULL << 25)
#define THUMB (1U << 5)

static int set_up(void **state)
{
    (void)state;
    fake_machine_reset();
    *fake_sysreg("vbar_el1") = VBAR;
    *fake_sysreg("elr_el2") = PC;
    *fake_sysreg("sctlr_el1") = SCTLR_SPAN;
    return 0;
}

static void from(uint64_t spsr)
{
    *fake_sysreg("spsr_el2") = spsr;
}

/* SPSR_EL2 with this ITSTATE of AArch32. */
static uint64_t it_state(uint32_t it)
{
    return (it & 0xfcU) << 8 | (it & 3U) << 25;
}

static void the_vector_is_that_of_the_level_and_state_it_came_from(void **state)
{
    static const struct {
        uint32_t mode;
        uint32_t offset;
    } cases[] = {{EL1T, 0x000U}, {EL1H, 0x200U}, {EL0T, 0x400U}, {EL0_AARCH32, 0x600U}, {SYSTEM_AARCH32, 0x600U}};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(cases); n++) {
        (void)set_up(NULL);
        from(cases[n].mode);
        inject_undefined();
        assert_true(*fake_sysreg("elr_el2") == VBAR + cases[n].offset);
        assert_true(*fake_sysreg("elr_el1") == PC);
        assert_int_equal(*fake_sysreg("spsr_el1"), cases[n].mode);
    }
}

/* @verifies REQ-EXIT-002 */
static void an_undefined_instruction_has_an_unknown_reason_and_no_address(void **state)
{
    (void)state;
    from(EL1H);
    *fake_sysreg("far_el1") = 0x77U;
    inject_undefined();
    assert_int_equal(*fake_sysreg("esr_el1"), 0x02000000U);
    assert_int_equal(*fake_sysreg("far_el1"), 0x77U);
}

/*
 * ESR_EL2 of the stage-2 fault, where it came from, and ESR_EL1 as the text of the architecture has it for a synchronous
 * external abort (ISS encodings for exceptions from a Data Abort and from an Instruction Abort): EC 0x20/0x21 or 0x24/0x25 in
 * bits 31:26; IL is 1 where ISV is 0; ISV, SAS, SSE, SRT, SF, AR (24:14) 0; SET (12:11), FnV (10), EA (9) 0; CM (8) and
 * WnR (6) as they were; S1PTW (7) 0, being stage 2's alone; the fault status in 5:0. Written down by hand.
 *
 * @verifies REQ-EXIT-003, REQ-EXIT-005
 */
static void an_external_abort_has_the_syndrome_of_the_architecture(void **state)
{
    static const struct {
        const char *what;
        uint32_t from;
        uint32_t before;
        uint32_t status;
        uint32_t after;
    } cases[] = {
        {"EL0 loads a byte", EL0T, 0x93000006U, 0x10U, 0x92000010U},
        {"EL0 stores a double word from x30", EL0T, 0x93dec046U, 0x10U, 0x92000050U},
        {"EL0 fetches", EL0T, 0x82000006U, 0x10U, 0x82000010U},
        {"EL1t loads a pair", EL1T, 0x92000004U, 0x10U, 0x96000010U},
        {"EL1h loads-acquires a word, sign-extended", EL1H, 0x93b54007U, 0x10U, 0x96000010U},
        {"EL1h stores with write-back", EL1H, 0x92000045U, 0x10U, 0x96000050U},
        {"EL1h fetches", EL1H, 0x82000007U, 0x10U, 0x86000010U},
        {"EL1h cleans a line", EL1H, 0x92000147U, 0x10U, 0x96000150U},
        {"EL0 cleans a line", EL0T, 0x92000147U, 0x10U, 0x92000150U},
        {"EL1h: AT, the walk at level 1", EL1H, 0x920001c6U, 0x15U, 0x96000155U},
        {"EL1h loads, the walk at level 3", EL1H, 0x92000087U, 0x17U, 0x96000017U},
        {"EL0 stores, the walk at level 0", EL0T, 0x920000c6U, 0x14U, 0x92000054U},
        {"EL1h fetches, the walk at level 2", EL1H, 0x82000087U, 0x16U, 0x86000016U},
        {"EL1h fetches, permission on the walk", EL1H, 0x8200008fU, 0x13U, 0x86000013U},
        {"EL1h: an unsupported exclusive", EL1H, 0x92000035U, 0x10U, 0x96000010U},
        {"A32 user stores a word", EL0_AARCH32, 0x93810046U, 0x10U, 0x92000050U},
        {"T32 user loads with 16 bits of code", EL0_AARCH32 | THUMB, 0x91810006U, 0x10U, 0x92000010U},
        {"A32 user fetches", EL0_AARCH32, 0x82000006U, 0x10U, 0x82000010U},
        {"A32 system mode loads", SYSTEM_AARCH32, 0x92000006U, 0x10U, 0x92000010U},
        {"a fetch with bits that are reserved today", EL1H, 0x83ffffc6U, 0x10U, 0x86000010U},
    };

    (void)state;
    for (uint32_t n = 0U; n < COUNT(cases); n++) {
        from(cases[n].from);
        inject_external_abort(0xffff000012345678ULL, cases[n].before, cases[n].status);
        if (*fake_sysreg("esr_el1") != cases[n].after) {
            fail_msg("%s: 0x%llx", cases[n].what, (unsigned long long)*fake_sysreg("esr_el1"));
        }
        assert_true(*fake_sysreg("far_el1") == 0xffff000012345678ULL);
    }
}

/* @verifies REQ-EXIT-003 */
static void nothing_above_the_syndrome_of_32_bits_is_handed_on(void **state)
{
    (void)state;
    from(EL1H);
    inject_external_abort(0U, 0xffffffff92000046ULL, 0x10U); /* ISS2 is stage 2's */
    assert_true(*fake_sysreg("esr_el1") == 0x96000050U);
}

static void the_handler_runs_at_el1_on_its_own_stack_with_everything_masked(void **state)
{
    static const uint32_t modes[] = {EL0T, EL1T, EL1H, EL0_AARCH32};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(modes); n++) {
        from(modes[n]);
        inject_undefined();
        assert_int_equal(*fake_sysreg("spsr_el2"), MASKED_EL1H);
    }
}

static void condition_flags_and_timing_bits_are_kept_and_the_rest_starts_clear(void **state)
{
    uint64_t all = 0xffffffffULL & ~(1ULL << 4);

    (void)state;
    from((all & ~0xfULL) | EL1H);
    inject_undefined();
    /* NZCV, DIT and PAN stay; UAO, SS, IL and BTYPE do not. */
    assert_int_equal(*fake_sysreg("spsr_el2"), 0xf1400000U | MASKED_EL1H);
    assert_int_equal(*fake_sysreg("spsr_el1"), (all & ~0xfULL) | EL1H);
}

static void speculative_store_bypass_is_what_sctlr_says_on_entry(void **state)
{
    (void)state;
    from(EL0T);
    *fake_sysreg("sctlr_el1") = SCTLR_SPAN | SCTLR_DSSBS;
    inject_undefined();
    assert_int_equal(*fake_sysreg("spsr_el2"), SSBS | MASKED_EL1H);
    from(EL0T | SSBS);
    *fake_sysreg("sctlr_el1") = SCTLR_SPAN;
    inject_undefined();
    assert_int_equal(*fake_sysreg("spsr_el2"), MASKED_EL1H);
}

static void privileged_access_never_is_set_where_it_exists_and_sctlr_asks(void **state)
{
    (void)state;
    from(EL0T);
    *fake_sysreg("sctlr_el1") = 0U;
    inject_undefined();
    assert_int_equal(*fake_sysreg("spsr_el2"), MASKED_EL1H); /* no PAN in this core */
    from(EL0T);
    *fake_sysreg("id_aa64mmfr1_el1") = 1ULL << 20;
    inject_undefined();
    assert_int_equal(*fake_sysreg("spsr_el2"), PAN | MASKED_EL1H);
    from(EL0T);
    *fake_sysreg("sctlr_el1") = SCTLR_SPAN;
    inject_undefined();
    assert_int_equal(*fake_sysreg("spsr_el2"), MASKED_EL1H);
}

static void an_emulated_instruction_is_stepped_over_by_its_length(void **state)
{
    (void)state;
    from(EL1H);
    inject_nothing(IL);
    assert_true(*fake_sysreg("elr_el2") == PC + 4U);
    from(EL0_AARCH32);
    inject_nothing(0U);
    assert_true(*fake_sysreg("elr_el2") == PC + 6U);
}

static void an_emulated_instruction_ends_a_single_step_and_a_branch_target(void **state)
{
    (void)state;
    from(0xf0000000U | 1U << 21 | 3U << 10 | EL1H); /* SS, BTYPE */
    inject_nothing(IL);
    assert_int_equal(*fake_sysreg("spsr_el2"), 0xf0000000U | EL1H);
}

static void an_emulated_thumb_instruction_advances_its_it_block(void **state)
{
    static const struct {
        uint32_t before;
        uint32_t after;
    } blocks[] = {
        {0x00U, 0x00U}, /* not in a block */
        {0x08U, 0x00U}, /* IT EQ: the last one */
        {0x04U, 0x08U}, /* ITT EQ */
        {0x0cU, 0x18U}, /* ITE EQ: the next is NE */
        {0xa1U, 0xa2U}, /* ITTTT GE */
        {0xbfU, 0xbeU},
    };

    (void)state;
    for (uint32_t n = 0U; n < COUNT(blocks); n++) {
        from(0xf00f0000U | THUMB | EL0_AARCH32 | it_state(blocks[n].before));
        inject_nothing(0U);
        assert_int_equal(*fake_sysreg("spsr_el2"), 0xf00f0000U | THUMB | EL0_AARCH32 | it_state(blocks[n].after));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_vector_is_that_of_the_level_and_state_it_came_from, set_up),
        cmocka_unit_test_setup(an_undefined_instruction_has_an_unknown_reason_and_no_address, set_up),
        cmocka_unit_test_setup(an_external_abort_has_the_syndrome_of_the_architecture, set_up),
        cmocka_unit_test_setup(nothing_above_the_syndrome_of_32_bits_is_handed_on, set_up),
        cmocka_unit_test_setup(the_handler_runs_at_el1_on_its_own_stack_with_everything_masked, set_up),
        cmocka_unit_test_setup(condition_flags_and_timing_bits_are_kept_and_the_rest_starts_clear, set_up),
        cmocka_unit_test_setup(speculative_store_bypass_is_what_sctlr_says_on_entry, set_up),
        cmocka_unit_test_setup(privileged_access_never_is_set_where_it_exists_and_sctlr_asks, set_up),
        cmocka_unit_test_setup(an_emulated_instruction_is_stepped_over_by_its_length, set_up),
        cmocka_unit_test_setup(an_emulated_instruction_ends_a_single_step_and_a_branch_target, set_up),
        cmocka_unit_test_setup(an_emulated_thumb_instruction_advances_its_it_block, set_up),
    };

    return cmocka_run_group_tests_name("inject", tests, NULL, NULL);
}
