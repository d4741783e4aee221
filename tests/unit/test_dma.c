/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of DMA masters when partitions stop and start (partitions/dma*.c; tests/unit/smmu/dma_fixture.h).
 * sources: partitions/dma.c partitions/dma_steps.c partitions/dma_events.c partitions/dma_deadline.c partitions/partition.c
 * sources: arch/arm64/core.c arch/arm64/trace.c partitions/supervise.c partitions/health.c tests/unit/smmu/dma_fixture.c
 * sources: tests/unit/fake/machine.c tests/unit/fake/board.c tests/unit/fake/gic_recorder.c tests/unit/fake/vgic_recorder.c
 * sources: tests/unit/fake/memory.c tests/unit/fake/uart.c partitions/console.c partitions/vuart.c partitions/event_text.c lib/printf.c
 */
#include "tests/unit/smmu/dma_fixture.h"
#include "tests/unit/fake/test.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "partitions/deadline.h"
#include "partitions/dma.h"
#include "partitions/partition.h"
#include "partitions/supervise.h"

static struct partition_state *const ivi = &fake_partitions[IVI];

/* What happens until an answer is there; the time it took. */
static uint64_t answered(const struct partition_state *partition)
{
    uint64_t start = dma_now();

    dma_serve();
    while (partition->dma.answer == DMA_AWAITED) {
        assert_true(dma_timer());
    }
    return dma_now() - start;
}

static void detach(void)
{
    ivi->phase = dma_detach(ivi);
    (void)answered(ivi);
}

static void assert_order(const char *first, uint32_t n, const char *second)
{
    assert_true(fake_position(first, n) < fake_position(second, 0U));
}

/* @verifies REQ-DMA-009 */
static void a_stop_quiets_blocks_waits_and_resets_in_this_order(void **state)
{
    (void)state;
    ivi->phase = dma_detach(ivi);
    assert_int_equal(ivi->phase, PARTITION_DETACHING);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_DMA), 1U);
    assert_in_range(answered(ivi), IDLE_US + 100000U, IDLE_US + 102000U); /* and the pause of the reset */
    assert_int_equal(ivi->dma.answer, DMA_GOOD);
    assert_called("pci_quiesce", 0U, 8U, 0U, 0U);
    assert_called("pci_quiesce", 1U, 9U, 0U, 0U);
    assert_called("smmu_detach", 0U, 0U, 8U, 0U);
    assert_called("smmu_detach", 1U, 0U, 9U, 0U);
    assert_int_equal(fake_count("smmu_detach"), 2U);
    assert_called("smmu_forget", 0U, 0U, IVI, 0U);
    assert_int_equal(fake_count("smmu_forget"), 1U); /* the other SMMU has no stream of it */
    assert_int_equal(fake_count("smmu_sync"), 2U);
    assert_called("smmu_sync", 0U, 0U, 0U, 0U);
    assert_called("smmu_sync", 1U, 0U, 0U, 0U);
    assert_int_equal(fake_count("pci_idle"), 2U);
    assert_called("pci_reset", 0U, 8U, 0U, 0U);
    assert_called("pci_reset", 1U, 9U, 0U, 0U);
    assert_called("pci_reset", 2U, 9U, 1U, 0U);
    assert_order("pci_quiesce", 1U, "smmu_detach");
    assert_order("smmu_detach", 1U, "smmu_sync");
    assert_order("smmu_sync", 0U, "smmu_forget");
    assert_true(fake_position("smmu_forget", 0U) < fake_position("smmu_sync", 1U));
    assert_order("smmu_sync_poll", 1U, "pci_idle");
    assert_order("pci_idle", 1U, "pci_reset");
    assert_int_equal(fake_count("smmu_attach") + fake_count("pci_prepare"), 0U);
}

/* @verifies REQ-DMA-009 */
static void the_idle_time_passes_with_the_streams_blocked(void **state)
{
    (void)state;
    ivi->phase = dma_detach(ivi);
    dma_serve();
    assert_int_equal(fake_count("smmu_sync_poll"), 2U);
    assert_int_equal(fake_count("pci_idle"), 0U);
    assert_true(dma_timer());
    assert_int_equal(dma_now() % 1000000U, IDLE_US);
    assert_int_equal(fake_count("pci_idle"), 2U);
    (void)answered(ivi);
}

/* @verifies REQ-DMA-009 */
static void its_core_goes_on_when_the_answer_is_there(void **state)
{
    (void)state;
    ivi->restart = true;
    fake_be_core(0U);
    detach();
    assert_called("gic_send_sgi", fake_count("gic_send_sgi") - 2U, fake_core_configs[1].sgi, POST_VCPU, 0U);
    fake_be_core(1U);
    partition_step(ivi);
    assert_int_equal(ivi->phase, PARTITION_RELEASING);
    assert_true(ivi->restart);
    partition_step(ivi);
    assert_int_equal(ivi->phase, PARTITION_LOADING);
}

