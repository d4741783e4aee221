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
static void a_post_is_a_barrier_then_the_interrupt_of_its_kind_and_no_store(void **state)
{
    struct core_state before[CORES];

    (void)state;
    memcpy(before, fake_cores, sizeof(before));
    for (uint32_t kind = 0U; kind < (uint32_t)POST_KINDS; kind++) {
        fake_journal_clear();
        core_post(2U, (enum post_kind)kind);
        assert_int_equal(fake_count("gic_send_sgi"), 1U);
        assert_called("gic_send_sgi", 0U, fake_core_configs[2].sgi, kind, 0U);
        assert_int_equal(fake_posts(2U, (enum post_kind)kind), 1U);
    }
    assert_memory_equal(before, fake_cores, sizeof(before));
    assert_int_equal(fake_locks_held(), 0U);
}

/* @verifies REQ-CORE-001 */
static void the_kinds_are_sgis_of_the_non_secure_world(void **state)
{
    (void)state;
    assert_in_range(POST_KINDS, 1U, 8U);
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
    const struct bulkhead_trace *entry = &fake_cores[0].trace.entries[0].record;

    (void)state;
    *fake_sysreg("cntvct_el0") = 777U;
    this_core()->trace.source = trace_source_bits(source);
    trace_exit(this_core(), BULKHEAD_TRACE_MMIO, 0x93000046U, 0x09000000U, 0x40001000U);
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
        trace_exit(this_core(), BULKHEAD_TRACE_IRQ, n, 0U, 0U);
    }
    assert_int_equal(fake_cores[0].trace.written, BULKHEAD_TRACE_ENTRIES + 3U);
    assert_int_equal(fake_cores[0].trace.entries[2].record.detail, BULKHEAD_TRACE_ENTRIES + 2U);
    assert_int_equal(fake_cores[0].trace.entries[3].record.detail, 3U);
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
        trace_exit(this_core(), BULKHEAD_TRACE_IRQ, 27U, 0U, 0U);
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
        cmocka_unit_test_setup(a_post_is_a_barrier_then_the_interrupt_of_its_kind_and_no_store, set_up),
        cmocka_unit_test_setup(the_kinds_are_sgis_of_the_non_secure_world, set_up),
        cmocka_unit_test_setup(waiting_completes_earlier_stores_first, set_up),
        cmocka_unit_test_setup(an_exit_leaves_one_record_in_the_ring_of_its_core, set_up),
        cmocka_unit_test_setup(a_full_trace_ring_keeps_the_newest_and_counts_all, set_up),
        cmocka_unit_test_setup(an_event_stands_in_both_rings_and_the_service_core_is_told, set_up),
        cmocka_unit_test_setup(a_storm_of_exits_leaves_the_events_alone, set_up),
        cmocka_unit_test_setup(a_flood_of_events_costs_one_post_until_they_are_seen, set_up),
    };

    return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
