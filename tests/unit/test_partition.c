/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Life of a partition (partitions/partition.c, health.c): stopping and restarting, with its vCPUs leaving in every
 * order. ivi has three vCPUs on cores 1 to 3.
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/core.h"
#include "partitions/health.h"
#include "partitions/partition.h"

#define VCPUS 3U

static struct partition_state *ivi;

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    for (uint32_t v = VCPUS; v > 0U; v--) {
        (void)fake_be_vcpu(IVI, v - 1U);
    }
    ivi = &fake_partitions[IVI];
    fake_journal_clear();
    return 0;
}

/* A vCPU leaves its core, as partitions/run.c does it. */
static void leave(uint32_t vcpu)
{
    fake_be_core(fake_vcpu(IVI, vcpu)->config->core);
    this_core()->current = NULL;
    ticket_acquire(&ivi->lock);
    fake_vcpu(IVI, vcpu)->loaded = false;
    partition_settle(ivi);
    ticket_release(&ivi->lock);
}

/* What the core of the boot vCPU does then (partitions/run.c). */
static void complete(struct partition_state *partition)
{
    fake_be_core(partition->config->vcpus[0].core);
    for (uint32_t n = 0U; partition->phase == PARTITION_RELEASING; n++) {
        assert_in_range(n, 0U, 8U);
        partition_step(partition);
    }
}

/* Calls `check` for each order in which three vCPUs can leave. */
static void in_every_order(void (*check)(const uint32_t *order))
{
    static const uint32_t orders[][VCPUS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    for (uint32_t n = 0U; n < COUNT(orders); n++) {
        (void)set_up(NULL);
        check(orders[n]);
    }
}

/* @verifies REQ-PART-001 */
static void at_boot_every_partition_is_about_to_be_loaded_and_no_vcpu_is_on(void **state)
{
    (void)state;
    memset(fake_partitions, 0, sizeof(fake_partitions));
    fake_vcpu(IVI, 0U)->config = NULL;
    fake_vcpu(IVI, 2U)->config = NULL;
    partition_init_all();
    for (uint32_t p = 0U; p < partition_count; p++) {
        assert_int_equal(fake_partitions[p].phase, PARTITION_LOADING);
        assert_ptr_equal(fake_partitions[p].config, &fake_partition_configs[p]);
    }
    assert_ptr_equal(fake_vcpu(IVI, 0U)->config, &fake_partition_configs[IVI].vcpus[0]);
    assert_ptr_equal(fake_vcpu(IVI, 2U)->config, &fake_partition_configs[IVI].vcpus[2]);
    assert_int_equal(fake_count("gic_spi_configure"), 3U);
    assert_called("gic_spi_configure", 0U, 40U, true, 0U);
    assert_called("gic_spi_configure", 2U, 50U, false, 0U);
}

/* @verifies REQ-PART-001 */
static void a_request_marks_the_partition_posts_its_cores_and_leaves_a_record(void **state)
{
    (void)state;
    assert_true(partition_request_stop(ivi, true));
    assert_int_equal(ivi->phase, PARTITION_STOPPING);
    assert_true(ivi->restart);
    assert_int_equal(fake_posts(0U, POST_VCPU), 0U);
    for (uint32_t core = 1U; core < CORES; core++) {
        assert_int_equal(fake_posts(core, POST_VCPU), 1U);
    }
    assert_int_equal(fake_events(), 1U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_TRACE_PARTITION_STOP);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->detail, 1U);
    assert_int_equal(fake_locks_held(), 0U);
    assert_int_equal(fake_count("gic_spi_reset"), 0U);
}

static void a_request_to_stop_for_good_says_so(void **state)
{
    (void)state;
    assert_true(partition_request_stop(ivi, false));
    assert_false(ivi->restart);
    assert_int_equal(fake_event(0U)->detail, 0U);
    assert_int_equal(fake_event(0U)->address, 0U);
    assert_int_equal(fake_event(0U)->pc, 0U);
}

static void only_a_running_partition_can_be_asked_to_stop(void **state)
{
    static const enum partition_phase phases[] = {PARTITION_STOPPED, PARTITION_STOPPING, PARTITION_RELEASING,
                                                  PARTITION_LOADING, PARTITION_RESETTING};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(phases); n++) {
        ivi->phase = phases[n];
        ivi->restart = false;
        assert_false(partition_request_stop(ivi, true));
        assert_int_equal(ivi->phase, phases[n]);
        assert_false(ivi->restart);
    }
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
    assert_int_equal(fake_events(), 0U);
}