static void attach(struct partition_state *partition)
{
    assert_true(dma_attach(partition));
    assert_int_equal(partition->phase, PARTITION_ATTACHING);
    (void)answered(partition);
}

/* @verifies REQ-DMA-010 */
static void a_start_prepares_functions_and_then_lets_streams_through(void **state)
{
    (void)state;
    detach();
    fake_journal_clear();
    attach(ivi);
    assert_int_equal(ivi->dma.answer, DMA_GOOD);
    assert_called("pci_prepare", 0U, 8U, 0U, 0U);
    assert_called("pci_prepare", 1U, 9U, 0U, 0U);
    assert_called("smmu_attach", 0U, IVI, 0U, 8U);
    assert_called("smmu_attach", 1U, IVI, 0U, 9U);
    assert_int_equal(fake_count("smmu_attach"), 2U);
    assert_int_equal(fake_count("smmu_sync"), 1U);
    assert_order("pci_prepare", 1U, "smmu_attach");
    assert_order("smmu_attach", 1U, "smmu_sync");
    assert_order("smmu_sync", 0U, "smmu_sync_poll");
    assert_int_equal(fake_count("smmu_detach") + fake_count("pci_quiesce"), 0U);
    fake_be_core(1U);
    partition_step(ivi);
    assert_int_equal(ivi->phase, PARTITION_RUNNING);
    assert_int_equal(fake_vcpu(IVI, 0U)->power, VCPU_ON_PENDING);
}

/* @verifies REQ-DMA-010 */
static void the_first_start_after_boot_begins_with_what_a_stop_does(void **state)
{
    (void)state;
    attach(&fake_partitions[AUX]);
    assert_int_equal(fake_partitions[AUX].dma.answer, DMA_GOOD);
    assert_called("smmu_detach", 0U, 1U, 8U, 0U);
    assert_called("smmu_forget", 0U, 1U, AUX, 0U);
    assert_called("smmu_attach", 0U, AUX, 1U, 8U);
    assert_order("smmu_forget", 0U, "smmu_attach");
    fake_journal_clear();
    attach(&fake_partitions[AUX]);
    assert_int_equal(fake_count("smmu_detach"), 0U);
    assert_int_equal(fake_count("smmu_attach"), 1U);
}

/* @verifies REQ-DMA-010 */
static void before_anything_runs_smmus_block_and_functions_are_quiet(void **state)
{
    (void)state;
    fake_be_core(0U);
    dma_init();
    assert_called("smmu_init", 0U, 0U, 0U, 0U);
    assert_called("smmu_init", 1U, 1U, 0U, 0U);
    assert_int_equal(fake_count("pci_quiesce"), 2U);
    assert_order("smmu_init", 1U, "pci_quiesce");
    assert_called("gic_spi_configure", 0U, EVENT_INTID, true, 0U);
    assert_called("gic_spi_configure", 1U, ERROR_INTID, true, 0U);
    assert_called("gic_spi_configure", 2U, 110U, false, 0U);
    assert_int_equal(fake_count("gic_spi_enable"), 0U);
}

/* @verifies REQ-DMA-002 */
static void an_smmu_that_is_not_the_one_configured_ends_the_system_with_a_message(void **state)
{
    (void)state;
    dma_device.difference = "colour";
    assert_int_equal(fake_stop_of(dma_init()), FAKE_STOP_BUG);
    assert_int_equal(fake_bug_code, BUG_WRONG_CHIP);
    assert_non_null(strstr(fake_uart_sent(), "SMMU 0 is not the one configured: colour is 0x1, should be 0x2"));
}

static void assert_trouble(uint32_t detail, uint64_t address, uint64_t pc)
{
    fake_be_core(SERVICE_CORE);
    assert_int_equal(fake_events(), 1U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_DMA_DEVICE);
    assert_int_equal(fake_event(0U)->partition, IVI);
    assert_int_equal(fake_event(0U)->detail, detail);
    assert_int_equal(fake_event(0U)->address, address);
    assert_int_equal(fake_event(0U)->pc, pc);
}

/* @verifies REQ-DMA-011 */
static void a_stuck_queue_keeps_the_partition_off_and_its_memory_as_it_is(void **state)
{
    (void)state;
    dma_device.stuck = true;
    ivi->restart = true;
    ivi->phase = dma_detach(ivi);
    assert_in_range(answered(ivi), 100000U, 101000U);
    assert_int_equal(ivi->dma.answer, DMA_BAD);
    assert_trouble(BULKHEAD_DMA_QUEUE_STUCK, 0U, 0U);
    assert_int_equal(fake_count("smmu_attach"), 0U);
    partition_step(ivi);
    assert_int_equal(ivi->phase, PARTITION_RELEASING);
    assert_int_equal(fake_event(1U)->kind, BULKHEAD_TRACE_PARTITION_STOP);
    partition_step(ivi);
    assert_int_equal(ivi->phase, PARTITION_STOPPED);
    assert_called("gic_spi_reset", 0U, 50U, 0U, 0U);
}

