/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a core does next (partitions/run.c). Core 1 has ivi.0 (more urgent) and aux.0, core 2 has ivi.1.
 * Register state and virtual GIC are recorders; the loader works on pages of host memory.
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/core.h"
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

/* CPU_ON, as partitions/psci.c leaves it. */
static void pending(uint32_t partition, uint32_t index)
{
    struct vcpu_state *vcpu = fake_vcpu(partition, index);

    vcpu->power = VCPU_ON_PENDING;
    vcpu->entry = IPA(0x40080000U + index);
    vcpu->argument = 0x77U;
}

/* @verifies REQ-CORE-002 */
static void the_most_urgent_vcpu_that_can_run_is_put_on_the_core(void **state)
{
    (void)state;
    fake_vcpu(AUX, 0U)->power = VCPU_ON;
    run_switch(&frame);
    assert_ptr_equal(this_core()->current, fake_vcpu(IVI, 0U));
    assert_true(fake_vcpu(IVI, 0U)->loaded);
    assert_false(fake_vcpu(AUX, 0U)->loaded);
    assert_int_equal(fake_count("wfi"), 0U);
}

/* @verifies REQ-CORE-002 */
static void a_vcpu_that_goes_off_leaves_the_core_to_the_next_one(void **state)
{
    (void)state;
    fake_vcpu(IVI, 0U)->power = VCPU_OFF;
    run_switch(&frame);
    assert_ptr_equal(this_core()->current, fake_vcpu(AUX, 0U));
    assert_false(fake_vcpu(IVI, 0U)->loaded);
    assert_true(fake_vcpu(AUX, 0U)->loaded);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_RUNNING);
}

/* @verifies REQ-VCPU-001 */
static void everything_of_a_vcpu_is_taken_off_before_the_next_is_put_on(void **state)
{
    (void)state;
    frame.slot[0] = 0x1234U;
    *fake_sysreg("elr_el2") = 0x5678U;
    fake_vcpu(IVI, 0U)->power = VCPU_OFF;
    run_switch(&frame);
    assert_int_equal(fake_vcpu(IVI, 0U)->context.frame.slot[0], 0x1234U);
    assert_int_equal(fake_vcpu(IVI, 0U)->context.pc, 0x5678U);
    assert_true(fake_position("context_serror_window", 0U) < fake_position("vgic_put", 0U));
    assert_true(fake_position("vgic_put", 0U) < fake_position("context_put", 0U));
    assert_true(fake_position("context_put", 0U) < fake_position("context_serror_check", 0U));
    assert_true(fake_position("context_serror_check", 0U) < fake_position("context_load", 0U));
    assert_true(fake_position("context_load", 0U) < fake_position("vgic_load", 0U));
    assert_called("context_load", 0U, fake_partition_configs[AUX].vtcr, fake_partition_configs[AUX].vttbr,
                  fake_vcpu(AUX, 0U)->context.pc);
}

/* @verifies REQ-TRACE-001 */
static void leaving_and_entering_are_traced(void **state)
{
    const struct trace_ring *ring = &fake_cores[1].trace;

    (void)state;
    fake_vcpu(IVI, 0U)->power = VCPU_OFF;
    fake_vcpu(AUX, 0U)->context.pc = 0x40001000U;
    run_switch(&frame);
    assert_int_equal(ring->written, 2U);
    assert_int_equal(ring->entries[0].record.kind, BULKHEAD_TRACE_VCPU_PUT);
    assert_int_equal(ring->entries[0].record.partition, IVI);
    assert_int_equal(ring->entries[0].record.detail | ring->entries[0].record.address, 0U);
    assert_int_equal(ring->entries[1].record.kind, BULKHEAD_TRACE_VCPU_LOAD);
    assert_int_equal(ring->entries[1].record.partition, AUX);
    assert_int_equal(ring->entries[1].record.detail, 0U);
    assert_int_equal(ring->entries[1].record.address, 0x40001000U);
}

/* @verifies REQ-VUART-002 */
static void what_was_typed_while_a_vcpu_was_away_raises_its_line_when_it_is_back(void **state)
{
    (void)state;
    fake_vuarts[1].registers.word[VUART_IMSC] = 1U << 4;
    vuart_type(&fake_vuarts[1], 'x');
    run_switch(&frame);
    assert_int_equal(fake_vgic_line(33U), 1);
}

