/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of the events of SMMUs (partitions/dma_events.c; tests/unit/smmu/dma_fixture.h).
 * sources: partitions/dma.c partitions/dma_steps.c partitions/dma_events.c partitions/dma_deadline.c partitions/partition.c
 * sources: arch/arm64/core.c arch/arm64/trace.c partitions/supervise.c partitions/health.c tests/unit/smmu/dma_fixture.c
 * sources: tests/unit/fake/machine.c tests/unit/fake/board.c tests/unit/fake/gic_recorder.c tests/unit/fake/vgic_recorder.c
 * sources: tests/unit/fake/memory.c tests/unit/fake/uart.c partitions/console.c partitions/vuart.c partitions/event_text.c lib/printf.c
 */
#include "tests/unit/smmu/dma_fixture.h"
#include "tests/unit/fake/test.h"
#include "arch/arm64/core.h"
#include "partitions/dma.h"

static void record(uint32_t stream, uint32_t detail, uint64_t address)
{
    dma_device.events[dma_device.event_count] = (struct smmu_event){stream, detail, address};
    dma_device.event_count++;
}

static void interrupt_comes(void)
{
    fake_be_core(SERVICE_CORE);
    assert_true(dma_interrupt(EVENT_INTID));
    assert_called("gic_deactivate", 0U, EVENT_INTID, 0U, 0U);
    dma_serve();
}

/* @verifies REQ-DMA-007 */
static void an_event_is_a_record_of_the_owner_with_stream_kind_and_address(void **state)
{
    (void)state;
    record(9U, 0x2910U, 0x40001234U);
    record(77U, 4U, 0U);
    interrupt_comes();
    assert_int_equal(fake_events(), 2U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_DMA);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->detail, 0x2910U);
    assert_int_equal(fake_event(0U)->address, 0x40001234U);
    assert_int_equal(fake_event(0U)->pc, 9U);
    assert_int_equal(fake_event(1U)->partition, 0xffU); /* nobody's */
    assert_int_equal(fake_event(1U)->pc, 77U);
}

/* @verifies REQ-DMA-007 */
static void what_comes_again_from_the_same_page_is_counted_once_a_second(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 128U; n++) {
        record(8U, 0x2810U, 0x40001000U + 4U * n);
    }
    interrupt_comes();
    assert_int_equal(fake_events(), 1U);
    for (uint64_t start = dma_now(); dma_now() < start + 1010000U;) {
        if (!dma_timer()) {
            break;
        }
    }
    assert_int_equal(dma_device.event_next, 128U);
    assert_int_equal(fake_events(), 2U);
    assert_int_equal(fake_event(1U)->kind, BULKHEAD_EVENT_DMA_COUNT);
    assert_int_equal(fake_event(1U)->partition, IVI);
    assert_int_equal(fake_event(1U)->detail, 127U);
    record(8U, 0x2810U, 0x40001000U); /* after the report it is new again */
    interrupt_comes();
    assert_int_equal(fake_event(2U)->kind, BULKHEAD_EVENT_DMA);
}

/* @verifies REQ-DMA-008 */
static void a_storm_is_taken_in_small_parts_and_its_interrupts_wait(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 300U; n++) {
        record(8U, 0x2810U, 0x40000000U + 0x1000U * n);
    }
    fake_be_core(SERVICE_CORE);
    dma_service();
    assert_int_equal(dma_device.event_next, 4U);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_DMA), 1U);
    dma_serve();
    assert_int_equal(dma_device.event_next, 64U);
    assert_int_equal(fake_events(), 8U);
    assert_called("gic_spi_disable", 0U, EVENT_INTID, 0U, 0U);
    assert_called("gic_spi_disable", 1U, ERROR_INTID, 0U, 0U);
    assert_int_equal(fake_count("gic_spi_enable"), 0U);
    fake_posts_reset();
    dma_service(); /* somebody else's request brings no more of them */
    assert_int_equal(dma_device.event_next, 64U);
    assert_true(dma_timer());
    assert_in_range(dma_now() % 1000000U, 10000U, 10001U);
    assert_int_equal(dma_device.event_next, 128U);
    assert_called("gic_spi_enable", 0U, EVENT_INTID, 0U, 0U);
    assert_int_equal(fake_count("gic_spi_disable"), 8U);
    for (uint32_t n = 0U; n < 10U; n++) {
        (void)dma_timer();
    }
    assert_int_equal(dma_device.event_next, 300U);
    assert_int_equal(fake_events(), 9U);
    assert_int_equal(fake_event(8U)->kind, BULKHEAD_EVENT_DMA_COUNT);
    assert_int_equal(fake_event(8U)->detail, 292U);
}

/* @verifies REQ-DMA-006 */
static void lost_events_are_one_record_a_second_however_often(void **state)
{
    (void)state;
    dma_device.trouble = SMMU_EVENTS_LOST;
    interrupt_comes();
    interrupt_comes();
    assert_int_equal(fake_events(), 1U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_DMA_DEVICE);
    assert_int_equal(fake_event(0U)->detail, BULKHEAD_DMA_EVENTS_LOST);
    assert_int_equal(fake_event(0U)->address, 0x55U);
    assert_int_equal(fake_event(0U)->partition, 0xffU);
    dma_device.trouble = SMMU_COMMAND_ERROR;
    interrupt_comes();
    assert_int_equal(fake_event(1U)->detail, BULKHEAD_DMA_COMMAND_ERROR);
    dma_device.trouble = SMMU_WELL;
    while (dma_timer()) {
    }
    dma_device.trouble = SMMU_EVENTS_LOST;
    interrupt_comes();
    assert_int_equal(fake_events(), 3U);
    dma_device.trouble = SMMU_WELL;
}

/* @verifies REQ-DMA-008 */
static void interrupts_of_smmus_go_to_the_service_core_and_others_are_not_theirs(void **state)
{
    (void)state;
    fake_be_core(SERVICE_CORE);
    dma_start_service();
    assert_called("gic_spi_route", 0U, EVENT_INTID, fake_core_configs[SERVICE_CORE].mpidr, 0U);
    assert_called("gic_spi_route", 1U, ERROR_INTID, fake_core_configs[SERVICE_CORE].mpidr, 0U);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_DMA), 1U);
    fake_posts_reset();
    assert_true(dma_interrupt(110U));
    assert_int_equal(fake_posts(SERVICE_CORE, POST_DMA), 1U);
    assert_false(dma_interrupt(107U));
    assert_false(dma_interrupt(32U));
    assert_int_equal(fake_posts(SERVICE_CORE, POST_DMA), 1U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_event_is_a_record_of_the_owner_with_stream_kind_and_address, dma_set_up),
        cmocka_unit_test_setup(what_comes_again_from_the_same_page_is_counted_once_a_second, dma_set_up),
        cmocka_unit_test_setup(a_storm_is_taken_in_small_parts_and_its_interrupts_wait, dma_set_up),
        cmocka_unit_test_setup(lost_events_are_one_record_a_second_however_often, dma_set_up),
        cmocka_unit_test_setup(interrupts_of_smmus_go_to_the_service_core_and_others_are_not_theirs, dma_set_up),
    };

    return cmocka_run_group_tests_name("dma_events", tests, NULL, NULL);
}