/* @verifies REQ-DMA-011 */
static void a_full_queue_is_waited_for_as_long_and_streams_are_blocked_all_the_same(void **state)
{
    (void)state;
    dma_device.full = true;
    ivi->phase = dma_detach(ivi);
    assert_in_range(answered(ivi), 100000U, 101000U);
    assert_int_equal(ivi->dma.answer, DMA_BAD);
    assert_trouble(BULKHEAD_DMA_QUEUE_STUCK, 0U, 0U);
    assert_called("smmu_detach", fake_count("smmu_detach") - 2U, 0U, 8U, 0U);
    assert_called("smmu_detach", fake_count("smmu_detach") - 1U, 0U, 9U, 0U);
}

/* @verifies REQ-DMA-011 */
static void a_queue_that_goes_on_in_time_is_good_enough(void **state)
{
    (void)state;
    dma_device.stuck = true;
    ivi->phase = dma_detach(ivi);
    dma_serve();
    for (uint32_t n = 0U; n < 100U; n++) {
        assert_true(dma_timer());
    }
    dma_device.stuck = false;
    (void)answered(ivi);
    assert_int_equal(ivi->dma.answer, DMA_GOOD);
    assert_int_equal(fake_count("smmu_sync"), 2U);
}

/* @verifies REQ-DMA-006 */
static void a_refused_command_keeps_it_off(void **state)
{
    (void)state;
    detach();
    dma_device.failing = true;
    attach(ivi);
    assert_int_equal(ivi->dma.answer, DMA_BAD);
    assert_trouble(BULKHEAD_DMA_COMMAND_FAILED, 0U, 0U);
    assert_called("smmu_detach", fake_count("smmu_detach") - 1U, 0U, 9U, 0U);
    assert_true(fake_position("smmu_attach", 1U) < fake_position("smmu_detach", fake_count("smmu_detach") - 2U));
    fake_be_core(1U);
    partition_step(ivi);
    assert_int_equal(ivi->phase, PARTITION_STOPPED);
    assert_int_not_equal(fake_vcpu(IVI, 0U)->power, VCPU_ON_PENDING);
}

/* @verifies REQ-DMA-011 */
static void a_device_that_does_not_become_idle_keeps_it_off(void **state)
{
    (void)state;
    dma_device.busy_device = true;
    ivi->phase = dma_detach(ivi);
    assert_in_range(answered(ivi), 2U * IDLE_US + 10000U, 2U * IDLE_US + 11000U);
    assert_int_equal(ivi->dma.answer, DMA_BAD);
    assert_trouble(BULKHEAD_DMA_NOT_IDLE, 0U, 8U);
    assert_int_equal(fake_count("pci_reset"), 0U);
}

/* @verifies REQ-DMA-010 REQ-DMA-011 */
static void a_function_that_is_another_one_or_never_answers_keeps_it_off(void **state)
{
    (void)state;
    detach();
    dma_device.pci_fault = PCI_OTHER_BAR | 2U << 8;
    attach(ivi);
    assert_int_equal(ivi->dma.answer, DMA_BAD);
    assert_trouble(BULKHEAD_DMA_OTHER_DEVICE, PCI_OTHER_BAR | 2U << 8, 8U);
    assert_int_equal(fake_count("pci_prepare"), 1U);
    assert_int_equal(fake_count("smmu_attach"), 0U);
    (void)dma_set_up(NULL);
    dma_device.pci_fault = PCI_ABSENT;
    assert_true(dma_attach(ivi));
    assert_in_range(answered(ivi), 1000000U, 1020000U);
    assert_int_equal(ivi->dma.answer, DMA_BAD);
    assert_trouble(BULKHEAD_DMA_OTHER_DEVICE, PCI_ABSENT, 8U);
}

/* @verifies REQ-DMA-012 */
static void a_partition_without_masters_asks_for_nothing(void **state)
{
    struct partition_state *safety = &fake_partitions[SAFETY];

    (void)state;
    assert_int_equal(dma_detach(safety), PARTITION_RELEASING);
    assert_false(dma_attach(safety));
    assert_int_equal(fake_posts(SERVICE_CORE, POST_DMA), 0U);
}