static void a_vcpu_that_stays_on_goes_on_where_it_was(void **state)
{
    (void)state;
    frame.slot[0] = 0x1234U;
    *fake_sysreg("elr_el2") = 0x5678U;
    run_switch(&frame);
    assert_ptr_equal(this_core()->current, fake_vcpu(IVI, 0U));
    assert_int_equal(frame.slot[0], 0x1234U);
    assert_int_equal(*fake_sysreg("elr_el2"), 0x5678U);
    assert_int_equal(fake_count("context_reset"), 0U);
}

/* @verifies REQ-PSCI-002 */
static void a_pending_cpu_on_takes_effect_from_the_power_on_state(void **state)
{
    (void)state;
    fake_be_core(2U);
    pending(IVI, 1U);
    run_switch(&frame);
    assert_int_equal(fake_vcpu(IVI, 1U)->power, VCPU_ON);
    assert_called("context_reset", 0U, 1U, 0x40080001U, 0x77U);
    assert_int_equal(fake_count("vgic_reset_vcpu"), 1U);
    assert_true(fake_position("context_reset", 0U) < fake_position("context_load", 0U));
    assert_true(fake_position("vgic_reset_vcpu", 0U) < fake_position("vgic_load", 0U));
    assert_int_equal(frame.slot[0], 0x77U);
    assert_int_equal(fake_locks_held(), 0U);
}

static void cpu_on_by_another_core(void)
{
    assert_null(this_core()->current);
    pending(IVI, 1U);
}

/* @verifies REQ-CORE-002 */
static void a_core_with_nothing_to_run_waits_until_something_can(void **state)
{
    (void)state;
    fake_be_vcpu(IVI, 1U)->power = VCPU_OFF;
    fake_on_wfi = cpu_on_by_another_core;
    run_switch(&frame);
    assert_int_equal(fake_count("wfi"), 1U);
    assert_ptr_equal(this_core()->current, fake_vcpu(IVI, 1U));
    assert_true(fake_position("gic_take", 0U) < fake_position("context_load", 0U));
}

/* @verifies REQ-LOAD-001 */
static void tlb_and_instruction_cache_are_forgotten_once_after_each_load_of_the_memory(void **state)
{
    (void)state;
    fake_partitions[IVI].generation = 3U;
    run_switch(&frame);
    assert_called("context_forget_memory", 0U, fake_partition_configs[IVI].vtcr, fake_partition_configs[IVI].vttbr, 0U);
    assert_true(fake_position("context_forget_memory", 0U) < fake_position("context_load", 0U));
    run_switch(&frame);
    assert_int_equal(fake_count("context_forget_memory"), 1U);
    fake_partitions[IVI].generation = 4U;
    run_switch(&frame);
    assert_int_equal(fake_count("context_forget_memory"), 2U);
}

static void a_vcpu_of_a_partition_that_does_not_run_is_not_put_on(void **state)
{
    static const enum partition_phase phases[] = {PARTITION_STOPPED, PARTITION_STOPPING, PARTITION_LOADING,
                                                  PARTITION_RESETTING};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(phases); n++) {
        (void)set_up(NULL);
        fake_vcpu(AUX, 0U)->power = VCPU_ON;
        this_core()->current = NULL;
        fake_vcpu(IVI, 0U)->loaded = false;
        fake_partitions[IVI].phase = phases[n];
        run_switch(&frame);
        assert_ptr_equal(this_core()->current, fake_vcpu(AUX, 0U));
        assert_false(fake_vcpu(IVI, 0U)->loaded);
    }
}

/* @verifies REQ-LOAD-002 @verifies REQ-PART-001 */
static void a_restart_reloads_on_the_boot_core_and_starts_vcpu_0_anew(void **state)
{
    (void)state;
    off(IVI, 1U);
    fake_partitions[IVI].phase = PARTITION_STOPPING;
    fake_partitions[IVI].restart = true;
    fake_vcpu(AUX, 0U)->power = VCPU_OFF;
    frame.slot[0] = 0xbadU;
    run_switch(&frame);
    assert_ptr_equal(this_core()->current, fake_vcpu(IVI, 0U));
    assert_int_equal(fake_partitions[IVI].restarts, 1U);
    assert_int_equal(fake_count("memory_clean_invalidate"), PAGES);
    assert_int_equal(ram[0] | ram[sizeof(ram) - 1U], 0U);
    assert_called("context_reset", 0U, 0U, fake_partition_configs[IVI].entry.value,
                  fake_partition_configs[IVI].device_tree.value);
    assert_int_equal(fake_count("context_forget_memory"), 1U);
    assert_int_equal(frame.slot[0], fake_partition_configs[IVI].device_tree.value);
    /* EL2's own root is back before a guest runs. */
    assert_called("memory_use_root", 1U, el2_root, 0U, 0U);
    assert_true(fake_position("memory_use_root", 1U) < fake_position("context_load", 0U));
}

