/* SPDX-License-Identifier: Apache-2.0 */
/* Trapped system registers (partitions/sysreg.c) and the features shown (arch/arm64/features.c). */
#include "tests/unit/fake/test.h"
#include "arch/arm64/features.h"
#include "tests/unit/fake/exits.h"

#define PC 0x40001000U
#define VECTORS 0x80000U
#define READ true
#define WRITE false
#define VTCR_40_BITS 24U
#define ALL 0xffffffffffffffffULL

static struct vcpu_state *vcpu;
static struct frame frame;

/* ESR_EL2 of a trapped MRS (read) or MSR of S<op0>_<op1>_C<crn>_C<crm>_<op2> with register rt. */
static uint64_t trap(uint32_t op0, uint32_t op1, uint32_t crn, uint32_t crm, uint32_t op2, uint32_t rt, bool read)
{
    return 0x62000000U | op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | rt << 5 | crm << 1 | (read ? 1U : 0U);
}

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    vcpu = fake_be_vcpu(SAFETY, 0U);
    for (uint32_t n = 0U; n < 31U; n++) {
        frame.slot[frame_slot(n)] = 0xa5a5000000000000ULL + n;
    }
    *fake_sysreg("elr_el2") = PC;
    *fake_sysreg("spsr_el2") = 0x5U;
    *fake_sysreg("vbar_el1") = VECTORS;
    fake_journal_clear();
    return 0;
}

static void answer(uint64_t syndrome)
{
    *fake_sysreg("elr_el2") = PC;
    *fake_sysreg("spsr_el2") = 0x5U;
    assert_int_equal(fake_exit(&frame, syndrome), 0U);
}

/* The access is answered: stepped over, no event. */
static void assert_answered(uint64_t syndrome)
{
    uint64_t events = fake_events();

    answer(syndrome);
    assert_int_equal(*fake_sysreg("elr_el2"), PC + 4U);
    assert_int_equal(fake_events(), events);
}

/* The access is an undefined instruction, an event, and changes no register. */
static void assert_undefined(uint64_t syndrome)
{
    struct frame before = frame;
    uint64_t events = fake_events();

    answer(syndrome);
    assert_int_equal(*fake_sysreg("elr_el2"), VECTORS + 0x200U);
    assert_int_equal(*fake_sysreg("elr_el1"), PC);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x02000000U);
    assert_memory_equal(&before, &frame, sizeof(frame));
    assert_int_equal(fake_events(), events + 1U);
    assert_int_equal(fake_event(events)->kind, BULKHEAD_EVENT_SYSREG);
    assert_int_equal(fake_event(events)->detail, syndrome);
    assert_int_equal(fake_event(events)->address, 0U);
    assert_int_equal(fake_event(events)->pc, PC);
}

/* @verifies REQ-SYSREG-001 */
static void the_whole_feature_space_reads_and_what_is_not_known_reads_as_zero(void **state)
{
    (void)state;
    for (uint32_t crm = 1U; crm <= 7U; crm++) {
        for (uint32_t op2 = 0U; op2 <= 7U; op2++) {
            frame.slot[3] = ALL;
            assert_answered(trap(3U, 0U, 0U, crm, op2, 3U, READ));
            assert_true(frame.slot[3] == features_read(crm, op2, fake_partition_configs[SAFETY].vtcr));
        }
    }
    frame.slot[3] = ALL;
    assert_answered(trap(3U, 0U, 0U, 7U, 7U, 3U, READ));
    assert_int_equal(frame.slot[3], 0U);
}

/* @verifies REQ-SYSREG-002 */
static void a_write_to_a_feature_register_is_undefined(void **state)
{
    (void)state;
    assert_undefined(trap(3U, 0U, 0U, 4U, 0U, 3U, WRITE));
    assert_undefined(trap(3U, 0U, 0U, 1U, 0U, 31U, WRITE));
    assert_undefined(trap(3U, 0U, 0U, 7U, 7U, 3U, WRITE));
}

