/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of EL2 (core/fault.c): record, message, safe state. The record is seen where it is cleaned to memory.
 * sources: core/fault.c partitions/console.c partitions/event_text.c partitions/vuart.c lib/printf.c
 * sources: arch/arm64/core.c arch/arm64/trace.c tests/unit/fake/machine.c tests/unit/fake/board.c
 * sources: tests/unit/fake/uart.c tests/unit/fake/memory.c tests/unit/fake/gic_recorder.c
 * sources: tests/unit/fake/vgic_recorder.c
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "arch/arm64/smc.h"
#include "arch/arm64/trace.h"
#include "core/fault.h"
#include "partitions/dma.h"

void __stack_chk_fail(void) __attribute__((noreturn));

static struct fault_frame frame;

void dma_stop(void)
{
    fake_record("dma_stop", 0U, 0U, 0U);
}

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    fake_uart_reset();
    fault_report_previous(); /* forget what the last test left */
    fake_uart_clear();
    (void)fake_be_vcpu(IVI, 0U);
    this_core()->gicr = 0x080c0000U;
    frame = (struct fault_frame){.sp = 0x40210ff0U, .vector = FAULT_SYNC};
    for (uint32_t n = 0U; n < 31U; n++) {
        frame.x[n] = 0x1000U + n;
    }
    *fake_sysreg("cntvct_el0") = 12345U;
    *fake_sysreg("esr_el2") = 0xf2000000U | BUG_UNREACHABLE;
    *fake_sysreg("far_el2") = 0xfa0U;
    *fake_sysreg("elr_el2") = 0x40201234U;
    *fake_sysreg("spsr_el2") = 0x3c9U;
    fake_journal_clear();
    return 0;
}

static const struct fault_record *fault(void)
{
    assert_int_equal(fake_stop_of(fault_enter(&frame)), FAKE_STOP_HALT);
    assert_int_equal(fake_call("memory_clean_invalidate", 0U)->b, sizeof(struct fault_record));
    return (const struct fault_record *)fake_call("memory_clean_invalidate", 0U)->a;
}

/* @verifies REQ-FAULT-001 */
static void a_record_of_all_registers_is_cleaned_to_memory(void **state)
{
    const struct fault_record *record = fault();

    (void)state;
    assert_true(record->magic == FAULT_MAGIC);
    assert_int_equal(record->time, 12345U);
    assert_int_equal(record->core, 1U);
    assert_int_equal(record->partition, IVI);
    assert_int_equal(record->vector, FAULT_SYNC);
    assert_int_equal(record->esr, 0xf2000000U | BUG_UNREACHABLE);
    assert_int_equal(record->far, 0xfa0U);
    assert_int_equal(record->elr, 0x40201234U);
    assert_int_equal(record->spsr, 0x3c9U);
    assert_int_equal(record->sp, 0x40210ff0U);
    assert_memory_equal(record->x, frame.x, sizeof(frame.x));
}

/* @verifies REQ-FAULT-001 */
static void the_record_has_the_last_trace_records_oldest_first(void **state)
{
    const struct fault_record *record;

    (void)state;
    for (uint32_t n = 0U; n < BULKHEAD_TRACE_ENTRIES + 2U; n++) {
        trace_exit(this_core(), BULKHEAD_TRACE_IRQ, n, 0U, 0U);
    }
    record = fault();
    assert_int_equal(record->traced, FAULT_TRACE);
    for (uint32_t n = 0U; n < FAULT_TRACE; n++) {
        assert_int_equal(record->trace[n].detail, BULKHEAD_TRACE_ENTRIES + 2U - FAULT_TRACE + n);
    }
}

/* @verifies REQ-FAULT-001 */
static void a_core_that_traced_little_records_what_there_is(void **state)
{
    const struct fault_record *record;

    (void)state;
    trace_exit(this_core(), BULKHEAD_TRACE_IRQ, 9U, 0U, 0U);
    record = fault();
    assert_int_equal(record->traced, 1U);
    assert_int_equal(record->trace[0].detail, 9U);
    assert_non_null(
        strstr(fake_uart_sent(), "FAULT trace 12345: kind 17 partition 1 vcpu 0 detail 0x9 address 0x0 pc "));
    assert_null(strstr(strstr(fake_uart_sent(), "FAULT trace ") + 1, "FAULT trace "));
}

/* @verifies REQ-FAULT-001 */
static void the_fault_is_printed_with_every_register(void **state)
{
    (void)state;
    (void)fault();
    assert_non_null(strstr(fake_uart_sent(), "FAULT in the hypervisor: core 1, partition ivi, vector 0x200\r\n"));
    assert_non_null(strstr(fake_uart_sent(), "esr 0xf2000004 far 0xfa0 elr 0x40201234 spsr 0x3c9 sp 0x40210ff0\r\n"));
    assert_non_null(strstr(fake_uart_sent(), "FAULT x00 0x0000000000001000 x01 0x0000000000001001 x02 "));
    assert_non_null(strstr(fake_uart_sent(), " x29 0x000000000000101d\r\nFAULT x30 0x000000000000101e\r\n"));
}

