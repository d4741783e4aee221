/* SPDX-License-Identifier: Apache-2.0 */
/* Physical interrupts (partitions/irq.c) and the start of other cores (partitions/supervise.c). */
#include "tests/unit/fake/test.h"
#include "arch/arm64/core.h"
#include "arch/arm64/smc.h"
#include "partitions/exit.h"
#include "partitions/source.h"
#include "partitions/supervise.h"

#define SPURIOUS 1023U
#define EL2_TIMER 26U
#define VIRTUAL_TIMER 27U
#define PHYSICAL_TIMER 30U
#define MAINTENANCE 25U

static struct vcpu_state *vcpu;

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    fake_uart_reset();
    vcpu = fake_be_vcpu(IVI, 0U);
    fake_journal_clear();
    return 0;
}

static bool take(uint32_t intid)
{
    fake_journal_clear();
    fake_gic_raise(intid);
    this_core()->current = vcpu;
    this_core()->trace.source =
        trace_source_bits(vcpu == NULL ? (struct trace_source){TRACE_NOBODY, TRACE_NOBODY} : source_of(vcpu));
    return exit_irq() != 0U;
}

/* @verifies REQ-IRQ-001 */
static void a_shared_interrupt_goes_to_its_owner_and_is_left_to_the_guest_to_deactivate(void **state)
{
    (void)state;
    assert_false(take(50U));
    assert_int_equal(fake_count("vgic_inject_hardware"), 1U);
    assert_called("vgic_inject_hardware", 0U, IVI, 0U, 45U);
    assert_int_equal(fake_count("gic_take"), 1U);
    assert_int_equal(fake_count("gic_deactivate"), 0U);
    assert_int_equal(fake_events(), 0U);
}

/* @verifies REQ-IRQ-001 */
static void every_route_is_found_and_no_other(void **state)
{
    (void)state;
    (void)take(40U);
    assert_called("vgic_inject_hardware", 0U, SAFETY, 0U, 40U);
    (void)take(41U);
    assert_called("vgic_inject_hardware", 0U, SAFETY, 0U, 41U);
    for (uint32_t intid = 32U; intid < 1020U; intid++) {
        if (intid != 40U && intid != 41U && intid != 50U && intid != UART_INTID) {
            (void)take(intid);
            assert_int_equal(fake_count("vgic_inject_hardware"), 0U);
        }
    }
}

/* @verifies REQ-GIC-001 */
static void an_interrupt_without_an_owner_is_disabled_and_an_event(void **state)
{
    (void)state;
    assert_false(take(45U)); /* a guest's number, not a physical one that is owned */
    assert_called("gic_spi_disable", 0U, 45U, 0U, 0U);
    assert_called("gic_deactivate", 0U, 45U, 0U, 0U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_SPURIOUS);
    assert_int_equal(fake_event(0U)->detail, 45U);
    assert_int_equal(fake_event(0U)->partition, 0xffU);
    assert_int_equal(fake_event(0U)->address | fake_event(0U)->pc, 0U);
    assert_false(take(29U));
    assert_called("gic_ppi_disable", 0U, 29U, 0U, 0U);
    assert_called("gic_deactivate", 0U, 29U, 0U, 0U);
    assert_int_equal(fake_event(1U)->detail, 29U);
    assert_false(take(31U));
    assert_called("gic_ppi_disable", 0U, 31U, 0U, 0U);
    assert_int_equal(fake_events(), 3U);
    assert_false(take(8192U)); /* an LPI: has no enable bit of its own */
    assert_called("gic_deactivate", 0U, 8192U, 0U, 0U);
    assert_int_equal(fake_count("gic_spi_disable") + fake_count("gic_ppi_disable"), 0U);
    assert_false(take(32U));
    assert_called("gic_spi_disable", 0U, 32U, 0U, 0U);
}

/* @verifies REQ-GIC-001 */
static void without_routes_every_shared_interrupt_is_refused(void **state)
{
    (void)state;
    fake_route_count = 0U;
    assert_false(take(40U));
    assert_called("gic_spi_disable", 0U, 40U, 0U, 0U);
    assert_int_equal(fake_count("vgic_inject_hardware"), 0U);
}

/* @verifies REQ-IRQ-001 */
static void the_virtual_timer_is_the_current_vcpus(void **state)
{
    (void)state;
    vcpu = fake_be_vcpu(IVI, 1U);
    assert_false(take(VIRTUAL_TIMER));
    assert_called("vgic_inject_hardware", 0U, IVI, 1U, VIRTUAL_TIMER);
    assert_int_equal(fake_count("gic_deactivate"), 0U);
}