/* @verifies REQ-SYSREG-002 */
static void neighbours_of_the_feature_space_are_undefined(void **state)
{
    (void)state;
    assert_undefined(trap(3U, 0U, 0U, 0U, 1U, 2U, READ));
    assert_undefined(trap(3U, 0U, 0U, 8U, 0U, 2U, READ));
    assert_undefined(trap(3U, 0U, 0U, 15U, 7U, 2U, READ));
    assert_undefined(trap(3U, 1U, 0U, 4U, 0U, 2U, READ));
    assert_undefined(trap(2U, 0U, 0U, 4U, 4U, 2U, READ));
    assert_undefined(trap(3U, 0U, 1U, 4U, 0U, 2U, READ));
}

/* @verifies REQ-SYSREG-002 */
static void a_register_that_is_not_listed_is_undefined_and_an_event(void **state)
{
    (void)state;
    assert_undefined(trap(3U, 3U, 9U, 12U, 0U, 1U, READ)); /* PMCR_EL0 */
    assert_undefined(trap(3U, 0U, 1U, 2U, 0U, 1U, READ));  /* ZCR_EL1 */
    assert_undefined(trap(1U, 0U, 7U, 6U, 4U, 1U, WRITE)); /* DC IGSW */
    assert_undefined(trap(3U, 0U, 15U, 15U, 7U, 1U, READ));
    assert_undefined(trap(3U, 7U, 15U, 15U, 7U, 31U, WRITE));
}

static void the_zero_register_takes_and_gives_nothing(void **state)
{
    struct frame before = frame;

    (void)state;
    assert_answered(trap(3U, 0U, 0U, 5U, 0U, 31U, READ));
    assert_answered(trap(2U, 0U, 1U, 1U, 4U, 31U, READ));
    assert_memory_equal(&before, &frame, FRAME_ZERO * sizeof(frame.slot[0]));
    assert_answered(trap(3U, 0U, 12U, 11U, 5U, 31U, WRITE));
    assert_called("vgic_send_sgi", 0U, 0U, 0U, true);
}

static void sgi_registers_go_to_the_virtual_gic_with_their_group(void **state)
{
    (void)state;
    frame.slot[frame_slot(30U)] = 0x0000010001000001ULL;
    assert_answered(trap(3U, 0U, 12U, 11U, 5U, 30U, WRITE));
    assert_called("vgic_send_sgi", 0U, 0U, 0x0000010001000001ULL, true);
    assert_answered(trap(3U, 0U, 12U, 11U, 6U, 30U, WRITE));
    assert_called("vgic_send_sgi", 1U, 0U, 0x0000010001000001ULL, false);
    assert_answered(trap(3U, 0U, 12U, 11U, 7U, 30U, WRITE));
    assert_called("vgic_send_sgi", 2U, 0U, 0x0000010001000001ULL, false);
    assert_int_equal(fake_count("vgic_send_sgi"), 3U);
}

static void a_trapped_deactivation_goes_to_the_virtual_gic(void **state)
{
    (void)state;
    frame.slot[2] = 40U;
    assert_answered(trap(3U, 0U, 12U, 11U, 1U, 2U, WRITE)); /* ICC_DIR_EL1 */
    assert_called("vgic_deactivate", 0U, 0U, 40U, 0U);
    assert_undefined(trap(3U, 0U, 12U, 11U, 1U, 2U, READ));
    assert_int_equal(fake_count("vgic_deactivate"), 1U);
}

/* @verifies REQ-SYSREG-002 */
static void reading_a_register_that_can_only_be_written_is_undefined(void **state)
{
    (void)state;
    for (uint32_t op2 = 5U; op2 <= 7U; op2++) {
        assert_undefined(trap(3U, 0U, 12U, 11U, op2, 0U, READ));
    }
    assert_int_equal(fake_count("vgic_send_sgi"), 0U);
}

