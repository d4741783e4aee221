/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot sequence (core/main.c), on the fake machine from the first line to other cores being asked for.
 * sources: core/main.c core/fault.c arch/arm64/core.c arch/arm64/trace.c arch/arm64/cpu.c arch/arm64/errata.c arch/arm64/features.c
 * sources: partitions/abort.c partitions/call.c partitions/console.c partitions/event_text.c partitions/exit.c
 * sources: partitions/health.c partitions/inject.c partitions/irq.c partitions/loader.c partitions/partition.c
 * sources: partitions/dma_none.c partitions/pci_none.c partitions/psci.c partitions/run.c partitions/supervise.c partitions/sysreg.c partitions/timer.c partitions/vuart.c partitions/walk.c
 * sources: lib/printf.c tests/unit/fake/machine.c tests/unit/fake/board.c tests/unit/fake/uart.c
 * sources: tests/unit/fake/memory.c tests/unit/fake/gic_recorder.c tests/unit/fake/vgic_recorder.c
 * sources: tests/unit/fake/context_recorder.c tests/unit/fake/cache.c
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/bugs.h"
#include "core/fault.h"
#include "core/main.h"

#define RAM 0x48000000U
#define PAGES 3U

static uint8_t ram[PAGES * PAGE_SIZE];
static const struct memory_config region = {{0x40000000U}, {RAM}, sizeof(ram)};

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    system_ending = 0U;
    fake_uart_reset();
    fake_memory_reset();
    fake_serror = 0U;
    fake_memory_add(RAM, ram, sizeof(ram));
    memset(fake_cores, 0, sizeof(fake_cores));
    memset(fake_partitions, 0, sizeof(fake_partitions));
    fake_cores[3].index = 3U;
    fake_vcpu(SAFETY, 0U)->power = VCPU_OFF;
    for (uint32_t p = 0U; p < 3U; p++) {
        fake_partition_configs[p].memory = &region;
        fake_partition_configs[p].memory_count = 1U;
    }
    *fake_sysreg("id_aa64mmfr0_el1") = 0x1124U;
    *fake_sysreg("id_aa64pfr0_el1") = 0x01002222U;
    fake_journal_clear();
    return 0;
}

/* @verifies REQ-BOOT-006 @verifies REQ-BOOT-005 */
static void the_boot_cores_partitions_are_in_memory_before_other_cores_are_asked_for(void **state)
{
    (void)state;
    main_boot(&fake_core_configs[0]);
    assert_int_equal(fake_partitions[SAFETY].phase, PARTITION_RUNNING);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_LOADING);
    assert_int_equal(fake_count("memory_clean_invalidate"), PAGES);
    assert_true(fake_position("memory_clean_invalidate", PAGES - 1U) < fake_position("smc", 0U));
    assert_int_equal(fake_count("smc"), CORES - 1U);
    assert_int_equal(fake_count("wfi"), 0U);
    assert_int_equal(fake_cores[0].online, 1U);
    assert_int_equal(fake_cores[0].trace.entries[0].record.kind, BULKHEAD_TRACE_CORE_START);
}

/* @verifies REQ-BOOT-006 */
static void a_boot_core_that_serves_the_console_loads_its_partitions_all_the_same(void **state)
{
    (void)state;
    fake_board_config.service_core = 0U;
    fake_gic_raise(POST_CONSOLE); /* console_start_service() has posted to this core */
    main_boot(&fake_core_configs[0]);
    assert_int_equal(fake_partitions[SAFETY].phase, PARTITION_RUNNING);
    assert_true(fake_position("memory_clean_invalidate", PAGES - 1U) < fake_position("smc", 0U));
}

static void the_machine_is_introduced_before_anything_can_go_wrong(void **state)
{
    (void)state;
    main_boot(&fake_core_configs[0]);
    assert_ptr_equal(strstr(fake_uart_sent(), "bulkhead: EL2 up, 4 cores, 3 partitions; a notice\r\n"),
                     fake_uart_sent());
    assert_int_equal(fake_position("uart_init", 0U), 0U);
}

static void interrupts_are_off_before_any_is_configured_and_hcr_is_written_before_the_core_interface(void **state)
{
    (void)state;
    main_boot(&fake_core_configs[0]);
    assert_true(fake_position("gic_init_board", 0U) < fake_position("gic_spi_configure", 0U));
    assert_true(fake_position("hcr_el2", 0U) < fake_position("gic_init_core", 0U));
}