/* @verifies REQ-DMA-012 */
static void two_partitions_are_served_while_each_other_waits(void **state)
{
    (void)state;
    ivi->phase = dma_detach(ivi);
    fake_partitions[AUX].phase = dma_detach(&fake_partitions[AUX]);
    dma_serve();
    assert_int_equal(fake_partitions[AUX].dma.answer, DMA_GOOD); /* it has no idle time */
    assert_int_equal(ivi->dma.answer, DMA_AWAITED);
    (void)answered(ivi);
    assert_int_equal(ivi->dma.answer, DMA_GOOD);
}

static void come_late(void)
{
    fake_cores[SERVICE_CORE].online = 0U;
    fake_be_core(0U);
    supervise_start_cores();
    *fake_sysreg("cntpct_el0") = *fake_sysreg("cnthp_cval_el2");
    deadline_timer();
}

/* @verifies REQ-DMA-012 */
static void without_a_service_core_each_partition_with_masters_is_an_event(void **state)
{
    (void)state;
    come_late();
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_CORE_MISSING);
    for (uint32_t n = 1U; n < 3U; n++) {
        assert_int_equal(fake_event(n)->kind, BULKHEAD_EVENT_DMA_DEVICE);
        assert_int_equal(fake_event(n)->partition, n);
        assert_int_equal(fake_event(n)->detail, BULKHEAD_DMA_NO_SERVICE);
    }
    assert_int_equal(fake_events(), 3U);
}

/* @verifies REQ-TIMER-003 */
static void a_core_has_one_timer_for_all_its_deadlines(void **state)
{
    (void)state;
    fake_be_core(0U);
    supervise_start_cores(); /* in half a second */
    deadline_set(DEADLINE_DMA, dma_now() + 100U);
    assert_int_equal(*fake_sysreg("cnthp_cval_el2"), dma_now() + 100U);
    *fake_sysreg("cntpct_el0") += 50U;
    deadline_timer(); /* too early: of nobody */
    assert_int_equal(*fake_sysreg("cnthp_cval_el2"), dma_now() + 50U);
    deadline_set(DEADLINE_DMA, 0U);
    assert_int_equal(*fake_sysreg("cnthp_cval_el2"), dma_now() - 50U + 500000U);
    assert_int_equal(*fake_sysreg("cnthp_ctl_el2"), 1U);
    *fake_sysreg("cntpct_el0") += 500000U;
    deadline_timer();
    assert_false(supervise_missing(2U)); /* they were looked for */
    assert_int_equal(*fake_sysreg("cnthp_ctl_el2"), 0U);
}

/* @verifies REQ-DMA-013 */
static void the_end_of_the_system_reaches_the_smmus(void **state)
{
    (void)state;
    dma_stop();
    assert_int_equal(fake_count("smmu_stop"), 1U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_start_after_boot_begins_with_what_a_stop_does,
                               dma_set_up), /* once in a program */
        cmocka_unit_test_setup(a_stop_quiets_blocks_waits_and_resets_in_this_order, dma_set_up),
        cmocka_unit_test_setup(the_idle_time_passes_with_the_streams_blocked, dma_set_up),
        cmocka_unit_test_setup(its_core_goes_on_when_the_answer_is_there, dma_set_up),
        cmocka_unit_test_setup(a_start_prepares_functions_and_then_lets_streams_through, dma_set_up),
        cmocka_unit_test_setup(before_anything_runs_smmus_block_and_functions_are_quiet, dma_set_up),
        cmocka_unit_test_setup(an_smmu_that_is_not_the_one_configured_ends_the_system_with_a_message, dma_set_up),
        cmocka_unit_test_setup(a_stuck_queue_keeps_the_partition_off_and_its_memory_as_it_is, dma_set_up),
        cmocka_unit_test_setup(a_full_queue_is_waited_for_as_long_and_streams_are_blocked_all_the_same, dma_set_up),
        cmocka_unit_test_setup(a_queue_that_goes_on_in_time_is_good_enough, dma_set_up),
        cmocka_unit_test_setup(a_refused_command_keeps_it_off, dma_set_up),
        cmocka_unit_test_setup(a_device_that_does_not_become_idle_keeps_it_off, dma_set_up),
        cmocka_unit_test_setup(a_function_that_is_another_one_or_never_answers_keeps_it_off, dma_set_up),
        cmocka_unit_test_setup(a_partition_without_masters_asks_for_nothing, dma_set_up),
        cmocka_unit_test_setup(two_partitions_are_served_while_each_other_waits, dma_set_up),
        cmocka_unit_test_setup(without_a_service_core_each_partition_with_masters_is_an_event, dma_set_up),
        cmocka_unit_test_setup(a_core_has_one_timer_for_all_its_deadlines, dma_set_up),
        cmocka_unit_test_setup(the_end_of_the_system_reaches_the_smmus, dma_set_up),
    };

    return cmocka_run_group_tests_name("dma", tests, NULL, NULL);
}
