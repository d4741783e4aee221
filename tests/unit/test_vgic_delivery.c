/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts of virtual devices, from arrival to the guest's EOI, seen from the guest.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c tests/unit/vgic/guest.c
 * sources: tests/unit/vgic/gic.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define LEVEL 33U
#define EDGE 36U

static const struct interrupt_config interrupts[] = {
    {33U, 0U, false}, {34U, 0U, false}, {35U, 0U, true}, {36U, 0U, true}, {40U, 0U, true}, {41U, 0U, true},
    {42U, 0U, true},  {43U, 0U, true},  {44U, 0U, true}, {45U, 0U, true}, {46U, 0U, true}, {47U, 0U, true},
};

static int set_up(void **state)
{
    (void)state;
    world_reset(4U, interrupts, COUNT(interrupts));
    guest_opens();
    return 0;
}

static uint32_t bit(uint32_t intid)
{
    return 1U << (intid % 32U);
}

/* @verifies REQ-VGIC-005 */
static void an_edge_that_comes_while_disabled_is_delivered_when_enabled(void **state)
{
    (void)state;
    guest_sets(ICENABLER, EDGE);
    device_line(EDGE, true);
    device_line(EDGE, false);
    guest_takes_nothing(0U);
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_sets(ISENABLER, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-005 */
static void pending_is_not_lost_when_a_listed_interrupt_is_disabled(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    guest_sets(ICENABLER, EDGE);
    guest_takes_nothing(0U);
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_sets(ISENABLER, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-006 */
static void an_active_interrupt_that_is_disabled_is_ended_by_its_eoi(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_sets(ICENABLER, EDGE);
    assert_true(guest_sees(ISACTIVER, EDGE));
    guest_eoi(0U, EDGE);
    assert_false(guest_sees(ISACTIVER, EDGE));
    guest_sets(ISENABLER, EDGE);
    guest_sets(ISPENDR, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-005 */
static void a_level_follows_its_line_while_disabled(void **state)
{
    (void)state;
    guest_sets(ICENABLER, LEVEL);
    device_line(LEVEL, true);
    assert_true(guest_sees(ISPENDR, LEVEL));
    device_line(LEVEL, false);
    assert_false(guest_sees(ISPENDR, LEVEL));
    guest_sets(ISENABLER, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-011 */
static void a_level_is_withdrawn_from_its_list_register_when_it_drops(void **state)
{
    (void)state;
    device_line(LEVEL, true);
    device_line(LEVEL, false);
    guest_takes_nothing(0U);
    assert_false(guest_sees(ISPENDR, LEVEL));
}

/* @verifies REQ-VGIC-011 */
static void a_level_that_stays_high_comes_again_after_the_eoi(void **state)
{
    (void)state;
    device_line(LEVEL, true);
    guest_takes(0U, LEVEL);
    guest_takes(0U, LEVEL);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    device_line(LEVEL, false);
    guest_eoi(0U, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-011 */
static void a_level_that_its_handler_lowers_costs_no_maintenance_interrupt(void **state)
{
    (void)state;
    device_line(LEVEL, true);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    device_line(LEVEL, false);
    guest_eoi(0U, LEVEL);
    assert_int_equal(world_maintenance, 0U);
}

/* @verifies REQ-VGIC-005 */
static void a_level_made_pending_by_a_write_stays_so_until_it_is_taken(void **state)
{
    (void)state;
    guest_sets(ISPENDR, LEVEL);
    device_line(LEVEL, true);
    device_line(LEVEL, false);
    assert_true(guest_sees(ISPENDR, LEVEL));
    guest_takes(0U, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-005 */
static void clearing_a_pending_level_does_nothing_while_its_line_is_high(void **state)
{
    (void)state;
    device_line(LEVEL, true);
    guest_sets(ICPENDR, LEVEL);
    assert_true(guest_sees(ISPENDR, LEVEL));
    guest_takes(0U, LEVEL);
}

/* @verifies REQ-VGIC-005 */
static void clearing_a_pending_edge_withdraws_it(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    guest_sets(ICPENDR, EDGE);
    assert_false(guest_sees(ISPENDR, EDGE));
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-005 */
static void an_edge_while_active_is_pending_and_active_and_comes_after_the_eoi(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    device_line(EDGE, true);
    assert_true(guest_sees(ISPENDR, EDGE));
    assert_true(guest_sees(ISACTIVER, EDGE));
    guest_takes_nothing(0U);
    guest_eoi(0U, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-006 */
static void an_active_interrupt_is_ended_by_a_write_without_eoi(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_sets(ICACTIVER, EDGE);
    assert_false(guest_sees(ISACTIVER, EDGE));
    guest_eoi(0U, EDGE); /* drops the priority, ends nothing */
    guest_sets(ISPENDR, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-006 */
static void an_interrupt_made_active_by_a_write_is_not_delivered(void **state)
{
    (void)state;
    guest_sets(ISACTIVER, EDGE);
    guest_sets(ISPENDR, EDGE);
    guest_takes_nothing(0U);
    assert_true(guest_sees(ISACTIVER, EDGE));
    guest_sets(ICACTIVER, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-003 */
static void an_interrupt_is_delivered_only_while_its_group_is_enabled(void **state)
{
    (void)state;
    guest_write(0U, 0U, 1U);
    guest_sets(ISPENDR, EDGE);
    guest_takes_nothing(0U);
    guest_write(0U, 0x84U, ~bit(EDGE));
    guest_takes(0U, EDGE);
    guest_sets(ISPENDR, EDGE);
    guest_write(0U, 0U, 2U);
    guest_takes_nothing(0U);
    guest_write(0U, 0U, 3U);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-010 */
static void group_and_priority_show_in_the_list_register(void **state)
{
    const struct core_interface *core = &world_core[1];
    uint64_t list = 0U;

    (void)state;
    guest_prioritizes(EDGE, 0x48U);
    guest_sets(ISPENDR, EDGE);
    for (uint32_t n = 0U; n < 4U; n++) {
        list = (core->list[n] & GIC_LR_PENDING) != 0U ? core->list[n] : list;
    }
    assert_int_equal(list, GIC_LR_INTID(EDGE) | GIC_LR_PRIORITY(0x48U) | GIC_LR_GROUP1 | GIC_LR_PENDING);
}

/* @verifies REQ-VGIC-013 */
static void a_write_ends_an_interrupt_that_is_active_on_another_vcpu(void **state)
{
    (void)state;
    guest_routes(EDGE, 2U);
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(2U), EDGE);
    (void)guest_sees(ISACTIVER, EDGE);
    assert_true(guest_sees(ISACTIVER, EDGE));
    guest_sets(ICACTIVER, EDGE);
    assert_false(guest_sees(ISACTIVER, EDGE));
    guest_sets(ISPENDR, EDGE);
    guest_eoi(2U, EDGE);
    guest_takes(2U, EDGE);
}

/* @verifies REQ-VGIC-013 */
static void a_change_for_another_vcpu_waits_for_its_core_and_no_longer(void **state)
{
    (void)state;
    guest_routes(EDGE, 1U);
    guest_sets(ISPENDR, EDGE);
    vgicd_write(world_be(0U), ICPENDR + 4U, 4U, bit(EDGE));
    world_settle_except(1U);
    assert_false(guest_sees(ISPENDR, EDGE));
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-008 */
static void a_pending_interrupt_that_is_routed_elsewhere_moves_there(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    guest_routes(EDGE, 1U);
    guest_takes_nothing(0U);
    guest_takes(1U, EDGE);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-008 */
static void an_active_interrupt_that_is_routed_elsewhere_ends_where_it_is(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_routes(EDGE, 1U);
    guest_sets(ISPENDR, EDGE);
    guest_takes_nothing(1U);
    guest_eoi(0U, EDGE);
    guest_takes(1U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-008 */
static void an_interrupt_routed_to_nobody_waits_until_it_is_routed(void **state)
{
    (void)state;
    guest_routes(EDGE, 0x100U);
    guest_sets(ISPENDR, EDGE);
    for (uint32_t n = 0U; n < 3U; n++) {
        guest_takes_nothing(n);
    }
    assert_true(guest_sees(ISPENDR, EDGE));
    guest_routes(EDGE, 2U);
    guest_takes(2U, EDGE);
}

/* @verifies REQ-VGIC-008 */
static void any_participating_vcpu_is_the_first_that_is_powered(void **state)
{
    (void)state;
    world_put(0U);
    fake_vcpu(IVI, 0U)->power = VCPU_OFF;
    (void)world_be(1U);
    vgicd_write(world_be(1U), 0x6000U + EDGE * 8U, 8U, 1U << 31);
    vgicd_write(world_be(1U), ISPENDR + 4U, 4U, bit(EDGE));
    world_settle();
    guest_takes(1U, EDGE);
}

/* The line is high, vCPU 1 may take it at any moment until its core has answered. @verifies REQ-VGIC-010 */
static void an_interrupt_is_never_offered_to_two_vcpus(void **state)
{
    (void)state;
    guest_routes(LEVEL, 1U);
    device_line(LEVEL, true);
    vgicd_write(world_be(2U), 0x6000U + LEVEL * 8U, 8U, 0U);
    world_settle_except(1U);
    guest_takes_nothing(0U);
    world_settle();
    guest_takes_nothing(1U);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
}

/* @verifies REQ-VGIC-006 @verifies REQ-VGIC-013 */
static void of_two_writes_to_an_active_state_elsewhere_the_last_counts(void **state)
{
    (void)state;
    guest_routes(EDGE, 1U);
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(1U), EDGE);
    vgicd_write(world_be(0U), ICACTIVER + 4U, 4U, bit(EDGE));
    vgicd_write(world_be(0U), ISACTIVER + 4U, 4U, bit(EDGE));
    assert_true((world_vgicd_read(world_be(0U), ISACTIVER + 4U, 4U) & bit(EDGE)) != 0U);
    world_settle();
    assert_true(guest_sees(ISACTIVER, EDGE));
    vgicd_write(world_be(0U), ISACTIVER + 4U, 4U, bit(EDGE));
    vgicd_write(world_be(0U), ICACTIVER + 4U, 4U, bit(EDGE));
    assert_true((world_vgicd_read(world_be(0U), ISACTIVER + 4U, 4U) & bit(EDGE)) == 0U);
    world_settle();
    assert_false(guest_sees(ISACTIVER, EDGE));
}

/* The end is seen by the switch, not by a maintenance interrupt. @verifies REQ-VGIC-008 @verifies REQ-VGIC-019 */
static void what_ends_as_its_vcpu_leaves_goes_on_elsewhere(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_routes(EDGE, 1U);
    guest_sets(ISPENDR, EDGE);
    guest_eoi_only(0U, EDGE);
    world_put(0U);
    world_settle();
    guest_takes(1U, EDGE);
}

/* @verifies REQ-VGIC-008 */
static void what_may_go_to_any_vcpu_goes_on_when_its_vcpu_goes_off(void **state)
{
    (void)state;
    guest_routes(EDGE, 1U << 31);
    guest_sets(ISPENDR, EDGE);
    fake_vcpu(IVI, 0U)->power = VCPU_OFF;
    world_put(0U);
    world_settle();
    guest_takes(1U, EDGE);
    (void)world_be(1U);
    vgicd_write(world_be(1U), ISPENDR + 4U, 4U, bit(EDGE));
    world_settle();
    guest_takes(1U, EDGE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_edge_that_comes_while_disabled_is_delivered_when_enabled, set_up),
        cmocka_unit_test_setup(pending_is_not_lost_when_a_listed_interrupt_is_disabled, set_up),
        cmocka_unit_test_setup(an_active_interrupt_that_is_disabled_is_ended_by_its_eoi, set_up),
        cmocka_unit_test_setup(a_level_follows_its_line_while_disabled, set_up),
        cmocka_unit_test_setup(a_level_is_withdrawn_from_its_list_register_when_it_drops, set_up),
        cmocka_unit_test_setup(a_level_that_stays_high_comes_again_after_the_eoi, set_up),
        cmocka_unit_test_setup(a_level_that_its_handler_lowers_costs_no_maintenance_interrupt, set_up),
        cmocka_unit_test_setup(a_level_made_pending_by_a_write_stays_so_until_it_is_taken, set_up),
        cmocka_unit_test_setup(clearing_a_pending_level_does_nothing_while_its_line_is_high, set_up),
        cmocka_unit_test_setup(clearing_a_pending_edge_withdraws_it, set_up),
        cmocka_unit_test_setup(an_edge_while_active_is_pending_and_active_and_comes_after_the_eoi, set_up),
        cmocka_unit_test_setup(an_active_interrupt_is_ended_by_a_write_without_eoi, set_up),
        cmocka_unit_test_setup(an_interrupt_made_active_by_a_write_is_not_delivered, set_up),
        cmocka_unit_test_setup(an_interrupt_is_delivered_only_while_its_group_is_enabled, set_up),
        cmocka_unit_test_setup(group_and_priority_show_in_the_list_register, set_up),
        cmocka_unit_test_setup(a_write_ends_an_interrupt_that_is_active_on_another_vcpu, set_up),
        cmocka_unit_test_setup(a_change_for_another_vcpu_waits_for_its_core_and_no_longer, set_up),
        cmocka_unit_test_setup(a_pending_interrupt_that_is_routed_elsewhere_moves_there, set_up),
        cmocka_unit_test_setup(an_active_interrupt_that_is_routed_elsewhere_ends_where_it_is, set_up),
        cmocka_unit_test_setup(an_interrupt_routed_to_nobody_waits_until_it_is_routed, set_up),
        cmocka_unit_test_setup(any_participating_vcpu_is_the_first_that_is_powered, set_up),
        cmocka_unit_test_setup(an_interrupt_is_never_offered_to_two_vcpus, set_up),
        cmocka_unit_test_setup(of_two_writes_to_an_active_state_elsewhere_the_last_counts, set_up),
        cmocka_unit_test_setup(what_ends_as_its_vcpu_leaves_goes_on_elsewhere, set_up),
        cmocka_unit_test_setup(what_may_go_to_any_vcpu_goes_on_when_its_vcpu_goes_off, set_up),
    };

    return cmocka_run_group_tests_name("vgic delivery", tests, NULL, NULL);
}
