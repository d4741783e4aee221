/* SPDX-License-Identifier: Apache-2.0 */
/*
 * To whom an SError is charged when a core leaves a partition (partitions/run.c). Core 1 has ivi.0 (more urgent) and aux.0, core
 * 2 has ivi.1. The windows are recorders (tests/unit/fake/context_recorder.c): fake_serror is what the next one finds.
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"
#include "partitions/exit.h"
#include "partitions/run.h"

#define RAM 0x48000000U
#define PAGES 12U

static struct frame frame;
static uint8_t ram[PAGES * PAGE_SIZE];
static const struct memory_config region = {{0x40000000U}, {RAM}, sizeof(ram)};

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    fake_uart_reset();
    fake_memory_reset();
    fake_serror = 0U;
    fake_memory_add(RAM, ram, sizeof(ram));
    memset(ram, 0xee, sizeof(ram));
    for (uint32_t p = 0U; p < 3U; p++) {
        fake_partition_configs[p].memory = &region;
        fake_partition_configs[p].memory_count = 1U;
    }
    frame = (struct frame){0};
    fake_be_core(1U);
    fake_journal_clear();
    return 0;
}

static void off(uint32_t partition, uint32_t index)
{
    struct vcpu_state *vcpu = fake_vcpu(partition, index);

    vcpu->power = VCPU_OFF;
    vcpu->loaded = false;
    if (fake_cores[vcpu->config->core].current == vcpu) {
        fake_cores[vcpu->config->core].current = NULL;
    }
}

static void cpu_on_by_another_core(void)
{
    struct vcpu_state *vcpu = fake_vcpu(IVI, 1U);

    vcpu->power = VCPU_ON_PENDING;
    vcpu->entry = IPA(0x40080000U);
}

/* Another interrupt before each decision what to run. */
static void refill(void)
{
    fake_gic_raise(UART_INTID);
    fake_on_acquire = refill;
}

/* @verifies REQ-HEALTH-002 @verifies REQ-SERR-001 */
static void an_serror_found_while_a_vcpu_leaves_is_its_partitions(void **state)
{
    (void)state;
    fake_vcpu(AUX, 0U)->power = VCPU_ON;
    fake_serror = 1ULL << 63 | 0xbe000011U;
    run_switch(&frame);
    assert_ptr_equal(this_core()->current, fake_vcpu(AUX, 0U));
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_SERROR);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->detail, 0xbe000011U);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_STOPPED);
    assert_int_equal(fake_partitions[AUX].phase, PARTITION_RUNNING);
}

/* @verifies REQ-SERR-001 */
static void an_serror_of_a_vcpu_that_goes_off_is_its_partitions(void **state)
{
    (void)state;
    fake_vcpu(AUX, 0U)->power = VCPU_ON;
    fake_vcpu(IVI, 0U)->power = VCPU_OFF;
    fake_serror = 1ULL << 63 | 0xbe000011U;
    run_switch(&frame);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_SERROR);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_not_equal(fake_partitions[IVI].phase, PARTITION_RUNNING);
    assert_ptr_equal(this_core()->current, fake_vcpu(AUX, 0U));
    assert_int_equal(fake_partitions[AUX].phase, PARTITION_RUNNING);
}

/* @verifies REQ-SERR-001 */
static void an_serror_of_a_partition_that_stops_already_changes_nothing_but_is_an_event(void **state)
{
    static const bool restart[] = {false, true};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(restart); n++) {
        uint64_t events;

        (void)set_up(NULL);
        off(IVI, 1U);
        fake_vcpu(AUX, 0U)->power = VCPU_ON;
        fake_partitions[IVI].phase = PARTITION_STOPPING;
        fake_partitions[IVI].restart = restart[n];
        events = this_core()->events.written;
        fake_serror = 1ULL << 63 | 0xbe000011U;
        run_switch(&frame);
        assert_true(this_core()->events.written > events);
        assert_int_equal(fake_event(events)->kind, BULKHEAD_EVENT_SERROR);
        assert_int_equal(fake_event(events)->partition, IVI);
        assert_int_equal(fake_partitions[IVI].phase, restart[n] ? PARTITION_LOADING : PARTITION_STOPPED);
    }
}

/* @verifies REQ-SERR-002 */
static void an_serror_while_loading_stops_the_partition_that_is_loaded(void **state)
{
    (void)state;
    off(IVI, 0U);
    fake_partitions[IVI].phase = PARTITION_LOADING;
    fake_partition_configs[IVI].on_fault = FAULT_RESTART;
    fake_on_wfi = NULL;
    fake_serror = 1ULL << 63 | 0xbe000012U;
    run_load_own();
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_SERROR);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->vcpu, TRACE_NOBODY);
    assert_int_equal(fake_event(0U)->detail, 0xbe000012U);
    assert_int_equal(fake_event(1U)->kind, BULKHEAD_TRACE_PARTITION_STOP);
    assert_int_equal(fake_event(1U)->detail, 0U);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_STOPPED);
    assert_int_equal(fake_partitions[IVI].generation, 0U);
    /* While its memory is still mapped: the window is before EL2's own root is back. */
    assert_true(fake_position("context_serror_window", 0U) < fake_position("memory_use_root", 1U));
    assert_int_equal(fake_locks_held(), 0U);
}

/* @verifies REQ-SERR-002 */
static void each_part_of_a_load_ends_with_a_window(void **state)
{
    (void)state;
    off(IVI, 0U);
    off(AUX, 0U);
    fake_partitions[IVI].phase = PARTITION_LOADING;
    refill();
    run_switch(&frame);
    assert_int_equal(fake_count("context_serror_window"), PAGES / 4U); /* an interrupt after each step */
}

/* @verifies REQ-SERR-003 */
static void before_a_vcpu_is_put_on_serrors_are_nobodys(void **state)
{
    (void)state;
    run_switch(&frame);
    assert_int_equal(fake_count("context_serror_check"), 1U);
    assert_called("context_serror_check", 0U, 0U, 0U, 0U);
    assert_true(fake_position("context_put", 0U) < fake_position("context_serror_check", 0U));
}

/* @verifies REQ-SERR-003 */
static void an_idle_core_finds_an_serror_that_woke_it(void **state)
{
    (void)state;
    fake_be_vcpu(IVI, 1U)->power = VCPU_OFF;
    fake_on_wfi = cpu_on_by_another_core;
    run_switch(&frame);
    assert_int_equal(fake_count("wfi"), 1U);
    assert_int_equal(fake_count("context_serror_check"), 2U);
    assert_true(fake_position("wfi", 0U) < fake_position("context_serror_check", 0U));
    assert_true(fake_position("context_serror_check", 0U) < fake_position("gic_take", 1U));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_serror_found_while_a_vcpu_leaves_is_its_partitions, set_up),
        cmocka_unit_test_setup(an_serror_of_a_vcpu_that_goes_off_is_its_partitions, set_up),
        cmocka_unit_test_setup(an_serror_of_a_partition_that_stops_already_changes_nothing_but_is_an_event, set_up),
        cmocka_unit_test_setup(an_serror_while_loading_stops_the_partition_that_is_loaded, set_up),
        cmocka_unit_test_setup(each_part_of_a_load_ends_with_a_window, set_up),
        cmocka_unit_test_setup(before_a_vcpu_is_put_on_serrors_are_nobodys, set_up),
        cmocka_unit_test_setup(an_idle_core_finds_an_serror_that_woke_it, set_up),
    };

    return cmocka_run_group_tests_name("serror", tests, NULL, NULL);
}