static void request_of_another_core(void)
{
    ivi->phase = PARTITION_STOPPING;
    ivi->restart = true;
}

/* @verifies REQ-PART-001 */
static void of_two_requests_at_once_the_first_decides(void **state)
{
    (void)state;
    fake_on_acquire = request_of_another_core;
    assert_false(partition_request_stop(ivi, false));
    assert_true(ivi->restart);
}

static void stops_with_the_last_of(uint32_t physical, const uint32_t *order)
{
    (void)partition_request_stop(ivi, false);
    for (uint32_t n = 0U; n < VCPUS; n++) {
        assert_int_equal(ivi->phase, PARTITION_STOPPING);
        assert_int_equal(fake_count("gic_spi_reset"), 0U);
        leave(order[n]);
    }
    complete(ivi);
    assert_int_equal(ivi->phase, PARTITION_STOPPED);
    assert_int_equal(ivi->restarts, 0U);
    for (uint32_t v = 0U; v < VCPUS; v++) {
        assert_int_equal(fake_vcpu(IVI, v)->power, VCPU_OFF);
    }
    assert_int_equal(fake_count("gic_spi_reset"), 1U);
    assert_called("gic_spi_reset", 0U, physical, 0U, 0U);
}

static void stops_with_the_last(const uint32_t *order)
{
    stops_with_the_last_of(50U, order);
}

/* @verifies REQ-PART-001 @verifies REQ-PART-002 */
static void the_last_vcpu_to_leave_completes_the_stop(void **state)
{
    (void)state;
    in_every_order(stops_with_the_last);
}

static void reloads_with_the_last(const uint32_t *order)
{
    uint32_t posts;

    ivi->loader = (struct loader_state){3U, 0x5000U, 7U};
    (void)partition_request_stop(ivi, true);
    posts = fake_posts(1U, POST_VCPU);
    for (uint32_t n = 0U; n < VCPUS; n++) {
        assert_int_equal(ivi->phase, PARTITION_STOPPING);
        leave(order[n]);
    }
    assert_int_equal(ivi->phase, PARTITION_RELEASING);
    /* The core of the boot vCPU is told, whoever was the last. */
    assert_int_equal(fake_posts(1U, POST_VCPU), posts + 1U);
    complete(ivi);
    assert_int_equal(ivi->phase, PARTITION_LOADING);
    assert_int_equal(ivi->restarts, 1U);
    assert_int_equal(ivi->loader.region, 0U);
    assert_int_equal(ivi->loader.offset, 0U);
    assert_int_equal(ivi->loader.copy, 0U);
    assert_called("gic_spi_reset", 0U, 50U, 0U, 0U);
}

/* @verifies REQ-PART-001 @verifies REQ-PART-002 */
static void the_last_vcpu_to_leave_lets_the_boot_core_reload(void **state)
{
    (void)state;
    in_every_order(reloads_with_the_last);
}

/* @verifies REQ-PART-002 */
static void all_physical_interrupts_of_a_stopped_partition_are_reset_and_virtual_lines_are_not(void **state)
{
    struct partition_state *safety = &fake_partitions[SAFETY];

    (void)state;
    fake_be_core(0U);
    (void)partition_request_stop(safety, true);
    fake_vcpu(SAFETY, 0U)->loaded = false;
    partition_settle(safety);
    complete(safety);
    assert_int_equal(fake_count("gic_spi_reset"), 2U);
    assert_called("gic_spi_reset", 0U, 40U, 0U, 0U);
    assert_called("gic_spi_reset", 1U, 41U, 0U, 0U);
}

/* @verifies REQ-PART-002 */
static void the_first_interrupt_of_a_partition_is_reset_as_well(void **state)
{
    static const struct interrupt_config interrupts[] = {{60U, 60U, false}, {61U, 0U, false}};

    (void)state;
    fake_partition_configs[IVI].interrupts = interrupts;
    stops_with_the_last_of(60U, (const uint32_t[]){2U, 1U, 0U});
}

