/* SPDX-License-Identifier: Apache-2.0 */
/* Power of vCPUs as PSCI gives it (partitions/psci.c). Calls come from ivi.0 on core 1 unless said otherwise. */
#include "tests/unit/fake/test.h"
#include "arch/arm64/core.h"
#include "arch/arm64/smc.h"
#include "partitions/psci.h"
#include "partitions/supervise.h"

#define CPU_ON_64 (PSCI_CPU_ON | SMC64)
#define AFFINITY_INFO_64 (PSCI_AFFINITY_INFO | SMC64)
#define ON 0
#define OFF 1
#define ON_PENDING 2
#define ENTRY 0x0000000140080000ULL
#define ARGUMENT 0xfeedfacecafebeefULL

/* Two stretches, the second behind 4 GiB. */
static const struct memory_config memory[] = {{{0x40000000U}, {0x80000000U}, 0x800000U},
                                              {{0x140000000ULL}, {0x90000000U}, 0x100000U}};

static struct vcpu_state *caller;
static struct frame frame;

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    fake_partition_configs[IVI].memory = memory;
    fake_partition_configs[IVI].memory_count = COUNT(memory);
    caller = fake_be_vcpu(IVI, 0U);
    fake_journal_clear();
    return 0;
}

static int64_t call(uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
    frame = (struct frame){.slot = {function, a, b, c}};
    assert_false(psci_answer(caller, &frame, function));
    assert_int_equal(fake_locks_held(), 0U);
    return (int64_t)frame.slot[0];
}

/* @verifies REQ-PSCI-002 */
static void cpu_on_of_a_vcpu_that_is_off_leaves_entry_and_argument_and_posts_its_core(void **state)
{
    const struct vcpu_state *target = fake_vcpu(IVI, 2U);

    (void)state;
    assert_int_equal(call(CPU_ON_64, 2U, ENTRY, ARGUMENT), PSCI_SUCCESS);
    assert_int_equal(target->power, VCPU_ON_PENDING);
    assert_int_equal(target->entry.value, ENTRY);
    assert_int_equal(target->argument, ARGUMENT);
    assert_int_equal(fake_posts(3U, POST_VCPU), 1U);
    assert_int_equal(fake_count("gic_send_sgi"), 1U);
}

static void arguments_of_a_32_bit_call_are_32_bits_wide(void **state)
{
    const struct vcpu_state *target = fake_vcpu(IVI, 1U);

    (void)state;
    assert_int_equal(call(PSCI_CPU_ON, 0xffffffff00000001ULL, 0xaaaaaaaa40080000ULL, ARGUMENT), PSCI_SUCCESS);
    assert_int_equal(target->entry.value, 0x40080000U);
    assert_int_equal(target->argument, ARGUMENT & 0xffffffffU);
}

static void arguments_of_a_64_bit_call_are_taken_whole(void **state)
{
    (void)state;
    assert_int_equal(call(CPU_ON_64, 0x100000001ULL, ENTRY, ARGUMENT), PSCI_INVALID_PARAMETERS);
    assert_int_equal(fake_vcpu(IVI, 1U)->power, VCPU_OFF);
}

/* @verifies REQ-PSCI-001 */
static void cpu_on_of_a_vcpu_that_does_not_exist_is_invalid(void **state)
{
    (void)state;
    assert_int_equal(call(CPU_ON_64, 3U, ENTRY, 0U), PSCI_INVALID_PARAMETERS);
    assert_int_equal(call(CPU_ON_64, 0x80000001U, ENTRY, 0U), PSCI_INVALID_PARAMETERS);
    assert_int_equal(call(CPU_ON_64, 0x101U, ENTRY, 0U), PSCI_INVALID_PARAMETERS);
    assert_int_equal(call(CPU_ON_64, ~0ULL, ENTRY, 0U), PSCI_INVALID_PARAMETERS);
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
}