static void another_core_says_that_it_is_there_and_serves_if_it_is_the_one(void **state)
{
    (void)state;
    fake_be_core(SERVICE_CORE);
    main_secondary(&fake_core_configs[SERVICE_CORE]);
    assert_int_equal(fake_cores[SERVICE_CORE].online, 1U);
    assert_int_equal(fake_cores[SERVICE_CORE].index, SERVICE_CORE);
    assert_called("gic_spi_enable", 0U, UART_INTID, 0U, 0U);
    fake_journal_clear();
    fake_be_core(2U);
    main_secondary(&fake_core_configs[2]);
    assert_int_equal(fake_cores[2].online, 1U);
    assert_int_equal(fake_count("gic_spi_enable"), 0U);
    assert_int_equal(fake_count("gic_init_board"), 0U);
}

/* @verifies REQ-BOOT-004 */
static void a_wrong_chip_is_named_and_stopped_before_it_is_online(void **state)
{
    (void)state;
    fake_core_configs[2].midr_mask = 0xffffffffU;
    fake_core_configs[2].midr = 0x410fd083U;
    *fake_sysreg("midr_el1") = 0x411fd070U;
    fake_be_core(2U);
    assert_int_equal(fake_stop_of(main_secondary(&fake_core_configs[2])), FAKE_STOP_BUG);
    assert_int_equal(fake_bug_code, BUG_WRONG_CHIP);
    assert_string_equal(fake_uart_sent(), "bulkhead: core 2 is not the one configured: MIDR_EL1 under its mask is "
                                          "0x411fd070, should be 0x410fd083\r\n");
    assert_int_equal(fake_cores[2].online, 0U);
}

static void a_redistributor_that_does_not_wake_stops_the_core_before_it_is_online(void **state)
{
    (void)state;
    fake_gic_wakes = false;
    fake_be_core(3U);
    assert_int_equal(fake_stop_of(main_secondary(&fake_core_configs[3])), FAKE_STOP_BUG);
    assert_int_equal(fake_bug_code, BUG_GIC_WAKE);
    assert_int_equal(fake_cores[3].online, 0U);
}

/* @verifies REQ-FAULT-001 */
static void a_fault_of_the_run_before_is_reported_at_boot(void **state)
{
    static const struct fault_frame frame;

    (void)state;
    fake_be_core(3U);
    assert_int_equal(fake_stop_of(fault_enter(&frame)), FAKE_STOP_HALT);
    (void)set_up(NULL);
    main_boot(&fake_core_configs[0]);
    assert_non_null(strstr(fake_uart_sent(), "FAULT record of the run before this one:\r\n\r\nFAULT in the hypervisor: "
                                             "core 3, "));
}

static void an_error_that_the_firmware_left_is_an_event_of_nobody(void **state)
{
    (void)state;
    fake_serror = 1ULL << 63 | 0xbe000011U;
    fake_be_core(2U);
    main_secondary(&fake_core_configs[2]);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_SERROR);
    assert_int_equal(fake_event(0U)->partition, 0xffU);
    assert_int_equal(fake_event(0U)->detail, 0xbe000011U);
    assert_int_equal(fake_event(0U)->address | fake_event(0U)->pc, 0U);
    assert_int_equal(fake_cores[2].online, 1U);
}

/* @verifies REQ-FAULT-002 */
static void a_core_that_comes_after_the_end_of_the_system_halts(void **state)
{
    (void)state;
    system_ending = 1U;
    fake_be_core(2U);
    assert_int_equal(fake_stop_of(main_secondary(&fake_core_configs[2])), FAKE_STOP_HALT);
    system_ending = 0U;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_boot_cores_partitions_are_in_memory_before_other_cores_are_asked_for, set_up),
        cmocka_unit_test_setup(a_boot_core_that_serves_the_console_loads_its_partitions_all_the_same, set_up),
        cmocka_unit_test_setup(the_machine_is_introduced_before_anything_can_go_wrong, set_up),
        cmocka_unit_test_setup(a_fault_of_the_run_before_is_reported_at_boot, set_up),
        cmocka_unit_test_setup(interrupts_are_off_before_any_is_configured_and_hcr_is_written_before_the_core_interface,
                               set_up),
        cmocka_unit_test_setup(another_core_says_that_it_is_there_and_serves_if_it_is_the_one, set_up),
        cmocka_unit_test_setup(a_wrong_chip_is_named_and_stopped_before_it_is_online, set_up),
        cmocka_unit_test_setup(a_redistributor_that_does_not_wake_stops_the_core_before_it_is_online, set_up),
        cmocka_unit_test_setup(an_error_that_the_firmware_left_is_an_event_of_nobody, set_up),
        cmocka_unit_test_setup(a_core_that_comes_after_the_end_of_the_system_halts, set_up),
    };

    return cmocka_run_group_tests_name("main", tests, NULL, NULL);
}