/* @verifies REQ-PART-002 */
static void many_interrupts_are_taken_off_a_few_at_a_time(void **state)
{
    static struct interrupt_config interrupts[70];

    (void)state;
    for (uint32_t n = 0U; n < COUNT(interrupts); n++) {
        interrupts[n] = (struct interrupt_config){(uint16_t)(32U + n), (uint16_t)(32U + n), false};
    }
    fake_partition_configs[IVI].interrupts = interrupts;
    fake_partition_configs[IVI].interrupt_count = COUNT(interrupts);
    (void)partition_request_stop(ivi, true);
    for (uint32_t v = 0U; v < VCPUS; v++) {
        leave(v);
    }
    for (uint32_t n = 1U; n <= 3U; n++) {
        assert_int_equal(ivi->phase, PARTITION_RELEASING);
        partition_step(ivi);
        assert_int_equal(fake_count("gic_spi_reset"), n < 3U ? n * 32U : COUNT(interrupts));
    }
    assert_int_equal(ivi->phase, PARTITION_LOADING);
    assert_called("gic_spi_reset", COUNT(interrupts) - 1U, 101U, 0U, 0U);
}

static void a_vcpu_that_was_off_or_pending_does_not_hold_up_the_stop(void **state)
{
    (void)state;
    fake_vcpu(IVI, 1U)->power = VCPU_OFF;
    fake_vcpu(IVI, 1U)->loaded = false;
    fake_vcpu(IVI, 2U)->power = VCPU_ON_PENDING;
    fake_vcpu(IVI, 2U)->loaded = false;
    (void)partition_request_stop(ivi, true);
    leave(0U);
    complete(ivi);
    assert_int_equal(ivi->phase, PARTITION_LOADING);
    assert_int_equal(fake_vcpu(IVI, 2U)->power, VCPU_OFF);
}

static void a_vcpu_that_leaves_a_running_partition_settles_nothing(void **state)
{
    (void)state;
    leave(0U);
    leave(1U);
    leave(2U);
    assert_int_equal(ivi->phase, PARTITION_RUNNING);
    assert_int_equal(fake_vcpu(IVI, 1U)->power, VCPU_ON);
    assert_int_equal(fake_count("gic_spi_reset"), 0U);
}

/* @verifies REQ-PART-001 */
static void a_stop_leaves_other_partitions_alone(void **state)
{
    struct partition_state safety = fake_partitions[SAFETY];
    struct partition_state aux = fake_partitions[AUX];
    struct vcpu_state vcpu = *fake_vcpu(SAFETY, 0U);

    (void)state;
    stops_with_the_last((const uint32_t[]){0U, 1U, 2U});
    assert_memory_equal(&safety, &fake_partitions[SAFETY], sizeof(safety));
    assert_memory_equal(&aux, &fake_partitions[AUX], sizeof(aux));
    assert_memory_equal(&vcpu, fake_vcpu(SAFETY, 0U), sizeof(vcpu));
}

/* @verifies REQ-PART-001 */
static void after_a_load_the_partition_starts_from_its_power_on_state(void **state)
{
    struct vcpu_state *boot = fake_vcpu(IVI, 0U);

    (void)state;
    ivi->phase = PARTITION_LOADING;
    ivi->generation = 4U;
    ivi->restarts = 2U;
    boot->power = VCPU_OFF;
    boot->loaded = false;
    fake_vuarts[1].registers.word[VUART_IMSC] = 0x70U;
    partition_loaded(ivi);
    for (uint32_t n = 0U; n < FAKE_VGIC_RESETS; n++) {
        assert_int_equal(ivi->phase, PARTITION_RESETTING);
        partition_step(ivi);
        assert_called("vgic_reset", n, IVI, n, 0U);
    }
    assert_int_equal(ivi->phase, PARTITION_RUNNING);
    assert_int_equal(ivi->generation, 5U);
    assert_int_equal(boot->power, VCPU_ON_PENDING);
    assert_int_equal(boot->entry.value, fake_partition_configs[IVI].entry.value);
    assert_int_equal(boot->argument, fake_partition_configs[IVI].device_tree.value);
    assert_int_equal(fake_vuarts[1].registers.word[VUART_IMSC], 0U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_TRACE_PARTITION_RUN);
    assert_int_equal(fake_event(0U)->detail, 2U);
    assert_int_equal(fake_event(0U)->address, 0U);
    assert_int_equal(fake_event(0U)->pc, fake_partition_configs[IVI].entry.value);
}