/* @verifies REQ-SYSREG-004 */
static void the_os_lock_is_the_vcpus_own_and_in_the_core(void **state)
{
    (void)state;
    assert_answered(trap(2U, 0U, 1U, 1U, 4U, 7U, READ)); /* OSLSR_EL1 */
    assert_int_equal(frame.slot[7], 0x8U);
    frame.slot[7] = 0xc5acce55U;
    assert_answered(trap(2U, 0U, 1U, 0U, 4U, 7U, WRITE)); /* OSLAR_EL1 */
    assert_int_equal(*fake_sysreg("oslar_el1"), 1U);
    assert_int_equal(vcpu->context.os_lock, 1U);
    assert_answered(trap(2U, 0U, 1U, 1U, 4U, 7U, READ));
    assert_int_equal(frame.slot[7], 0xaU);
    assert_answered(trap(2U, 0U, 1U, 0U, 4U, 31U, WRITE));
    assert_int_equal(*fake_sysreg("oslar_el1"), 0U);
    assert_answered(trap(2U, 0U, 1U, 1U, 4U, 7U, READ));
    assert_int_equal(frame.slot[7], 0x8U);
    assert_undefined(trap(2U, 0U, 1U, 1U, 4U, 7U, WRITE));
    assert_undefined(trap(2U, 0U, 1U, 0U, 4U, 7U, READ));
}

static void what_is_fixed_reads_as_its_value(void **state)
{
    (void)state;
    assert_answered(trap(2U, 0U, 1U, 3U, 4U, 7U, WRITE)); /* OSDLR_EL1 */
    assert_answered(trap(2U, 0U, 1U, 3U, 4U, 7U, READ));
    assert_int_equal(frame.slot[7], 0U);
    assert_answered(trap(2U, 0U, 1U, 0U, 0U, 8U, READ)); /* MDRAR_EL1 */
    assert_int_equal(frame.slot[8], 0U);
    assert_answered(trap(3U, 0U, 1U, 0U, 1U, 9U, READ)); /* ACTLR_EL1 */
    assert_int_equal(frame.slot[9], 0U);
}

static void the_gics_system_registers_are_on_and_stay_so(void **state)
{
    (void)state;
    assert_answered(trap(3U, 0U, 12U, 12U, 5U, 31U, WRITE)); /* ICC_SRE_EL1 */
    assert_answered(trap(3U, 0U, 12U, 12U, 5U, 9U, READ));
    assert_int_equal(frame.slot[9], 7U);
}

/* @verifies REQ-SYSREG-003 */
static void set_and_way_operations_clean_and_invalidate_with_the_guests_operand(void **state)
{
    (void)state;
    frame.slot[4] = 0x80000042U;
    assert_answered(trap(1U, 0U, 7U, 6U, 2U, 4U, WRITE));  /* DC ISW */
    assert_answered(trap(1U, 0U, 7U, 10U, 2U, 4U, WRITE)); /* DC CSW */
    assert_answered(trap(1U, 0U, 7U, 14U, 2U, 4U, WRITE)); /* DC CISW */
    assert_int_equal(fake_count("cache_set_way_of_guest"), 3U);
    assert_called("cache_set_way_of_guest", 2U, 0x80000042U, 0U, 0U);
    assert_undefined(trap(1U, 0U, 7U, 14U, 2U, 4U, READ));
}

static void the_core_says_which_revision_it_is(void **state)
{
    (void)state;
    *fake_sysreg("revidr_el1") = 0x77U;
    *fake_sysreg("aidr_el1") = 0x88U;
    assert_answered(trap(3U, 0U, 0U, 0U, 6U, 5U, READ));
    assert_int_equal(frame.slot[5], 0x77U);
    assert_answered(trap(3U, 1U, 0U, 0U, 7U, 5U, READ));
    assert_int_equal(frame.slot[5], 0x88U);
}

#define CNTP_CTL 1U
#define CNTP_CVAL 2U
#define CNTP_TVAL 0U

static void set_cntp(uint32_t op2, uint64_t value)
{
    frame.slot[6] = value;
    assert_answered(trap(3U, 3U, 14U, 2U, op2, 6U, WRITE));
}