/* @verifies REQ-LOAD-002 */
static void another_core_of_the_partition_does_not_load(void **state)
{
    (void)state;
    fake_be_core(2U);
    off(IVI, 1U);
    fake_partitions[IVI].phase = PARTITION_LOADING;
    fake_on_wfi = cpu_on_by_another_core; /* the phase still keeps it from running */
    assert_int_equal(fake_stop_of(({
                         fake_be_core(0U);
                         core_post(2U, POST_HALT);
                         fake_be_core(2U);
                         fake_gic_raise(POST_HALT);
                         run_switch(&frame);
                     })),
                     FAKE_STOP_HALT);
    assert_int_equal(fake_count("memory_use_root"), 0U);
    assert_int_equal(fake_count("context_load"), 0U);
}

/* @verifies REQ-CORE-002 */
static void loading_gives_way_to_interrupts_and_still_comes_to_its_end(void **state)
{
    (void)state;
    off(IVI, 0U);
    off(AUX, 0U);
    fake_partitions[IVI].phase = PARTITION_LOADING;
    for (uint32_t n = 0U; n < 3U; n++) {
        fake_gic_raise(UART_INTID);
    }
    run_switch(&frame);
    assert_int_equal(fake_count("memory_clean_invalidate"), PAGES);
    assert_int_equal(fake_count("gic_deactivate"), 3U);
    assert_true(fake_position("gic_deactivate", 1U) < fake_position("memory_clean_invalidate", PAGES - 1U));
    assert_ptr_equal(this_core()->current, fake_vcpu(IVI, 0U));
}

/* Another interrupt before each decision what to run. */
static void refill(void)
{
    fake_gic_raise(UART_INTID);
    fake_on_acquire = refill;
}

/* @verifies REQ-CORE-002 */
static void loading_makes_progress_while_interrupts_never_cease(void **state)
{
    (void)state;
    off(IVI, 0U);
    off(AUX, 0U);
    fake_partitions[IVI].phase = PARTITION_LOADING;
    refill();
    run_switch(&frame);
    assert_int_equal(fake_count("memory_clean_invalidate"), PAGES);
    assert_int_equal(fake_count("memory_use_root"), 2U * PAGES / 4U); /* one step each time */
}

/* @verifies REQ-BOOT-006 */
static void at_boot_all_partitions_of_the_core_are_loaded_to_the_end(void **state)
{
    (void)state;
    off(IVI, 0U);
    fake_partitions[IVI].phase = PARTITION_LOADING;
    fake_partitions[AUX].phase = PARTITION_LOADING;
    fake_gic_raise(UART_INTID);
    fake_gic_raise(UART_INTID);
    run_load_own();
    assert_int_equal(fake_count("gic_deactivate"), 2U);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_RUNNING);
    assert_int_equal(fake_partitions[AUX].phase, PARTITION_RUNNING);
    assert_int_equal(fake_vcpu(IVI, 0U)->power, VCPU_ON_PENDING);
    assert_int_equal(fake_count("memory_clean_invalidate"), 2U * PAGES);
    assert_int_equal(fake_count("wfi"), 0U);
}

static void something_typed_brings_the_line_of_the_current_vcpu_up_to_date(void **state)
{
    (void)state;
    fake_vuarts[1].registers.word[VUART_IMSC] = 1U << 4;
    vuart_type(&fake_vuarts[1], 'x');
    run_answer_post(POST_UART);
    assert_int_equal(fake_count("uart_clear_interrupts"), 0U);
    assert_int_equal(fake_vgic_line(33U), 1);
    off(IVI, 0U);
    this_core()->current = NULL;
    run_answer_post(POST_UART);
}