/* @verifies REQ-PSCI-004 */
static void cpu_on_at_what_is_no_instruction_of_the_partitions_memory_is_refused(void **state)
{
    static const uint64_t bad[] = {0U,           0x3ffffffcU,    0x40800000U,    0x40000001U, 0x40000002U, 0x40000003U,
                                   0x13ffffffcU, 0x140100000ULL, 0x1400ffffeULL, 0x9000000U,  ~3ULL};
    static const uint64_t good[] = {0x40000000U, 0x407ffffcU, 0x140000000ULL, 0x1400ffffcULL};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(bad); n++) {
        assert_int_equal(call(CPU_ON_64, 2U, bad[n], 0U), PSCI_INVALID_ADDRESS);
        assert_int_equal(fake_vcpu(IVI, 2U)->power, VCPU_OFF);
    }
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
    for (uint32_t n = 0U; n < COUNT(good); n++) {
        fake_vcpu(IVI, 2U)->power = VCPU_OFF;
        assert_int_equal(call(CPU_ON_64, 2U, good[n], 0U), PSCI_SUCCESS);
    }
    assert_int_equal(call(CPU_ON_64, 9U, bad[0], 0U), PSCI_INVALID_PARAMETERS);
}

/* @verifies REQ-PSCI-001 */
static void cpu_on_reaches_no_vcpu_of_another_partition(void **state)
{
    (void)state;
    caller = fake_be_vcpu(SAFETY, 0U);
    for (uint64_t affinity = 1U; affinity < 0x10000U; affinity += 0x101U) {
        assert_int_equal(call(CPU_ON_64, affinity, ENTRY, 0U), PSCI_INVALID_PARAMETERS);
    }
    assert_int_equal(fake_vcpu(IVI, 1U)->power, VCPU_OFF);
    assert_int_equal(fake_vcpu(IVI, 2U)->power, VCPU_OFF);
}

static void cpu_on_of_a_running_vcpu_or_of_the_caller_is_already_on(void **state)
{
    (void)state;
    fake_vcpu(IVI, 1U)->power = VCPU_ON;
    fake_vcpu(IVI, 1U)->entry = IPA(7U);
    assert_int_equal(call(CPU_ON_64, 1U, ENTRY, 0U), PSCI_ALREADY_ON);
    assert_int_equal(call(CPU_ON_64, 0U, ENTRY, 0U), PSCI_ALREADY_ON);
    assert_int_equal(fake_vcpu(IVI, 1U)->entry.value, 7U);
    assert_int_equal(fake_vcpu(IVI, 0U)->power, VCPU_ON);
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
}

/* @verifies REQ-PSCI-002 */
static void of_two_cpu_on_for_one_vcpu_the_first_wins(void **state)
{
    (void)state;
    assert_int_equal(call(CPU_ON_64, 2U, ENTRY, 1U), PSCI_SUCCESS);
    caller = fake_be_vcpu(IVI, 1U);
    assert_int_equal(call(CPU_ON_64, 2U, ENTRY + 4U, 2U), PSCI_ON_PENDING);
    assert_int_equal(fake_vcpu(IVI, 2U)->entry.value, ENTRY);
    assert_int_equal(fake_vcpu(IVI, 2U)->argument, 1U);
    assert_int_equal(fake_posts(3U, POST_VCPU), 1U); /* of the first */
}

/* Another core's CPU_ON, in the moment before this one gets the lock. */
static void other_cpu_on_wins(void)
{
    fake_vcpu(IVI, 2U)->entry = IPA(0x1000U);
    fake_vcpu(IVI, 2U)->power = VCPU_ON_PENDING;
}

/* @verifies REQ-PSCI-002 */
static void the_decision_of_cpu_on_is_made_under_the_lock(void **state)
{
    (void)state;
    fake_on_acquire = other_cpu_on_wins;
    assert_int_equal(call(CPU_ON_64, 2U, ENTRY, 0U), PSCI_ON_PENDING);
    assert_int_equal(fake_vcpu(IVI, 2U)->entry.value, 0x1000U);
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
}