static uint64_t get_cntp(uint32_t op2)
{
    frame.slot[6] = ALL;
    assert_answered(trap(3U, 3U, 14U, 2U, op2, 6U, READ));
    return frame.slot[6];
}

static void time_has_come(void)
{
    *fake_sysreg("cntp_ctl_el0") |= 4U;
}

/* @verifies REQ-TIMER-001 */
static void the_physical_timer_is_set_in_the_core(void **state)
{
    (void)state;
    set_cntp(CNTP_CVAL, 0x1234567890abcdefULL);
    set_cntp(CNTP_TVAL, 1000U);
    assert_true(*fake_sysreg("cntp_cval_el0") == 0x1234567890abcdefULL);
    assert_int_equal(*fake_sysreg("cntp_tval_el0"), 1000U);
    assert_true(get_cntp(CNTP_CVAL) == 0x1234567890abcdefULL);
    assert_int_equal(get_cntp(CNTP_TVAL), 1000U);
    set_cntp(CNTP_CTL, ALL);
    assert_int_equal(*fake_sysreg("cntp_ctl_el0"), 3U);
    set_cntp(CNTP_CTL, 1U);
    assert_int_equal(*fake_sysreg("cntp_ctl_el0"), 1U);
    assert_int_equal(get_cntp(CNTP_CTL), 1U);
    assert_int_equal(fake_count("vgic_set_line"), 0U);
}

/* @verifies REQ-TIMER-001, REQ-TIMER-002 */
static void the_physical_timers_line_follows_what_the_guest_writes(void **state)
{
    (void)state;
    fake_when("isb", time_has_come);
    set_cntp(CNTP_CTL, 1U);
    assert_called("vgic_set_line", 0U, 0U, 30U, true);
    assert_int_equal(*fake_sysreg("cntp_ctl_el0"), 7U); /* masked in the core */
    assert_int_equal(get_cntp(CNTP_CTL), 5U);           /* not in the guest's eyes */
    *fake_sysreg("cntp_ctl_el0") &= 3U;                 /* the next compare value is ahead */
    set_cntp(CNTP_CVAL, 0x100000U);
    assert_called("vgic_set_line", 1U, 0U, 30U, false);
    assert_int_equal(*fake_sysreg("cntp_ctl_el0"), 1U);
    fake_when("isb", time_has_come);
    set_cntp(CNTP_TVAL, 0U);
    assert_called("vgic_set_line", 2U, 0U, 30U, true);
    set_cntp(CNTP_CTL, 3U);
    assert_called("vgic_set_line", 3U, 0U, 30U, false);
    assert_int_equal(get_cntp(CNTP_CTL) & 3U, 3U);
    fake_when("isb", time_has_come);
    set_cntp(CNTP_CVAL, 0U); /* masked by the guest: it polls */
    assert_int_equal(fake_count("vgic_set_line"), 4U);
    assert_int_equal(get_cntp(CNTP_CTL) & 3U, 3U);
}

static void every_general_register_can_be_the_target(void **state)
{
    (void)state;
    *fake_sysreg("id_isar0_el1") = 0x02101110U;
    for (uint32_t rt = 0U; rt < 31U; rt++) {
        struct frame expected = frame;

        expected.slot[frame_slot(rt)] = 0x02101110U;
        assert_answered(trap(3U, 0U, 0U, 2U, 0U, rt, READ));
        assert_memory_equal(&expected, &frame, sizeof(frame));
    }
}

static uint64_t shown(const char *name, uint64_t physical, uint32_t crm, uint32_t op2)
{
    *fake_sysreg(name) = physical;
    return features_read(crm, op2, VTCR_40_BITS);
}