/* @verifies REQ-HEALTH-003 */
static void a_post_about_the_console_drains_it(void **state)
{
    struct vcpu_state *safety = fake_be_vcpu(SAFETY, 0U);

    (void)state;
    vuart_write(safety, 0U, 'k');
    fake_be_core(SERVICE_CORE);
    for (uint32_t n = 0U; n < 500U; n++) {
        run_answer_post(POST_CONSOLE); /* events of earlier tests come first */
    }
    assert_non_null(strstr(fake_uart_sent(), "[safety] k"));
}

/* @verifies REQ-CORE-003 */
static void a_stop_is_completed_before_another_vcpu_runs(void **state)
{
    (void)state;
    off(IVI, 0U);
    fake_vcpu(AUX, 0U)->power = VCPU_ON;
    fake_partitions[IVI].phase = PARTITION_RELEASING;
    run_switch(&frame);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_STOPPED);
    assert_ptr_equal(this_core()->current, fake_vcpu(AUX, 0U));
}

/* On another core, a vCPU of the same partition asks for a reset and leaves; its posts are one pending interrupt. */
static void reset_by_another_core(void)
{
    fake_partitions[IVI].phase = PARTITION_STOPPING;
    fake_partitions[IVI].restart = true;
    fake_gic_raise(POST_VCPU);
}

static void reset_at_the_next_lock(void)
{
    fake_on_acquire = reset_by_another_core;
}

/* The post is taken with the interrupts after a CPU_ON: what it is about must be looked at before the core waits. */
static void a_reset_while_a_vcpu_powers_up_is_not_slept_through(void **state)
{
    (void)state;
    off(IVI, 0U);
    off(IVI, 1U);
    off(AUX, 0U);
    pending(IVI, 0U);
    fake_on_acquire = reset_at_the_next_lock;
    run_switch(&frame);
    assert_int_equal(fake_partitions[IVI].restarts, 1U);
    assert_int_equal(fake_count("wfi"), 0U);
}

/* @verifies REQ-FAULT-002 */
static void a_post_to_halt_ends_the_core(void **state)
{
    (void)state;
    assert_int_equal(fake_stop_of(run_answer_post(POST_HALT)), FAKE_STOP_HALT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_most_urgent_vcpu_that_can_run_is_put_on_the_core, set_up),
        cmocka_unit_test_setup(a_vcpu_that_goes_off_leaves_the_core_to_the_next_one, set_up),
        cmocka_unit_test_setup(everything_of_a_vcpu_is_taken_off_before_the_next_is_put_on, set_up),
        cmocka_unit_test_setup(leaving_and_entering_are_traced, set_up),
        cmocka_unit_test_setup(what_was_typed_while_a_vcpu_was_away_raises_its_line_when_it_is_back, set_up),
        cmocka_unit_test_setup(a_vcpu_that_stays_on_goes_on_where_it_was, set_up),
        cmocka_unit_test_setup(a_pending_cpu_on_takes_effect_from_the_power_on_state, set_up),
        cmocka_unit_test_setup(a_core_with_nothing_to_run_waits_until_something_can, set_up),
        cmocka_unit_test_setup(tlb_and_instruction_cache_are_forgotten_once_after_each_load_of_the_memory, set_up),
        cmocka_unit_test_setup(a_vcpu_of_a_partition_that_does_not_run_is_not_put_on, set_up),
        cmocka_unit_test_setup(a_restart_reloads_on_the_boot_core_and_starts_vcpu_0_anew, set_up),
        cmocka_unit_test_setup(another_core_of_the_partition_does_not_load, set_up),
        cmocka_unit_test_setup(loading_gives_way_to_interrupts_and_still_comes_to_its_end, set_up),
        cmocka_unit_test_setup(loading_makes_progress_while_interrupts_never_cease, set_up),
        cmocka_unit_test_setup(at_boot_all_partitions_of_the_core_are_loaded_to_the_end, set_up),
        cmocka_unit_test_setup(something_typed_brings_the_line_of_the_current_vcpu_up_to_date, set_up),
        cmocka_unit_test_setup(a_post_about_the_console_drains_it, set_up),
        cmocka_unit_test_setup(a_stop_is_completed_before_another_vcpu_runs, set_up),
        cmocka_unit_test_setup(a_reset_while_a_vcpu_powers_up_is_not_slept_through, set_up),
        cmocka_unit_test_setup(a_post_to_halt_ends_the_core, set_up),
    };

    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