static void a_fault_without_a_vcpu_names_no_partition(void **state)
{
    (void)state;
    this_core()->current = NULL;
    assert_true(fault()->partition == ~0ULL);
    assert_non_null(strstr(fake_uart_sent(), "core 1, partition none, "));
    assert_int_not_equal(this_core()->faulted, 0U);
}

/* @verifies REQ-DMA-013 */
static void dma_is_blocked_before_anything_is_printed(void **state)
{
    (void)state;
    (void)fault();
    assert_int_equal(fake_count("dma_stop"), 1U);
    assert_true(fake_position("dma_stop", 0U) < fake_position("uart_put_wait", 0U));
}

/* @verifies REQ-FAULT-002 */
static void other_cores_are_told_to_halt_before_anything_is_printed(void **state)
{
    (void)state;
    (void)fault();
    assert_int_equal(fake_count("gic_send_sgi"), CORES - 1U);
    for (uint32_t core = 0U; core < CORES; core++) {
        assert_int_equal(fake_posts(core, POST_HALT), core == 1U ? 0U : 1U);
    }
    assert_true(fake_position("memory_clean_invalidate", 0U) < fake_position("gic_send_sgi", 0U));
    assert_true(fake_position("gic_send_sgi", CORES - 2U) < fake_position("uart_put_wait", 0U));
}

static void assert_safe_state(enum safe_state safe_state, uint32_t calls, uint64_t function, const char *text)
{
    (void)set_up(NULL);
    fake_board_config.safe_state = safe_state;
    (void)fault();
    assert_int_equal(fake_count("smc"), calls);
    if (calls != 0U) {
        assert_called("smc", 0U, function, 0U, 0U);
        assert_int_equal(fake_call("smc", 0U)->d, 0U);
    }
    assert_non_null(strstr(fake_uart_sent(), text));
}

/* @verifies REQ-FAULT-002 */
static void the_configured_safe_state_is_entered(void **state)
{
    (void)state;
    assert_safe_state(SAFE_HALT, 0U, 0U, "FAULT safe state: halt\r\n");
    assert_safe_state(SAFE_RESET, 1U, PSCI_SYSTEM_RESET, "FAULT safe state: reset\r\n");
    assert_safe_state(SAFE_OFF, 1U, PSCI_SYSTEM_OFF, "FAULT safe state: off\r\n");
}

/* @verifies REQ-FAULT-002 */
static void a_fault_after_the_last_step_stops_the_core_at_once(void **state)
{
    (void)state;
    (void)fault();
    fake_journal_clear();
    fake_uart_clear();
    assert_int_equal(fake_stop_of(fault_enter(&frame)), FAKE_STOP_HALT);
    assert_int_equal(fake_count("memory_clean_invalidate"), 0U);
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
    assert_string_equal(fake_uart_sent(), "");
}

/* @verifies REQ-FAULT-001 */
static void the_next_run_reports_each_record_once(void **state)
{
    (void)state;
    (void)fault();
    fake_journal_clear();
    fake_be_core(3U);
    assert_int_equal(fault()->core, 3U);
    fake_journal_clear();
    fake_be_core(0U);
    assert_int_equal(fault()->core, 0U);
    fake_uart_clear();
    fault_report_previous();
    assert_non_null(
        strstr(fake_uart_sent(), "record of the run before this one:\r\n\r\nFAULT in the hypervisor: core 1, "));
    assert_non_null(strstr(fake_uart_sent(), "FAULT in the hypervisor: core 3, "));
    assert_non_null(strstr(fake_uart_sent(), "FAULT in the hypervisor: core 0, "));
    fake_uart_clear();
    fault_report_previous();
    assert_string_equal(fake_uart_sent(), "");
}

/* @verifies REQ-FAULT-001 */
static void a_reported_record_is_cleared_in_memory_and_not_only_in_the_cache(void **state)
{
    const struct fault_record *record = fault();

    (void)state;
    fake_journal_clear();
    fault_report_previous();
    assert_int_equal(record->magic, 0U);
    assert_int_equal(fake_call("memory_clean_invalidate", 0U)->a, (uint64_t)record);
}

static void a_stack_overrun_is_a_bug_with_a_number(void **state)
{
    (void)state;
    assert_int_equal(fake_stop_of(__stack_chk_fail()), FAKE_STOP_BUG);
    assert_int_equal(fake_bug_code, BUG_STACK_CHECK);
}

/* A fault in the fault path: the vector comes back here. */
static void fault_again(void)
{
    fault_enter(&frame);
}

