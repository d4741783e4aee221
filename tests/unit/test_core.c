/* SPDX-License-Identifier: Apache-2.0 */
/* Posts between cores, trace and event rings (arch/arm64/core.c, trace.c). */
#include "tests/unit/fake/test.h"
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"

static const struct trace_source source = {1U, 2U};

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_board_reset();
    memset(events_shown, 0, sizeof(events_shown));
    return 0;
}

/* @verifies REQ-CORE-001 */
static void a_post_is_one_store_then_an_interrupt_that_orders_it(void **state)
{
    (void)state;
    core_post(2U, POST_VCPU);
    assert_int_equal(fake_cores[0].posts[2][POST_VCPU], 1U);
    assert_int_equal(fake_count("gic_send_sgi"), 1U);
    assert_called("gic_send_sgi", 0U, fake_core_configs[2].mpidr, CORE_SGI, 0U);
    assert_int_equal(fake_locks_held(), 0U);
}

/* @verifies REQ-CORE-001 */
static void a_post_changes_no_word_of_another_sender(void **state)
{
    struct core_state before[CORES];

    (void)state;
    memcpy(before, fake_cores, sizeof(before));
    core_post(3U, POST_CONSOLE);
    assert_memory_equal(&before[1], &fake_cores[1], sizeof(before) - sizeof(before[0]));
}

static void posts_are_taken_once_by_their_receiver_alone(void **state)
{
    (void)state;
    core_post(2U, POST_VCPU);
    fake_be_core(1U);
    assert_int_equal(core_take_posts(), 0U);
    fake_be_core(2U);
    assert_int_equal(core_take_posts(), 1U << POST_VCPU);
    assert_int_equal(core_take_posts(), 0U);
}

static void posts_of_several_senders_and_kinds_come_together(void **state)
{
    (void)state;
    core_post(3U, POST_VCPU);
    fake_be_core(1U);
    core_post(3U, POST_CONSOLE);
    core_post(3U, POST_CONSOLE);
    fake_be_core(3U);
    core_post(3U, POST_VCPU);
    assert_int_equal(core_take_posts(), 1U << POST_VCPU | 1U << POST_CONSOLE);
    assert_int_equal(core_take_posts(), 0U);
}

static void a_post_after_the_last_look_is_seen_at_the_next(void **state)
{
    (void)state;
    core_post(1U, POST_CONSOLE);
    fake_be_core(1U);
    (void)core_take_posts();
    fake_be_core(0U);
    core_post(1U, POST_CONSOLE);
    fake_be_core(1U);
    assert_int_equal(core_take_posts(), 1U << POST_CONSOLE);
}

static void a_post_count_that_wraps_around_is_still_a_post(void **state)
{
    (void)state;
    fake_cores[0].posts[1][POST_VCPU] = ~0U;
    fake_cores[1].seen[0][POST_VCPU] = ~0U;
    core_post(1U, POST_VCPU);
    fake_be_core(1U);
    assert_int_equal(core_take_posts(), 1U << POST_VCPU);
}

static void a_core_may_post_to_itself(void **state)
{
    (void)state;
    core_post(0U, POST_HALT);
    assert_int_equal(core_take_posts(), 1U << POST_HALT);
}

static void waiting_completes_earlier_stores_first(void **state)
{
    (void)state;
    core_wait();
    assert_true(fake_position("dsb sy", 0U) < fake_position("wfi", 0U));
}

/* @verifies REQ-TRACE-001 */
static void an_exit_leaves_one_record_in_the_ring_of_its_core(void **state)
{
    const struct bulkhead_trace *entry = &fake_cores[0].trace.entries[0];

    (void)state;
    *fake_sysreg("cntvct_el0") = 777U;
    *fake_sysreg("elr_el2") = 0x40001000U;
    trace_exit(BULKHEAD_TRACE_MMIO, source, 0x93000046U, 0x09000000U);
    assert_int_equal(fake_cores[0].trace.written, 1U);
    assert_int_equal(fake_cores[0].events.written, 0U);
    assert_int_equal(entry->time, 777U);
    assert_int_equal(entry->kind, BULKHEAD_TRACE_MMIO);
    assert_int_equal(entry->partition, 1U);
    assert_int_equal(entry->vcpu, 2U);
    assert_int_equal(entry->detail, 0x93000046U);
    assert_int_equal(entry->address, 0x09000000U);
    assert_int_equal(entry->pc, 0x40001000U);
}