/* @verifies REQ-SYSREG-001 */
static void features_whose_state_is_not_switched_are_hidden(void **state)
{
    (void)state;
    assert_true(shown("id_aa64pfr0_el1", ALL, 4U, 0U) == 0xf10f00000fff101fULL);  /* no EL2, RAS, SVE, AMU, RME */
    assert_true(shown("id_aa64pfr1_el1", ALL, 4U, 1U) == 0xffULL);                /* no MTE, SME */
    assert_true(shown("id_aa64dfr0_el1", ALL, 5U, 0U) == 0xf0f0f0f006ULL);        /* no PMU, trace, SPE, double lock */
    assert_true(shown("id_aa64isar0_el1", ALL, 6U, 0U) == 0xfffffffff0fffff0ULL); /* no TME */
    assert_true(shown("id_aa64isar1_el1", ALL, 6U, 1U) == 0x00f0ffffffffffffULL);
    assert_true(shown("s3_0_c0_c6_2", ALL, 6U, 2U) == 0xff00ULL);
    assert_true(shown("id_aa64mmfr1_el1", ALL, 7U, 1U) == 0x000000f000f0f00fULL); /* no VHE, XNX, HCX */
    assert_true(shown("s3_0_c0_c7_2", ALL, 7U, 2U) == 0xf0ff000ff0ff0fffULL);     /* no nested virtualization */
}

/* @verifies REQ-SYSREG-001 */
static void el1_and_el3_are_64_bits_wide_and_branch_predictor_contexts_have_no_registers(void **state)
{
    (void)state;
    assert_true(shown("id_aa64pfr0_el1", 0x0000000000002222ULL, 4U, 0U) == 0x1012ULL);
    assert_true(shown("id_aa64pfr0_el1", 0x2000000000000000ULL, 4U, 0U) == 0x2000000000001010ULL);
    assert_true(shown("id_aa64pfr0_el1", 0x0200000000000000ULL, 4U, 0U) == 0x0100000000001010ULL);
    assert_true(shown("id_aa64pfr0_el1", 0x0300000000000000ULL, 4U, 0U) == 0x0100000000001010ULL);
}

/* @verifies REQ-SYSREG-001 */
static void the_physical_address_size_is_that_of_the_own_stage_2(void **state)
{
    (void)state;
    *fake_sysreg("id_aa64mmfr0_el1") = 0x5U; /* 48 bits in the chip */
    assert_int_equal(features_read(7U, 0U, 64U - 32U) & 0xfU, 0U);
    assert_int_equal(features_read(7U, 0U, 64U - 35U) & 0xfU, 0U);
    assert_int_equal(features_read(7U, 0U, 64U - 36U) & 0xfU, 1U);
    assert_int_equal(features_read(7U, 0U, 64U - 39U) & 0xfU, 1U);
    assert_int_equal(features_read(7U, 0U, 0x80020000U | (64U - 40U)) & 0xfU, 2U);
}

/* @verifies REQ-SYSREG-001 */
static void granules_are_shown_without_52_bit_addresses(void **state)
{
    (void)state;
    assert_true(shown("id_aa64mmfr0_el1", 0x10200000ULL, 7U, 0U) == 0x00100002ULL);
    assert_true(shown("id_aa64mmfr0_el1", 0x00100000ULL, 7U, 0U) == 0x00100002ULL);
    assert_true(shown("id_aa64mmfr0_el1", 0xff000000ULL, 7U, 0U) == 0xff000002ULL);
    assert_true(shown("id_aa64mmfr0_el1", 0xfffff000ff0f0f00ULL, 7U, 0U) == 0xff0f0f02ULL);
}

/* @verifies REQ-SYSREG-001 */
static void thirty_two_bit_programs_are_told_no_debug_trace_or_pmu(void **state)
{
    (void)state;
    assert_true(shown("id_dfr0_el1", ALL, 1U, 2U) == 0xfULL);
    assert_true(shown("id_pfr0_el1", ALL, 1U, 0U) == 0xffffULL);
    assert_int_equal(shown("id_pfr1_el1", 0x00011011U, 1U, 1U), 0x00010011U); /* no virtualization */
    assert_int_equal(shown("id_isar5_el1", 0x00011121U, 2U, 5U), 0x00011121U);
    assert_int_equal(shown("mvfr1_el1", 0x12111111U, 3U, 1U), 0x12111111U);
    assert_int_equal(features_read(1U, 3U, VTCR_40_BITS), 0U); /* ID_AFR0 */
    assert_int_equal(features_read(3U, 7U, VTCR_40_BITS), 0U);
}