/* The fault path faults when it does `what`, and ends all the same. */
static void fault_at(const char *what)
{
    fake_board_config.safe_state = SAFE_RESET;
    fake_when(what, fault_again);
    assert_int_equal(fake_stop_of(fault_enter(&frame)), FAKE_STOP_HALT);
    assert_int_equal(fake_count("smc"), 1U);
    assert_called("smc", 0U, PSCI_SYSTEM_RESET, 0U, 0U);
}

/* @verifies REQ-FAULT-002 */
static void a_fault_while_the_record_is_written_still_stops_prints_and_enters_the_safe_state(void **state)
{
    (void)state;
    fault_at("memory_clean_invalidate");
    assert_int_equal(fake_count("memory_clean_invalidate"), 1U);
    assert_int_equal(fake_count("gic_send_sgi"), CORES - 1U);
    assert_non_null(strstr(fake_uart_sent(), "FAULT safe state: reset\r\n"));
}

/* @verifies REQ-FAULT-002 */
static void a_fault_while_others_are_stopped_still_prints_and_enters_the_safe_state(void **state)
{
    (void)state;
    fault_at("gic_send_sgi");
    assert_int_equal(fake_count("gic_send_sgi"), 1U);
    assert_non_null(strstr(fake_uart_sent(), "FAULT safe state: reset\r\n"));
}

/* @verifies REQ-FAULT-002 */
static void a_fault_while_printing_still_enters_the_safe_state(void **state)
{
    (void)state;
    fault_at("uart_put_wait");
    assert_int_equal(fake_count("uart_put_wait"), 1U);
    assert_int_equal(fake_count("gic_send_sgi"), CORES - 1U);
}

/* @verifies REQ-FAULT-002 */
static void a_fault_in_the_call_for_the_safe_state_stops_the_core(void **state)
{
    (void)state;
    fault_at("smc");
    assert_int_equal(fake_count("memory_clean_invalidate"), 1U);
}

static void fault_while_printing_too(void)
{
    fake_when("uart_put_wait", fault_again);
    fault_enter(&frame);
}

/* @verifies REQ-FAULT-002 */
static void faults_in_several_steps_still_end_in_the_safe_state(void **state)
{
    (void)state;
    fake_board_config.safe_state = SAFE_OFF;
    fake_when("memory_clean_invalidate", fault_while_printing_too);
    assert_int_equal(fake_stop_of(fault_enter(&frame)), FAKE_STOP_HALT);
    assert_int_equal(fake_count("uart_put_wait"), 1U);
    assert_int_equal(fake_count("smc"), 1U);
    assert_called("smc", 0U, PSCI_SYSTEM_OFF, 0U, 0U);
}

/* @verifies REQ-FAULT-002 */
static void a_core_whose_interrupt_controller_is_not_up_posts_to_nobody(void **state)
{
    (void)state;
    this_core()->gicr = 0U;
    assert_int_equal(fault()->core, 1U);
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
    assert_non_null(strstr(fake_uart_sent(), "FAULT safe state: halt\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_record_of_all_registers_is_cleaned_to_memory, set_up),
        cmocka_unit_test_setup(the_record_has_the_last_trace_records_oldest_first, set_up),
        cmocka_unit_test_setup(a_core_that_traced_little_records_what_there_is, set_up),
        cmocka_unit_test_setup(the_fault_is_printed_with_every_register, set_up),
        cmocka_unit_test_setup(a_fault_without_a_vcpu_names_no_partition, set_up),
        cmocka_unit_test_setup(dma_is_blocked_before_anything_is_printed, set_up),
        cmocka_unit_test_setup(other_cores_are_told_to_halt_before_anything_is_printed, set_up),
        cmocka_unit_test_setup(the_configured_safe_state_is_entered, set_up),
        cmocka_unit_test_setup(a_fault_after_the_last_step_stops_the_core_at_once, set_up),
        cmocka_unit_test_setup(a_fault_while_the_record_is_written_still_stops_prints_and_enters_the_safe_state,
                               set_up),
        cmocka_unit_test_setup(a_fault_while_others_are_stopped_still_prints_and_enters_the_safe_state, set_up),
        cmocka_unit_test_setup(a_fault_while_printing_still_enters_the_safe_state, set_up),
        cmocka_unit_test_setup(a_fault_in_the_call_for_the_safe_state_stops_the_core, set_up),
        cmocka_unit_test_setup(faults_in_several_steps_still_end_in_the_safe_state, set_up),
        cmocka_unit_test_setup(a_core_whose_interrupt_controller_is_not_up_posts_to_nobody, set_up),
        cmocka_unit_test_setup(the_next_run_reports_each_record_once, set_up),
        cmocka_unit_test_setup(a_reported_record_is_cleared_in_memory_and_not_only_in_the_cache, set_up),
        cmocka_unit_test_setup(a_stack_overrun_is_a_bug_with_a_number, set_up),
    };

    return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