#define CNTP_ENABLE 1U
#define CNTP_IMASK 2U
#define CNTP_STATUS 4U

static void time_has_come(void)
{
    *fake_sysreg("cntp_ctl_el0") |= CNTP_STATUS;
}

/* @verifies REQ-TIMER-002 */
static void the_physical_timer_raises_the_current_vcpus_line_and_is_masked_and_ended(void **state)
{
    (void)state;
    vcpu = fake_be_vcpu(IVI, 1U);
    *fake_sysreg("cntp_ctl_el0") = CNTP_ENABLE | CNTP_STATUS;
    fake_when("isb", time_has_come);
    assert_false(take(PHYSICAL_TIMER));
    assert_called("vgic_set_line", 0U, 1U, PHYSICAL_TIMER, true);
    assert_int_equal(*fake_sysreg("cntp_ctl_el0"), CNTP_ENABLE | CNTP_IMASK | CNTP_STATUS);
    assert_called("gic_deactivate", 0U, PHYSICAL_TIMER, 0U, 0U);
    assert_int_equal(fake_count("gic_ppi_disable"), 0U);
    assert_int_equal(fake_events(), 0U);
}

/* @verifies REQ-TIMER-002 */
static void a_physical_timer_that_outlived_its_vcpu_is_ended_and_stays_enabled(void **state)
{
    (void)state;
    vcpu = NULL;
    assert_false(take(PHYSICAL_TIMER));
    assert_int_equal(fake_count("vgic_set_line"), 0U);
    assert_called("gic_deactivate", 0U, PHYSICAL_TIMER, 0U, 0U);
    assert_int_equal(fake_count("gic_ppi_disable"), 0U);
    assert_int_equal(fake_events(), 0U);
}

static void a_virtual_timer_that_outlived_its_vcpu_is_ended_and_stays_enabled(void **state)
{
    (void)state;
    vcpu = NULL;
    assert_false(take(VIRTUAL_TIMER));
    assert_int_equal(fake_count("vgic_inject_hardware"), 0U);
    assert_called("gic_deactivate", 0U, VIRTUAL_TIMER, 0U, 0U);
    assert_int_equal(fake_count("gic_ppi_disable"), 0U);
}

/* @verifies REQ-IRQ-002 */
static void one_exit_takes_one_interrupt(void **state)
{
    (void)state;
    fake_gic_raise(50U);
    fake_gic_raise(40U);
    assert_int_equal(exit_irq(), 0U);
    assert_int_equal(fake_count("gic_take"), 1U);
    assert_called("vgic_inject_hardware", 0U, IVI, 0U, 45U);
}

static void an_interrupt_that_went_away_does_nothing(void **state)
{
    uint64_t traced = fake_cores[1].trace.written;

    (void)state;
    assert_false(take(SPURIOUS));
    assert_int_equal(fake_count("gic_deactivate"), 0U);
    assert_int_equal(fake_cores[1].trace.written, traced);
}

/* @verifies REQ-TRACE-001 */
static void every_interrupt_is_traced_with_its_number(void **state)
{
    (void)state;
    (void)take(50U);
    assert_int_equal(fake_cores[1].trace.entries[0].record.kind, BULKHEAD_TRACE_IRQ);
    assert_int_equal(fake_cores[1].trace.entries[0].record.detail, 50U);
    assert_int_equal(fake_cores[1].trace.entries[0].record.address, 0U);
    assert_int_equal(fake_cores[1].trace.entries[0].record.partition, IVI);
    vcpu = NULL;
    (void)take(UART_INTID);
    assert_int_equal(fake_cores[1].trace.entries[1].record.partition, 0xffU);
}

static void the_maintenance_interrupt_refills_the_list_registers(void **state)
{
    (void)state;
    assert_false(take(MAINTENANCE));
    assert_int_equal(fake_count("vgic_sync"), 1U);
    assert_called("gic_deactivate", 0U, MAINTENANCE, 0U, 0U);
    assert_int_equal(fake_events(), 0U);
    vcpu = NULL;
    assert_false(take(MAINTENANCE));
    assert_int_equal(fake_count("vgic_sync"), 0U);
    assert_called("gic_deactivate", 0U, MAINTENANCE, 0U, 0U);
}