static void a_partition_without_a_console_starts_as_well(void **state)
{
    (void)state;
    partition_loaded(&fake_partitions[AUX]);
    for (uint32_t n = 0U; n < FAKE_VGIC_RESETS; n++) {
        partition_step(&fake_partitions[AUX]);
    }
    assert_int_equal(fake_partitions[AUX].phase, PARTITION_RUNNING);
}

/* @verifies REQ-HEALTH-001 */
static void an_event_record_names_vcpu_detail_address_and_program_counter(void **state)
{
    (void)state;
    *fake_sysreg("cntvct_el0") = 99U;
    *fake_sysreg("elr_el2") = 0x40002000U;
    fake_be_core(3U);
    health_note(fake_vcpu(IVI, 2U), BULKHEAD_EVENT_ABORT, 0x11U, 0x22U);
    assert_int_equal(fake_event(0U)->time, 99U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_ABORT);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->vcpu, 2U);
    assert_int_equal(fake_event(0U)->detail, 0x11U);
    assert_int_equal(fake_event(0U)->address, 0x22U);
    assert_int_equal(fake_event(0U)->pc, 0x40002000U);
    assert_int_equal(ivi->phase, PARTITION_RUNNING);
}

/* @verifies REQ-HEALTH-002 */
static void a_fault_stops_or_restarts_as_on_fault_says_and_once(void **state)
{
    (void)state;
    fake_be_core(2U);
    health_fault(fake_vcpu(IVI, 1U), BULKHEAD_EVENT_CRASH, 0U, 1U);
    assert_int_equal(ivi->phase, PARTITION_STOPPING);
    assert_false(ivi->restart);
    fake_partition_configs[IVI].on_fault = FAULT_RESTART;
    health_serror(fake_vcpu(IVI, 1U), 0xbe000000U);
    assert_false(ivi->restart);
    assert_int_equal(fake_event(2U)->kind, BULKHEAD_EVENT_SERROR);
    health_serror(fake_be_vcpu(SAFETY, 0U), 0xbe000000U);
    assert_int_equal(fake_partitions[SAFETY].phase, PARTITION_STOPPING);
    assert_true(fake_partitions[SAFETY].restart);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(at_boot_every_partition_is_about_to_be_loaded_and_no_vcpu_is_on, set_up),
        cmocka_unit_test_setup(a_request_marks_the_partition_posts_its_cores_and_leaves_a_record, set_up),
        cmocka_unit_test_setup(a_request_to_stop_for_good_says_so, set_up),
        cmocka_unit_test_setup(only_a_running_partition_can_be_asked_to_stop, set_up),
        cmocka_unit_test_setup(of_two_requests_at_once_the_first_decides, set_up),
        cmocka_unit_test_setup(the_last_vcpu_to_leave_completes_the_stop, set_up),
        cmocka_unit_test_setup(the_last_vcpu_to_leave_lets_the_boot_core_reload, set_up),
        cmocka_unit_test_setup(all_physical_interrupts_of_a_stopped_partition_are_reset_and_virtual_lines_are_not,
                               set_up),
        cmocka_unit_test_setup(the_first_interrupt_of_a_partition_is_reset_as_well, set_up),
        cmocka_unit_test_setup(many_interrupts_are_taken_off_a_few_at_a_time, set_up),
        cmocka_unit_test_setup(a_vcpu_that_was_off_or_pending_does_not_hold_up_the_stop, set_up),
        cmocka_unit_test_setup(a_vcpu_that_leaves_a_running_partition_settles_nothing, set_up),
        cmocka_unit_test_setup(a_stop_leaves_other_partitions_alone, set_up),
        cmocka_unit_test_setup(after_a_load_the_partition_starts_from_its_power_on_state, set_up),
        cmocka_unit_test_setup(a_partition_without_a_console_starts_as_well, set_up),
        cmocka_unit_test_setup(an_event_record_names_vcpu_detail_address_and_program_counter, set_up),
        cmocka_unit_test_setup(a_fault_stops_or_restarts_as_on_fault_says_and_once, set_up),
    };

    return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
