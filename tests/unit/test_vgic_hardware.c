/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts linked to physical ones: the virtual timer (27) and assigned devices' SPIs.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c
 * sources: tests/unit/vgic/gic.c tests/unit/vgic/guest.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define TIMER 27U
#define TIMER_BIT (1U << TIMER)
#define LEVEL 48U /* physical 60 */
#define EDGE 49U  /* physical 61 */
#define PHYSICAL_LEVEL 60U
#define PHYSICAL_EDGE 61U

static const struct interrupt_config interrupts[] = {
    {40U, 0U, true}, {41U, 0U, true}, {42U, 0U, true}, {43U, 0U, true}, {48U, 60U, false}, {49U, 61U, true},
};

static int set_up(void **state)
{
    (void)state;
    world_reset(4U, interrupts, COUNT(interrupts));
    guest_opens();
    return 0;
}

/* @verifies REQ-VGIC-012 */
static void the_timer_costs_one_store_and_no_lock(void **state)
{
    uint32_t tickets = fake_partitions[IVI].lock.half.next;
    uint32_t writes = world_list_writes;

    (void)state;
    for (uint32_t n = 0U; n < 5U; n++) {
        world_timer(0U, true);
        assert_int_equal(guest_acknowledge(0U), TIMER);
        world_timer(0U, false);
        guest_eoi(0U, TIMER);
        assert_false(world_core[1].timer.active);
    }
    assert_int_equal(fake_partitions[IVI].lock.half.next, tickets);
    assert_int_equal(world_list_writes, writes + 5U);
    assert_int_equal(world_maintenance, 0U);
}