/* Runs before the next one: a look cannot be undone. */
static void cpu_on_of_a_vcpu_whose_core_is_still_on_its_way_is_accepted(void **state)
{
    (void)state;
    fake_cores[3].online = 0U;
    assert_int_equal(call(CPU_ON_64, 2U, ENTRY, 0U), PSCI_SUCCESS);
    assert_int_equal(fake_vcpu(IVI, 2U)->power, VCPU_ON_PENDING);
}

/* @verifies REQ-BOOT-005 */
static void cpu_on_of_a_vcpu_whose_core_never_came_up_fails(void **state)
{
    (void)state;
    fake_cores[3].online = 0U;
    supervise_timer();
    fake_journal_clear();
    assert_int_equal(call(CPU_ON_64, 2U, ENTRY, 0U), PSCI_INTERNAL_FAILURE);
    assert_int_equal(fake_vcpu(IVI, 2U)->power, VCPU_OFF);
    assert_int_equal(call(AFFINITY_INFO_64, 2U, 0U, 0U), OFF);
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
}

static void affinity_info_tells_off_pending_and_on_apart(void **state)
{
    (void)state;
    assert_int_equal(call(AFFINITY_INFO_64, 2U, 0U, 0U), OFF);
    assert_int_equal(call(CPU_ON_64, 2U, ENTRY, 0U), PSCI_SUCCESS);
    assert_int_equal(call(AFFINITY_INFO_64, 2U, 0U, 0U), ON_PENDING);
    fake_vcpu(IVI, 2U)->power = VCPU_ON;
    assert_int_equal(call(AFFINITY_INFO_64, 2U, 0U, 0U), ON);
    assert_int_equal(call(PSCI_AFFINITY_INFO, 0xffffffff00000002ULL, 0xffffffff00000000ULL, 0U), ON);
    assert_int_equal(call(AFFINITY_INFO_64, 0U, 0U, 0U), ON);
}

/* @verifies REQ-PSCI-001 */
static void affinity_info_knows_level_zero_and_own_vcpus_only(void **state)
{
    (void)state;
    assert_int_equal(call(AFFINITY_INFO_64, 0U, 1U, 0U), PSCI_INVALID_PARAMETERS);
    assert_int_equal(call(AFFINITY_INFO_64, 3U, 0U, 0U), PSCI_INVALID_PARAMETERS);
    assert_int_equal(call(AFFINITY_INFO_64, ~0ULL, 0U, 0U), PSCI_INVALID_PARAMETERS);
}

static void cpu_off_takes_the_caller_off_and_no_other(void **state)
{
    (void)state;
    fake_vcpu(IVI, 1U)->power = VCPU_ON;
    frame = (struct frame){.slot = {PSCI_CPU_OFF}};
    assert_true(psci_answer(caller, &frame, PSCI_CPU_OFF));
    assert_int_equal(caller->power, VCPU_OFF);
    assert_int_equal(fake_vcpu(IVI, 1U)->power, VCPU_ON);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_RUNNING);
    assert_int_equal(fake_count("smc"), 0U);
}

/* @verifies REQ-PSCI-005 */
static void the_last_vcpu_that_goes_off_is_an_event_and_no_other(void **state)
{
    (void)state;
    fake_vcpu(IVI, 1U)->power = VCPU_ON_PENDING;
    frame = (struct frame){.slot = {PSCI_CPU_OFF}};
    *fake_sysreg("elr_el2") = 0x40001000U;
    assert_true(psci_answer(caller, &frame, PSCI_CPU_OFF));
    assert_int_equal(fake_events(), 0U);
    caller = fake_be_vcpu(IVI, 1U);
    assert_true(psci_answer(caller, &frame, PSCI_CPU_OFF));
    assert_int_equal(fake_events(), 1U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_ALL_OFF);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->vcpu, 1U);
    assert_int_equal(fake_event(0U)->pc, 0x40001000U);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_RUNNING);
}