/* @verifies REQ-SYSREG-001 */
static void every_register_of_32_bit_features_is_its_own(void **state)
{
    static const struct {
        const char *name;
        uint32_t crm;
        uint32_t op2;
    } registers[] = {{"id_mmfr0_el1", 1U, 4U}, {"id_mmfr1_el1", 1U, 5U}, {"id_mmfr2_el1", 1U, 6U},
                     {"id_mmfr3_el1", 1U, 7U}, {"id_isar0_el1", 2U, 0U}, {"id_isar1_el1", 2U, 1U},
                     {"id_isar2_el1", 2U, 2U}, {"id_isar3_el1", 2U, 3U}, {"id_isar4_el1", 2U, 4U},
                     {"id_isar5_el1", 2U, 5U}, {"mvfr0_el1", 3U, 0U},    {"mvfr1_el1", 3U, 1U},
                     {"mvfr2_el1", 3U, 2U}};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(registers); n++) {
        *fake_sysreg(registers[n].name) = 0x10000U + n;
    }
    for (uint32_t n = 0U; n < COUNT(registers); n++) {
        assert_int_equal(features_read(registers[n].crm, registers[n].op2, VTCR_40_BITS), 0x10000U + n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_whole_feature_space_reads_and_what_is_not_known_reads_as_zero, set_up),
        cmocka_unit_test_setup(a_write_to_a_feature_register_is_undefined, set_up),
        cmocka_unit_test_setup(neighbours_of_the_feature_space_are_undefined, set_up),
        cmocka_unit_test_setup(a_register_that_is_not_listed_is_undefined_and_an_event, set_up),
        cmocka_unit_test_setup(the_zero_register_takes_and_gives_nothing, set_up),
        cmocka_unit_test_setup(sgi_registers_go_to_the_virtual_gic_with_their_group, set_up),
        cmocka_unit_test_setup(a_trapped_deactivation_goes_to_the_virtual_gic, set_up),
        cmocka_unit_test_setup(reading_a_register_that_can_only_be_written_is_undefined, set_up),
        cmocka_unit_test_setup(the_os_lock_is_the_vcpus_own_and_in_the_core, set_up),
        cmocka_unit_test_setup(what_is_fixed_reads_as_its_value, set_up),
        cmocka_unit_test_setup(set_and_way_operations_clean_and_invalidate_with_the_guests_operand, set_up),
        cmocka_unit_test_setup(the_core_says_which_revision_it_is, set_up),
        cmocka_unit_test_setup(the_physical_timer_is_set_in_the_core, set_up),
        cmocka_unit_test_setup(the_physical_timers_line_follows_what_the_guest_writes, set_up),
        cmocka_unit_test_setup(the_gics_system_registers_are_on_and_stay_so, set_up),
        cmocka_unit_test_setup(every_general_register_can_be_the_target, set_up),
        cmocka_unit_test_setup(features_whose_state_is_not_switched_are_hidden, set_up),
        cmocka_unit_test_setup(el1_and_el3_are_64_bits_wide_and_branch_predictor_contexts_have_no_registers, set_up),
        cmocka_unit_test_setup(the_physical_address_size_is_that_of_the_own_stage_2, set_up),
        cmocka_unit_test_setup(granules_are_shown_without_52_bit_addresses, set_up),
        cmocka_unit_test_setup(thirty_two_bit_programs_are_told_no_debug_trace_or_pmu, set_up),
        cmocka_unit_test_setup(every_register_of_32_bit_features_is_its_own, set_up),
    };

    return cmocka_run_group_tests_name("sysreg", tests, NULL, NULL);
}