/* @verifies REQ-VGIC-012 */
static void a_timer_that_is_not_lowered_comes_again(void **state)
{
    (void)state;
    world_timer(0U, true);
    guest_takes(0U, TIMER);
    guest_takes(0U, TIMER);
    world_timer(1U, false);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-012 */
static void the_timer_is_shown_as_pending_and_as_active_when_it_is(void **state)
{
    (void)state;
    world_timer(0U, true);
    assert_int_equal(guest_read_private(0U, 0U, ISPENDR), TIMER_BIT);
    assert_int_equal(guest_read_private(0U, 0U, ISACTIVER), 0U);
    assert_int_equal(guest_acknowledge(0U), TIMER);
    world_timer(0U, false);
    assert_int_equal(guest_read_private(0U, 0U, ISPENDR), 0U);
    assert_int_equal(guest_read_private(0U, 0U, ISACTIVER), TIMER_BIT);
    guest_eoi(0U, TIMER);
    assert_int_equal(guest_read_private(0U, 0U, ISACTIVER), 0U);
}

/* @verifies REQ-VGIC-020 */
static void the_physical_timer_interrupt_is_enabled_while_the_guests_is(void **state)
{
    (void)state;
    assert_true(world_core[1].timer.enabled);
    guest_write_private(0U, 0U, ICENABLER, TIMER_BIT);
    assert_false(world_core[1].timer.enabled);
    assert_true(world_core[2].timer.enabled);
    guest_write_private(0U, 0U, ISENABLER, TIMER_BIT);
    assert_true(world_core[1].timer.enabled);
    world_put(0U);
    assert_false(world_core[1].timer.enabled);
    world_load(0U);
    assert_true(world_core[1].timer.enabled);
}

/* @verifies REQ-VGIC-020 */
static void another_vcpu_can_enable_and_disable_the_timer(void **state)
{
    (void)state;
    vgicr_write(world_be(2U), 0x10000U + ICENABLER, 4U, TIMER_BIT);
    assert_true(world_core[1].timer.enabled); /* its own core has to do it */
    world_settle();
    assert_false(world_core[1].timer.enabled);
    guest_write_private(2U, 0U, ISENABLER, TIMER_BIT);
    assert_true(world_core[1].timer.enabled);
}

/* @verifies REQ-VGIC-021 */
static void a_disabled_timer_follows_its_condition(void **state)
{
    (void)state;
    world_timer(0U, true);
    guest_write_private(0U, 0U, ICENABLER, TIMER_BIT);
    guest_takes_nothing(0U);
    assert_int_equal(guest_read_private(0U, 0U, ISPENDR), TIMER_BIT);
    world_timer(0U, false);
    assert_int_equal(guest_read_private(0U, 0U, ISPENDR), 0U);
    guest_write_private(0U, 0U, ISENABLER, TIMER_BIT);
    guest_takes_nothing(0U);
    world_timer(0U, true);
    guest_takes(0U, TIMER);
}

/* @verifies REQ-VGIC-021 */
static void a_disabled_level_of_a_device_follows_its_line(void **state)
{
    (void)state;
    world_line(PHYSICAL_LEVEL, true);
    guest_sets(ICENABLER, LEVEL);
    assert_false(world_spi[PHYSICAL_LEVEL].active);
    assert_true(guest_sees(ISPENDR, LEVEL));
    world_line(PHYSICAL_LEVEL, false);
    assert_false(guest_sees(ISPENDR, LEVEL));
    guest_sets(ISENABLER, LEVEL);
    guest_takes_nothing(0U);
    world_line(PHYSICAL_LEVEL, true);
    guest_takes(0U, LEVEL);
}

/* @verifies REQ-VGIC-021 */
static void a_disabled_edge_of_a_device_is_kept(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    guest_sets(ICENABLER, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_sets(ISENABLER, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
    guest_sets(ICENABLER, EDGE);
    world_pulse(PHYSICAL_EDGE);
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_sets(ICPENDR, EDGE);
    guest_sets(ISENABLER, EDGE);
    guest_takes_nothing(0U);
}

/* The distributor disables without waiting, so one that is on its way still arrives. @verifies REQ-VGIC-021 */
static void a_device_interrupt_that_arrives_after_it_was_disabled_is_kept(void **state)
{
    (void)state;
    guest_sets(ICENABLER, EDGE);
    world_spi[PHYSICAL_EDGE].active = true;
    vgic_inject_hardware(world_be(0U), EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
    guest_takes_nothing(0U);
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_sets(ISENABLER, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-020 */
static void the_guests_eoi_ends_the_physical_interrupt(void **state)
{
    (void)state;
    world_line(PHYSICAL_LEVEL, true);
    assert_true(world_spi[PHYSICAL_LEVEL].active);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    world_line(PHYSICAL_LEVEL, false);
    guest_eoi(0U, LEVEL);
    assert_false(world_spi[PHYSICAL_LEVEL].active);
}

/* @verifies REQ-VGIC-021 */
static void clearing_what_is_pending_ends_the_physical_interrupt(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    assert_true(world_spi[PHYSICAL_EDGE].active);
    guest_sets(ICPENDR, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
    guest_takes_nothing(0U);
    world_line(PHYSICAL_LEVEL, true);
    guest_sets(ICPENDR, LEVEL);
    assert_true(guest_sees(ISPENDR, LEVEL)); /* the line is still high */
    guest_takes(0U, LEVEL);
}

/* @verifies REQ-VGIC-021 */
static void clearing_what_is_active_ends_the_physical_interrupt(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_sets(ICACTIVER, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
    guest_eoi(0U, EDGE);
    world_pulse(PHYSICAL_EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-021 */
static void a_device_interrupt_evicted_while_active_ends_physically_at_its_eoi(void **state)
{
    (void)state;
    guest_prioritizes(EDGE, 0xe0U);
    world_pulse(PHYSICAL_EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    for (uint32_t n = 0U; n < 4U; n++) {
        guest_prioritizes(40U + n, (uint8_t)(0x80U - 0x20U * n));
        guest_sets(ISPENDR, 40U + n);
        assert_int_equal(guest_acknowledge(0U), 40U + n);
    }
    assert_true(world_spi[PHYSICAL_EDGE].active);
    for (uint32_t n = 4U; n > 0U; n--) {
        guest_eoi(0U, 40U + n - 1U);
    }
    assert_true(world_spi[PHYSICAL_EDGE].active);
    guest_eoi(0U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
    world_pulse(PHYSICAL_EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-021 */
static void an_evicted_device_interrupt_is_ended_by_dir(void **state)
{
    (void)state;
    world_core[1].eoi_mode = true;
    guest_prioritizes(EDGE, 0xe0U);
    world_pulse(PHYSICAL_EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_eoi(0U, EDGE);
    for (uint32_t n = 0U; n < 4U; n++) {
        guest_sets(ISPENDR, 40U + n);
        assert_int_equal(guest_acknowledge(0U), 40U + n);
        guest_eoi(0U, 40U + n);
    }
    guest_dir(0U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
}

/* @verifies REQ-VGIC-010 */
static void an_edge_of_a_device_while_its_interrupt_is_active_comes_after_the_eoi(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    world_pulse(PHYSICAL_EDGE);
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_takes_nothing(0U);
    guest_eoi(0U, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-010 */
static void a_device_interrupt_pending_and_active_is_never_a_hardware_list_register(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_sets(ISPENDR, EDGE); /* gic.c fails the test if pending, active and hardware meet */
    assert_true(guest_sees(ISACTIVER, EDGE));
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_eoi(0U, EDGE);
    guest_takes(0U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
}

/* @verifies REQ-VGIC-008 */
static void the_physical_route_follows_the_guests(void **state)
{
    (void)state;
    vgicd_write(world_be(0U), 0x6000U + EDGE * 8U, 8U, 2U);
    assert_int_equal(world_spi[PHYSICAL_EDGE].route, fake_core_configs[3].mpidr);
    world_pulse(PHYSICAL_EDGE);
    guest_takes_nothing(0U);
    guest_takes(2U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
}

/* @verifies REQ-VGIC-008 */
static void a_device_interrupt_that_is_rerouted_while_pending_moves_and_ends(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    vgicd_write(world_be(0U), 0x6000U + EDGE * 8U, 8U, 1U);
    world_settle();
    guest_takes_nothing(0U);
    guest_takes(1U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
}

/* @verifies REQ-VGIC-008 */
static void a_device_interrupt_for_a_vcpu_off_its_core_waits(void **state)
{
    (void)state;
    world_put(0U);
    (void)world_be(1U);
    world_pulse(PHYSICAL_EDGE);
    assert_true(world_spi[PHYSICAL_EDGE].active);
    world_load(0U);
    world_settle();
    guest_takes(0U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
}

/* @verifies REQ-VGIC-019 */
static void an_active_timer_leaves_no_active_physical_interrupt_behind(void **state)
{
    (void)state;
    world_timer(0U, true);
    assert_int_equal(guest_acknowledge(0U), TIMER);
    world_put(0U);
    assert_false(world_core[1].timer.active);
    world_core[1].timer.line = true;
    world_load(0U);
    world_settle();
    assert_true(world_core[1].timer.active);
    guest_takes_nothing(0U);
    world_timer(0U, false);
    guest_eoi(0U, TIMER);
    assert_false(world_core[1].timer.active);
    world_timer(0U, true);
    guest_takes(0U, TIMER);
}

/* @verifies REQ-VGIC-012 */
static void the_timer_comes_although_every_list_register_is_in_use(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 4U; n++) {
        guest_sets(ISPENDR, 40U + n);
    }
    guest_prioritizes(43U, 0x20U);
    vgicr_write(world_be(0U), 0x10400U + TIMER, 1U, 0x10U);
    world_settle();
    assert_int_equal(guest_read_private(0U, 0U, ISPENDR), 0U);
    vgicd_write(world_be(0U), 0x428U, 4U, 0x40404040U);
    world_settle();
    world_timer(0U, true);
    assert_int_equal(guest_acknowledge(0U), TIMER);
    world_timer(0U, false);
    guest_eoi(0U, TIMER);
    assert_false(world_core[1].timer.active);
}

/* @verifies REQ-VGIC-020 */
static void reset_leaves_physical_interrupts_off_and_inactive(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    for (uint32_t n = 0U; n < 3U; n++) {
        world_put(n);
    }
    world_power_on();
    assert_false(world_spi[PHYSICAL_EDGE].active || world_spi[PHYSICAL_EDGE].enabled);
    assert_int_equal(world_spi[PHYSICAL_EDGE].route, fake_core_configs[1].mpidr);
    for (uint32_t core = 1U; core < CORES; core++) {
        assert_false(world_core[core].timer.enabled || world_core[core].timer.active);
    }
}

/* @verifies REQ-VGIC-019 */
static void a_timer_that_fires_as_its_vcpu_leaves_comes_when_it_is_back(void **state)
{
    (void)state;
    world_timer(0U, true);
    world_put(0U);
    world_load(0U);
    world_settle();
    guest_takes(0U, TIMER);
}

/* @verifies REQ-VGIC-008 */
static void a_device_interrupt_made_pending_while_active_elsewhere_comes_after_that_eoi(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_routes(EDGE, 1U);
    guest_sets(ISPENDR, EDGE);
    guest_takes_nothing(1U);
    guest_eoi(0U, EDGE);
    guest_takes(1U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
}

/* @verifies REQ-VGIC-021 */
static void a_device_interrupt_of_a_group_that_is_off_is_handed_back_when_disabled(void **state)
{
    (void)state;
    guest_write(0U, 0U, 0U);
    world_line(PHYSICAL_LEVEL, true);
    assert_true(world_spi[PHYSICAL_LEVEL].active);
    assert_true(guest_sees(ISPENDR, LEVEL));
    guest_sets(ICENABLER, LEVEL);
    assert_false(world_spi[PHYSICAL_LEVEL].active);
    world_line(PHYSICAL_LEVEL, false);
    assert_false(guest_sees(ISPENDR, LEVEL));
}

/* @verifies REQ-VGIC-005 */
static void clearing_a_device_level_of_a_group_that_is_off_asks_the_line_again(void **state)
{
    (void)state;
    guest_write(0U, 0U, 0U);
    world_line(PHYSICAL_LEVEL, true);
    world_line(PHYSICAL_LEVEL, false);
    guest_sets(ICPENDR, LEVEL);
    assert_false(guest_sees(ISPENDR, LEVEL));
    assert_false(world_spi[PHYSICAL_LEVEL].active);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_timer_costs_one_store_and_no_lock, set_up),
        cmocka_unit_test_setup(a_timer_that_is_not_lowered_comes_again, set_up),
        cmocka_unit_test_setup(the_timer_is_shown_as_pending_and_as_active_when_it_is, set_up),
        cmocka_unit_test_setup(the_physical_timer_interrupt_is_enabled_while_the_guests_is, set_up),
        cmocka_unit_test_setup(another_vcpu_can_enable_and_disable_the_timer, set_up),
        cmocka_unit_test_setup(a_disabled_timer_follows_its_condition, set_up),
        cmocka_unit_test_setup(a_disabled_level_of_a_device_follows_its_line, set_up),
        cmocka_unit_test_setup(a_disabled_edge_of_a_device_is_kept, set_up),
        cmocka_unit_test_setup(a_device_interrupt_that_arrives_after_it_was_disabled_is_kept, set_up),
        cmocka_unit_test_setup(the_guests_eoi_ends_the_physical_interrupt, set_up),
        cmocka_unit_test_setup(clearing_what_is_pending_ends_the_physical_interrupt, set_up),
        cmocka_unit_test_setup(clearing_what_is_active_ends_the_physical_interrupt, set_up),
        cmocka_unit_test_setup(a_device_interrupt_evicted_while_active_ends_physically_at_its_eoi, set_up),
        cmocka_unit_test_setup(an_evicted_device_interrupt_is_ended_by_dir, set_up),
        cmocka_unit_test_setup(an_edge_of_a_device_while_its_interrupt_is_active_comes_after_the_eoi, set_up),
        cmocka_unit_test_setup(a_device_interrupt_pending_and_active_is_never_a_hardware_list_register, set_up),
        cmocka_unit_test_setup(the_physical_route_follows_the_guests, set_up),
        cmocka_unit_test_setup(a_device_interrupt_that_is_rerouted_while_pending_moves_and_ends, set_up),
        cmocka_unit_test_setup(a_device_interrupt_for_a_vcpu_off_its_core_waits, set_up),
        cmocka_unit_test_setup(an_active_timer_leaves_no_active_physical_interrupt_behind, set_up),
        cmocka_unit_test_setup(the_timer_comes_although_every_list_register_is_in_use, set_up),
        cmocka_unit_test_setup(reset_leaves_physical_interrupts_off_and_inactive, set_up),
        cmocka_unit_test_setup(a_timer_that_fires_as_its_vcpu_leaves_comes_when_it_is_back, set_up),
        cmocka_unit_test_setup(a_device_interrupt_made_pending_while_active_elsewhere_comes_after_that_eoi, set_up),
        cmocka_unit_test_setup(a_device_interrupt_of_a_group_that_is_off_is_handed_back_when_disabled, set_up),
        cmocka_unit_test_setup(clearing_a_device_level_of_a_group_that_is_off_asks_the_line_again, set_up),
    };

    return cmocka_run_group_tests_name("vgic hardware", tests, NULL, NULL);
}