static void the_last_vcpu_that_goes_off_while_its_partition_stops_is_no_event(void **state)
{
    (void)state;
    fake_partitions[IVI].phase = PARTITION_STOPPING;
    assert_true(psci_answer(caller, &frame, PSCI_CPU_OFF));
    assert_int_equal(fake_events(), 0U);
}

/* @verifies REQ-PSCI-002 */
static void a_vcpu_that_went_off_can_be_switched_on_before_it_has_left_its_core(void **state)
{
    (void)state;
    assert_true(psci_answer(caller, &frame, PSCI_CPU_OFF));
    caller = fake_be_vcpu(IVI, 1U);
    assert_int_equal(call(CPU_ON_64, 0U, ENTRY, 9U), PSCI_SUCCESS);
    assert_int_equal(fake_vcpu(IVI, 0U)->power, VCPU_ON_PENDING);
    assert_int_equal(fake_posts(1U, POST_VCPU), 1U);
}

/* @verifies REQ-PSCI-003 */
static void cpu_suspend_waits_for_an_interrupt_on_the_spot(void **state)
{
    (void)state;
    assert_int_equal(call(PSCI_CPU_SUSPEND | SMC64, 0U, ENTRY, 0U), PSCI_SUCCESS);
    assert_int_equal(fake_count("wfi"), 1U);
    assert_int_equal(caller->power, VCPU_ON);
    assert_int_equal(call(PSCI_CPU_SUSPEND, 0x0301ffffU & ~(1U << 16), 0U, 0U), PSCI_SUCCESS);
    assert_int_equal(fake_count("wfi"), 2U);
}

/* @verifies REQ-PSCI-003 */
static void cpu_suspend_does_not_wait_while_an_interrupt_is_listed(void **state)
{
    (void)state;
    fake_vgic_listed = true;
    assert_int_equal(call(PSCI_CPU_SUSPEND, 0U, 0U, 0U), PSCI_SUCCESS);
    assert_int_equal(fake_count("wfi"), 0U);
}

/* @verifies REQ-PSCI-003 */
static void cpu_suspend_knows_no_state_but_standby(void **state)
{
    (void)state;
    for (uint32_t bit = 16U; bit < 32U; bit++) {
        if (bit != 24U && bit != 25U) {
            assert_int_equal(call(PSCI_CPU_SUSPEND, 1ULL << bit, ENTRY, 0U), PSCI_INVALID_PARAMETERS);
        }
    }
    assert_int_equal(fake_count("wfi"), 0U);
}

static void version_is_1_1_and_migration_is_not_needed(void **state)
{
    (void)state;
    assert_int_equal(call(PSCI_VERSION, 0U, 0U, 0U), 0x10001);
    assert_int_equal(call(PSCI_MIGRATE_INFO_TYPE, 0U, 0U, 0U), 2);
}

static void features_and_calls_agree(void **state)
{
    static const uint32_t known[] = {PSCI_VERSION,       PSCI_CPU_SUSPEND,  PSCI_CPU_SUSPEND | SMC64,
                                     PSCI_CPU_OFF,       PSCI_CPU_ON,       CPU_ON_64,
                                     PSCI_AFFINITY_INFO, AFFINITY_INFO_64,  PSCI_MIGRATE_INFO_TYPE,
                                     PSCI_SYSTEM_OFF,    PSCI_SYSTEM_RESET, PSCI_FEATURES,
                                     0x80000000U /* SMCCC_VERSION */};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(known); n++) {
        assert_int_equal(call(PSCI_FEATURES, 0xdead000000000000ULL | known[n], 0U, 0U), PSCI_SUCCESS);
    }
    for (uint32_t number = 0U; number < 0x40U; number++) {
        for (uint32_t wide = 0U; wide <= SMC64; wide += SMC64) {
            uint32_t function = (PSCI_VERSION + number) | wide;
            bool listed = false;

            for (uint32_t n = 0U; n < COUNT(known); n++) {
                listed = listed || known[n] == function;
            }
            if (!listed) {
                assert_int_equal(call(PSCI_FEATURES, function, 0U, 0U), PSCI_NOT_SUPPORTED);
                assert_int_equal(call(function, 0U, 0U, 0U), PSCI_NOT_SUPPORTED);
            }
        }
    }
}