static void a_post_about_vcpus_has_the_current_one_look_or_leave(void **state)
{
    (void)state;
    assert_false(take(POST_VCPU));
    assert_int_equal(fake_count("vgic_look"), 1U);
    vcpu = NULL;
    assert_false(take(POST_VCPU));
    assert_int_equal(fake_count("vgic_look"), 0U);
    vcpu = fake_be_vcpu(IVI, 0U);
    fake_partitions[IVI].phase = PARTITION_STOPPING;
    assert_true(take(POST_VCPU));
    assert_called("gic_deactivate", 0U, POST_VCPU, 0U, 0U);
    fake_gic_raise(POST_VCPU);
    assert_int_equal(exit_irq(), 1U);
}

/* The post that comes while the old one is being answered raises the SGI anew: it must not be merged away. */
static void a_post_is_deactivated_before_it_is_answered(void **state)
{
    (void)state;
    (void)take(POST_VCPU);
    assert_true(fake_position("gic_deactivate", 0U) < fake_position("vgic_look", 0U));
}

/* Work for the console cannot hold up a stop, however much of it there is. */
static void any_interrupt_lets_a_vcpu_of_a_stopping_partition_leave(void **state)
{
    (void)state;
    fake_partitions[IVI].phase = PARTITION_STOPPING;
    fake_uart_type("q");
    fake_posts_reset();
    assert_true(take(POST_CONSOLE));
    assert_int_equal(fake_posts(1U, POST_CONSOLE), 1U); /* after the vCPU has left */
    assert_true(take(UART_INTID));
    assert_called("gic_deactivate", 0U, UART_INTID, 0U, 0U);
    assert_int_equal(fake_vuarts[0].rx_head, 0U);
    assert_true(take(MAINTENANCE));
    assert_int_equal(fake_count("vgic_sync"), 0U);
    assert_true(take(VIRTUAL_TIMER));
    assert_called("gic_deactivate", 0U, VIRTUAL_TIMER, 0U, 0U);
    assert_true(take(PHYSICAL_TIMER));
    assert_called("gic_deactivate", 0U, PHYSICAL_TIMER, 0U, 0U);
    assert_int_equal(fake_count("vgic_set_line"), 0U);
    assert_true(take(40U)); /* another partition's is given to it */
    assert_called("vgic_inject_hardware", 0U, SAFETY, 0U, 40U);
}

/* @verifies REQ-PART-002 */
static void a_shared_interrupt_of_a_partition_that_does_not_run_is_switched_off(void **state)
{
    (void)state;
    fake_partitions[IVI].phase = PARTITION_RELEASING;
    vcpu = NULL;
    assert_false(take(50U));
    assert_called("gic_spi_disable", 0U, 50U, 0U, 0U);
    assert_called("gic_deactivate", 0U, 50U, 0U, 0U);
    assert_int_equal(fake_count("vgic_inject_hardware"), 0U);
}

static void the_uarts_interrupt_is_the_consoles(void **state)
{
    (void)state;
    fake_uart_type("q");
    assert_false(take(UART_INTID));
    assert_called("gic_deactivate", 0U, UART_INTID, 0U, 0U);
    assert_int_equal(fake_vuarts[0].rx_head, 1U);
    assert_int_equal(fake_events(), 0U);
}

static void an_interrupt_of_another_partition_does_not_need_its_owner_on_this_core(void **state)
{
    (void)state;
    vcpu = NULL;
    fake_gic_raise(40U);
    exit_take_interrupt();
    assert_called("vgic_inject_hardware", 0U, SAFETY, 0U, 40U);
}

/* @verifies REQ-BOOT-005 */
static void every_other_core_is_asked_for_and_none_waited_for(void **state)
{
    (void)state;
    fake_be_core(0U);
    *fake_sysreg("cntfrq_el0") = 62500000U;
    *fake_sysreg("cntpct_el0") = 1000U;
    supervise_start_cores();
    assert_int_equal(fake_count("smc"), 3U);
    for (uint32_t core = 1U; core < CORES; core++) {
        assert_int_equal(fake_call("smc", core - 1U)->a, PSCI_CPU_ON | SMC64);
        assert_int_equal(fake_call("smc", core - 1U)->b, fake_core_configs[core].mpidr);
        assert_int_equal(fake_call("smc", core - 1U)->d, (uint64_t)&fake_core_configs[core]);
    }
    assert_int_equal(*fake_sysreg("cnthp_cval_el2"), 1000U + 31250000U); /* 500 ms */
    assert_int_equal(*fake_sysreg("cnthp_ctl_el2"), 1U);
    assert_true(fake_position("cnthp_ctl_el2", 0U) < fake_position("isb", 0U));
    assert_int_equal(fake_count("wfi"), 0U);
}