/* @verifies REQ-TRACE-001 */
static void a_full_trace_ring_keeps_the_newest_and_counts_all(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < BULKHEAD_TRACE_ENTRIES + 3U; n++) {
        trace_exit(BULKHEAD_TRACE_IRQ, source, n, 0U);
    }
    assert_int_equal(fake_cores[0].trace.written, BULKHEAD_TRACE_ENTRIES + 3U);
    assert_int_equal(fake_cores[0].trace.entries[2].detail, BULKHEAD_TRACE_ENTRIES + 2U);
    assert_int_equal(fake_cores[0].trace.entries[3].detail, 3U);
}

/* @verifies REQ-TRACE-001 @verifies REQ-HEALTH-001 */
static void an_event_stands_in_both_rings_and_the_service_core_is_told(void **state)
{
    (void)state;
    *fake_sysreg("cntvct_el0") = 5U;
    trace_event(BULKHEAD_EVENT_ABORT, source, 0x1234U, 0x5678U, 0x9abcU);
    assert_int_equal(fake_events(), 1U);
    assert_int_equal(fake_event(0U)->time, 5U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_ABORT);
    assert_int_equal(fake_event(0U)->detail, 0x1234U);
    assert_int_equal(fake_event(0U)->address, 0x5678U);
    assert_int_equal(fake_event(0U)->pc, 0x9abcU);
    assert_int_equal(fake_cores[0].trace.written, 1U);
    assert_memory_equal(&fake_cores[0].trace.entries[0], fake_event(0U), sizeof(struct bulkhead_trace));
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
}

/* @verifies REQ-TRACE-001 */
static void a_storm_of_exits_leaves_the_events_alone(void **state)
{
    (void)state;
    trace_event(BULKHEAD_EVENT_CRASH, source, 0U, 42U, 0U);
    for (uint32_t n = 0U; n < 2U * BULKHEAD_TRACE_ENTRIES; n++) {
        trace_exit(BULKHEAD_TRACE_IRQ, source, 27U, 0U);
    }
    assert_int_equal(fake_events(), 1U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_CRASH);
    assert_int_equal(fake_event(0U)->address, 42U);
}

/* @verifies REQ-HEALTH-003 */
static void a_flood_of_events_costs_one_post_until_they_are_seen(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 3U * BULKHEAD_EVENT_ENTRIES; n++) {
        trace_event(BULKHEAD_EVENT_ABORT, source, n, 0U, 0U);
    }
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
    events_shown[0] = fake_events();
    trace_event(BULKHEAD_EVENT_ABORT, source, 0U, 0U, 0U);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 2U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_post_is_one_store_then_an_interrupt_that_orders_it, set_up),
        cmocka_unit_test_setup(a_post_changes_no_word_of_another_sender, set_up),
        cmocka_unit_test_setup(posts_are_taken_once_by_their_receiver_alone, set_up),
        cmocka_unit_test_setup(posts_of_several_senders_and_kinds_come_together, set_up),
        cmocka_unit_test_setup(a_post_after_the_last_look_is_seen_at_the_next, set_up),
        cmocka_unit_test_setup(a_post_count_that_wraps_around_is_still_a_post, set_up),
        cmocka_unit_test_setup(a_core_may_post_to_itself, set_up),
        cmocka_unit_test_setup(waiting_completes_earlier_stores_first, set_up),
        cmocka_unit_test_setup(an_exit_leaves_one_record_in_the_ring_of_its_core, set_up),
        cmocka_unit_test_setup(a_full_trace_ring_keeps_the_newest_and_counts_all, set_up),
        cmocka_unit_test_setup(an_event_stands_in_both_rings_and_the_service_core_is_told, set_up),
        cmocka_unit_test_setup(a_storm_of_exits_leaves_the_events_alone, set_up),
        cmocka_unit_test_setup(a_flood_of_events_costs_one_post_until_they_are_seen, set_up),
    };

    return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