/* @verifies REQ-PART-001 */
static void system_off_and_reset_mark_the_own_partition_and_post_its_cores(void **state)
{
    (void)state;
    frame = (struct frame){.slot = {PSCI_SYSTEM_RESET}};
    assert_true(psci_answer(caller, &frame, PSCI_SYSTEM_RESET));
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_STOPPING);
    assert_true(fake_partitions[IVI].restart);
    assert_int_equal(fake_partitions[SAFETY].phase, PARTITION_RUNNING);
    assert_int_equal(fake_partitions[AUX].phase, PARTITION_RUNNING);
    assert_int_equal(fake_posts(0U, POST_VCPU), 0U);
    for (uint32_t core = 1U; core < CORES; core++) {
        assert_int_equal(fake_posts(core, POST_VCPU), 1U);
    }
    assert_int_equal(fake_count("smc"), 0U);
    /* A second vCPU asks for the opposite before it is off: too late, but it leaves. */
    caller = fake_be_vcpu(IVI, 1U);
    assert_true(psci_answer(caller, &frame, PSCI_SYSTEM_OFF));
    assert_true(fake_partitions[IVI].restart);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(cpu_on_of_a_vcpu_that_is_off_leaves_entry_and_argument_and_posts_its_core, set_up),
        cmocka_unit_test_setup(arguments_of_a_32_bit_call_are_32_bits_wide, set_up),
        cmocka_unit_test_setup(arguments_of_a_64_bit_call_are_taken_whole, set_up),
        cmocka_unit_test_setup(cpu_on_of_a_vcpu_that_does_not_exist_is_invalid, set_up),
        cmocka_unit_test_setup(cpu_on_at_what_is_no_instruction_of_the_partitions_memory_is_refused, set_up),
        cmocka_unit_test_setup(cpu_on_reaches_no_vcpu_of_another_partition, set_up),
        cmocka_unit_test_setup(cpu_on_of_a_running_vcpu_or_of_the_caller_is_already_on, set_up),
        cmocka_unit_test_setup(of_two_cpu_on_for_one_vcpu_the_first_wins, set_up),
        cmocka_unit_test_setup(the_decision_of_cpu_on_is_made_under_the_lock, set_up),
        cmocka_unit_test_setup(cpu_on_of_a_vcpu_whose_core_is_still_on_its_way_is_accepted, set_up),
        cmocka_unit_test_setup(cpu_on_of_a_vcpu_whose_core_never_came_up_fails, set_up),
        cmocka_unit_test_setup(affinity_info_tells_off_pending_and_on_apart, set_up),
        cmocka_unit_test_setup(affinity_info_knows_level_zero_and_own_vcpus_only, set_up),
        cmocka_unit_test_setup(cpu_off_takes_the_caller_off_and_no_other, set_up),
        cmocka_unit_test_setup(the_last_vcpu_that_goes_off_while_its_partition_stops_is_no_event, set_up),
        cmocka_unit_test_setup(the_last_vcpu_that_goes_off_is_an_event_and_no_other, set_up),
        cmocka_unit_test_setup(a_vcpu_that_went_off_can_be_switched_on_before_it_has_left_its_core, set_up),
        cmocka_unit_test_setup(cpu_suspend_waits_for_an_interrupt_on_the_spot, set_up),
        cmocka_unit_test_setup(cpu_suspend_does_not_wait_while_an_interrupt_is_listed, set_up),
        cmocka_unit_test_setup(cpu_suspend_knows_no_state_but_standby, set_up),
        cmocka_unit_test_setup(version_is_1_1_and_migration_is_not_needed, set_up),
        cmocka_unit_test_setup(features_and_calls_agree, set_up),
        cmocka_unit_test_setup(system_off_and_reset_mark_the_own_partition_and_post_its_cores, set_up),
    };

    return cmocka_run_group_tests_name("psci", tests, NULL, NULL);
}