static void a_system_of_one_core_asks_for_none(void **state)
{
    (void)state;
    fake_be_core(0U);
    fake_core_count = 1U;
    supervise_start_cores();
    assert_int_equal(fake_count("smc"), 0U);
    assert_int_equal(*fake_sysreg("cnthp_ctl_el2"), 0U);
}

/* @verifies REQ-BOOT-005 */
static void a_core_that_did_not_come_is_an_event_with_the_firmwares_answer(void **state)
{
    (void)state;
    vcpu = fake_be_vcpu(SAFETY, 0U);
    fake_firmware_answer = PSCI_INVALID_PARAMETERS;
    supervise_start_cores();
    fake_cores[0].online = 0U; /* not asked for, not missed */
    fake_cores[2].online = 0U;
    assert_false(take(EL2_TIMER));
    assert_int_equal(*fake_sysreg("cnthp_ctl_el2"), 0U);
    assert_true(fake_position("isb", 0U) < fake_position("gic_deactivate", 0U));
    assert_called("gic_deactivate", 0U, EL2_TIMER, 0U, 0U);
    assert_int_equal(fake_events(), 1U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_CORE_MISSING);
    assert_int_equal(fake_event(0U)->detail, 2U);
    assert_int_equal(fake_event(0U)->pc, 0U);
    assert_true(fake_event(0U)->address == (uint64_t)PSCI_INVALID_PARAMETERS);
}

/* @verifies REQ-BOOT-005 */
static void cores_that_came_are_no_event(void **state)
{
    (void)state;
    vcpu = fake_be_vcpu(SAFETY, 0U);
    supervise_start_cores();
    assert_false(take(EL2_TIMER));
    assert_int_equal(fake_events(), 0U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_shared_interrupt_goes_to_its_owner_and_is_left_to_the_guest_to_deactivate, set_up),
        cmocka_unit_test_setup(every_route_is_found_and_no_other, set_up),
        cmocka_unit_test_setup(an_interrupt_without_an_owner_is_disabled_and_an_event, set_up),
        cmocka_unit_test_setup(without_routes_every_shared_interrupt_is_refused, set_up),
        cmocka_unit_test_setup(the_virtual_timer_is_the_current_vcpus, set_up),
        cmocka_unit_test_setup(a_physical_timer_that_outlived_its_vcpu_is_ended_and_stays_enabled, set_up),
        cmocka_unit_test_setup(the_physical_timer_raises_the_current_vcpus_line_and_is_masked_and_ended, set_up),
        cmocka_unit_test_setup(a_virtual_timer_that_outlived_its_vcpu_is_ended_and_stays_enabled, set_up),
        cmocka_unit_test_setup(one_exit_takes_one_interrupt, set_up),
        cmocka_unit_test_setup(an_interrupt_that_went_away_does_nothing, set_up),
        cmocka_unit_test_setup(every_interrupt_is_traced_with_its_number, set_up),
        cmocka_unit_test_setup(the_maintenance_interrupt_refills_the_list_registers, set_up),
        cmocka_unit_test_setup(a_post_about_vcpus_has_the_current_one_look_or_leave, set_up),
        cmocka_unit_test_setup(a_post_is_deactivated_before_it_is_answered, set_up),
        cmocka_unit_test_setup(any_interrupt_lets_a_vcpu_of_a_stopping_partition_leave, set_up),
        cmocka_unit_test_setup(a_shared_interrupt_of_a_partition_that_does_not_run_is_switched_off, set_up),
        cmocka_unit_test_setup(the_uarts_interrupt_is_the_consoles, set_up),
        cmocka_unit_test_setup(an_interrupt_of_another_partition_does_not_need_its_owner_on_this_core, set_up),
        cmocka_unit_test_setup(every_other_core_is_asked_for_and_none_waited_for, set_up),
        cmocka_unit_test_setup(a_system_of_one_core_asks_for_none, set_up),
        cmocka_unit_test_setup(a_core_that_did_not_come_is_an_event_with_the_firmwares_answer, set_up),
        cmocka_unit_test_setup(cores_that_came_are_no_event, set_up),
    };

    return cmocka_run_group_tests_name("irq", tests, NULL, NULL);
}
