/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of virtual GICs that guests of other hypervisors have met: an active device interrupt that is disabled and never
 * comes again, list registers full of active interrupts and more of them pending, an interrupt that becomes pending while it is
 * disabled, an SGI that is lost, and an assertion at the second interrupt. Each is a test here, in its variants.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c tests/unit/vgic/guest.c
 * sources: tests/unit/vgic/gic.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define LISTS 4U
#define TIMER 27U
#define LINE 33U
#define EDGE_LINE 36U
#define FIRST 40U /* 40 .. 47: edges */
#define LEVEL 48U
#define EDGE 49U
#define PHYSICAL_LEVEL 60U
#define PHYSICAL_EDGE 61U
#define SGI(intid, target) ((uint64_t)(intid) << 24 | (target))
#define TO_OTHERS (1ULL << 40)

static const struct interrupt_config interrupts[] = {
    {33U, 0U, false}, {36U, 0U, true}, {40U, 0U, true}, {41U, 0U, true}, {42U, 0U, true},   {43U, 0U, true},
    {44U, 0U, true},  {45U, 0U, true}, {46U, 0U, true}, {47U, 0U, true}, {48U, 60U, false}, {49U, 61U, true},
};

static int set_up(void **state)
{
    (void)state;
    world_reset(LISTS, interrupts, COUNT(interrupts));
    guest_opens();
    return 0;
}

static void make_pending(uint32_t intid)
{
    guest_sets(ISPENDR, intid);
}

/* Disabling an active device interrupt. */

/* @verifies REQ-VGIC-006 REQ-VGIC-020 */
static void a_device_level_disabled_while_active_ends_and_comes_again(void **state)
{
    (void)state;
    world_line(PHYSICAL_LEVEL, true);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    guest_sets(ICENABLER, LEVEL);
    guest_eoi(0U, LEVEL);
    assert_false(world_spi[PHYSICAL_LEVEL].active);
    guest_takes_nothing(0U);
    guest_sets(ISENABLER, LEVEL);
    guest_takes(0U, LEVEL);
    world_line(PHYSICAL_LEVEL, false);
}

/* @verifies REQ-VGIC-006 REQ-VGIC-020 */
static void a_device_edge_disabled_while_active_ends_and_comes_again(void **state)
{
    (void)state;
    world_pulse(PHYSICAL_EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_sets(ICENABLER, EDGE);
    world_pulse(PHYSICAL_EDGE);
    guest_eoi(0U, EDGE);
    assert_false(world_spi[PHYSICAL_EDGE].active);
    guest_takes_nothing(0U);
    guest_sets(ISENABLER, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-006 REQ-VGIC-020 */
static void a_timer_disabled_while_active_ends_and_comes_again(void **state)
{
    (void)state;
    world_timer(0U, true);
    assert_int_equal(guest_acknowledge(0U), TIMER);
    guest_write_private(0U, 0U, ICENABLER, 1U << TIMER);
    guest_eoi(0U, TIMER);
    assert_false(world_core[world_core_of(0U)].timer.active);
    guest_takes_nothing(0U);
    guest_write_private(0U, 0U, ISENABLER, 1U << TIMER);
    guest_takes(0U, TIMER);
}

/* @verifies REQ-VGIC-006 REQ-VGIC-020 */
static void another_vcpu_disables_a_device_interrupt_that_is_active_here(void **state)
{
    (void)state;
    world_line(PHYSICAL_LEVEL, true);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    guest_write(2U, ICENABLER + 4U, 1U << (LEVEL % 32U));
    world_put(0U);
    world_load(0U);
    world_settle();
    guest_eoi(0U, LEVEL);
    assert_false(world_spi[PHYSICAL_LEVEL].active);
    guest_write(2U, ISENABLER + 4U, 1U << (LEVEL % 32U));
    guest_takes(0U, LEVEL);
}

/* Every list register active, and more pending. */

static void nest(uint32_t count)
{
    for (uint32_t n = 0U; n < count; n++) {
        guest_prioritizes(FIRST + n, (uint8_t)(0x80U - 0x10U * n));
        make_pending(FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
    }
}

static void end_nest(uint32_t count)
{
    for (uint32_t n = count; n > 0U; n--) {
        guest_eoi(0U, FIRST + n - 1U);
    }
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0U);
}

/* @verifies REQ-VGIC-006 REQ-VGIC-020 */
static void a_device_level_disabled_while_active_and_in_no_list_register_ends(void **state)
{
    (void)state;
    guest_prioritizes(LEVEL, 0xf0U);
    world_line(PHYSICAL_LEVEL, true);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    nest(LISTS);
    guest_sets(ICENABLER, LEVEL);
    for (uint32_t n = LISTS; n > 0U; n--) {
        guest_eoi(0U, FIRST + n - 1U);
    }
    guest_eoi(0U, LEVEL);
    assert_false(world_spi[PHYSICAL_LEVEL].active);
    guest_sets(ISENABLER, LEVEL);
    guest_takes(0U, LEVEL);
}

/* @verifies REQ-VGIC-006 REQ-VGIC-020 */
static void a_device_level_disabled_while_active_and_pending_ends(void **state)
{
    (void)state;
    world_line(PHYSICAL_LEVEL, true);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    make_pending(LEVEL);
    guest_sets(ICENABLER, LEVEL);
    world_line(PHYSICAL_LEVEL, false);
    guest_write(0U, ICPENDR + 4U, 1U << (LEVEL % 32U));
    guest_eoi(0U, LEVEL);
    assert_false(world_spi[PHYSICAL_LEVEL].active);
    guest_sets(ISENABLER, LEVEL);
    guest_takes_nothing(0U);
    world_line(PHYSICAL_LEVEL, true);
    guest_takes(0U, LEVEL);
}

/* @verifies REQ-VGIC-015 */
static void a_pending_interrupt_that_must_wait_does_not_storm_while_all_list_registers_are_active(void **state)
{
    uint32_t before;

    (void)state;
    nest(LISTS);
    guest_prioritizes(FIRST + 7U, 0xf0U);
    make_pending(FIRST + 7U);
    before = world_maintenance;
    for (uint32_t n = 0U; n < 8U; n++) {
        world_settle();
        guest_takes_nothing(0U);
    }
    assert_int_equal(world_maintenance, before);
    end_nest(LISTS);
    guest_takes(0U, FIRST + 7U);
}

/* @verifies REQ-VGIC-014 REQ-VGIC-015 */
static void what_is_more_urgent_comes_while_all_list_registers_are_active(void **state)
{
    (void)state;
    nest(LISTS);
    guest_prioritizes(FIRST + 7U, 0U);
    make_pending(FIRST + 7U);
    guest_takes(0U, FIRST + 7U);
    end_nest(LISTS);
}

/* @verifies REQ-VGIC-014 REQ-VGIC-015 */
static void twice_as_many_active_as_list_registers_end_one_by_one(void **state)
{
    (void)state;
    nest(2U * LISTS);
    world_line(PHYSICAL_LEVEL, true);
    end_nest(2U * LISTS);
    guest_takes(0U, LEVEL);
}

/* @verifies REQ-VGIC-015 */
static void interrupts_left_active_with_split_eoi_do_not_keep_others_out(void **state)
{
    (void)state;
    world_core[world_core_of(0U)].eoi_mode = true;
    for (uint32_t n = 0U; n < LISTS; n++) {
        make_pending(FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
        guest_eoi(0U, FIRST + n);
    }
    for (uint32_t n = LISTS; n < 2U * LISTS; n++) {
        make_pending(FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
        guest_eoi(0U, FIRST + n);
        guest_dir(0U, FIRST + n);
    }
    for (uint32_t n = 0U; n < LISTS; n++) {
        guest_dir(0U, FIRST + n);
    }
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0U);
}

/* Pending while disabled. */

/* @verifies REQ-VGIC-003 REQ-VGIC-005 */
static void what_becomes_pending_while_disabled_comes_when_enabled(void **state)
{
    static const uint32_t intids[] = {LINE, EDGE_LINE, LEVEL, EDGE, FIRST};

    (void)state;
    for (uint32_t i = 0U; i < COUNT(intids); i++) {
        guest_sets(ICENABLER, intids[i]);
    }
    device_line(LINE, true);
    device_line(EDGE_LINE, true);
    device_line(EDGE_LINE, false);
    world_line(PHYSICAL_LEVEL, true);
    world_pulse(PHYSICAL_EDGE);
    make_pending(FIRST);
    guest_takes_nothing(0U);
    for (uint32_t i = 0U; i < COUNT(intids); i++) {
        assert_true(guest_sees(ISPENDR, intids[i]));
        guest_sets(ISENABLER, intids[i]);
        assert_int_equal(guest_acknowledge(0U), intids[i]);
        device_line(LINE, false);
        world_line(PHYSICAL_LEVEL, i < 2U);
        guest_eoi(0U, intids[i]);
        guest_takes_nothing(0U);
    }
}

/* @verifies REQ-VGIC-003 REQ-VGIC-005 */
static void an_sgi_to_a_vcpu_that_has_disabled_it_comes_when_enabled(void **state)
{
    (void)state;
    guest_write_private(1U, 1U, ICENABLER, 1U << 5);
    guest_sends(0U, SGI(5U, 1U << 1));
    guest_takes_nothing(1U);
    world_put(1U);
    world_load(1U);
    guest_write_private(1U, 1U, ISENABLER, 1U << 5);
    guest_takes(1U, 5U);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-003 REQ-VGIC-005 */
static void what_is_pending_while_its_group_is_off_survives_a_disable(void **state)
{
    (void)state;
    guest_write(0U, 0U, 0U);
    make_pending(FIRST);
    world_pulse(PHYSICAL_EDGE);
    device_line(EDGE_LINE, true);
    guest_write(0U, ICENABLER + 4U, ~0U);
    guest_write(0U, 0U, 3U);
    guest_takes_nothing(0U);
    guest_write(0U, ISENABLER + 4U, ~0U);
    guest_takes(0U, EDGE_LINE);
    guest_takes(0U, FIRST);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-003 REQ-VGIC-005 */
static void disabling_and_enabling_what_waits_in_a_list_register_keeps_it(void **state)
{
    (void)state;
    make_pending(FIRST);
    world_pulse(PHYSICAL_EDGE);
    for (uint32_t n = 0U; n < 3U; n++) {
        guest_sets(ICENABLER, FIRST);
        guest_sets(ICENABLER, EDGE);
        guest_takes_nothing(0U);
        guest_sets(ISENABLER, FIRST);
        guest_sets(ISENABLER, EDGE);
    }
    guest_takes(0U, FIRST);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* SGIs. */

/* Of one priority, so in any order. */
static void take_every_sgi_once(uint32_t n)
{
    uint32_t taken = 0U;

    for (uint32_t count = 0U; count < 16U; count++) {
        uint32_t intid = guest_acknowledge(n);

        assert_true(intid < 16U);
        assert_int_equal(taken & 1U << intid, 0U);
        taken |= 1U << intid;
        guest_eoi(n, intid);
    }
    guest_takes_nothing(n);
}

/* @verifies REQ-VGIC-016 */
static void every_sgi_sent_by_two_vcpus_before_the_third_looks_arrives_once(void **state)
{
    (void)state;
    for (uint64_t intid = 0U; intid < 16U; intid++) {
        world_send_sgi(world_be(0U), SGI(intid, 1U << 2), true);
        world_send_sgi(world_be(1U), SGI(intid, 0U) | TO_OTHERS, true);
    }
    world_settle();
    take_every_sgi_once(0U);
    take_every_sgi_once(2U);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-016 */
static void an_sgi_that_is_sent_again_and_again_comes_as_often(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 4U; n++) {
        guest_sends(0U, SGI(3U, 1U << 1));
        guest_takes(1U, 3U);
        if (n % 2U == 1U) {
            assert_int_equal(guest_read_private(1U, 1U, ISPENDR), 0U);
        }
        guest_takes_nothing(1U);
    }
}

/* @verifies REQ-VGIC-016 */
static void an_sgi_that_comes_while_the_same_is_active_is_not_lost(void **state)
{
    (void)state;
    guest_sends(0U, SGI(3U, 1U << 1));
    assert_int_equal(guest_acknowledge(1U), 3U);
    assert_int_equal(guest_read_private(1U, 1U, ISACTIVER), 1U << 3);
    guest_sends(2U, SGI(3U, 1U << 1));
    guest_eoi(1U, 3U);
    assert_int_equal(guest_acknowledge(1U), 3U);
    guest_sends(1U, SGI(3U, 1U << 1));
    guest_eoi(1U, 3U);
    guest_takes(1U, 3U);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-016 REQ-VGIC-019 */
static void an_sgi_to_a_vcpu_that_is_leaving_its_core_comes_when_it_is_back(void **state)
{
    (void)state;
    world_send_sgi(world_be(0U), SGI(7U, 1U << 1), true);
    world_put(1U); /* with the post unanswered */
    world_send_sgi(world_be(0U), SGI(8U, 1U << 1), true);
    world_settle();
    world_load(1U);
    world_settle();
    guest_takes(1U, 7U);
    guest_takes(1U, 8U);
    guest_takes_nothing(1U);
}

/* The second interrupt. */

/* @verifies REQ-VGIC-005 */
static void a_second_one_before_the_first_was_acknowledged_is_the_same(void **state)
{
    (void)state;
    guest_prioritizes(EDGE_LINE, 0x10U); /* of equals any may come first */
    guest_prioritizes(FIRST, 0x20U);
    make_pending(FIRST);
    make_pending(FIRST);
    guest_sends(0U, SGI(1U, 1U << 0));
    guest_sends(1U, SGI(1U, 1U << 0));
    device_line(EDGE_LINE, true);
    device_line(EDGE_LINE, false);
    device_line(EDGE_LINE, true);
    guest_takes(0U, 1U);
    guest_takes(0U, EDGE_LINE);
    guest_takes(0U, FIRST);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-005 */
static void a_second_one_while_the_first_is_active_comes_after_it(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 3U; n++) {
        world_pulse(PHYSICAL_EDGE);
        assert_int_equal(guest_acknowledge(0U), EDGE);
        world_pulse(PHYSICAL_EDGE);
        guest_eoi(0U, EDGE);
        guest_takes(0U, EDGE);
        make_pending(FIRST);
        assert_int_equal(guest_acknowledge(0U), FIRST);
        make_pending(FIRST);
        guest_eoi(0U, FIRST);
        guest_takes(0U, FIRST);
        guest_takes_nothing(0U);
    }
}

/* @verifies REQ-VGIC-012 REQ-VGIC-019 */
static void the_timers_of_two_vcpus_come_again_and_again_while_both_come_and_go(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 4U; n++) {
        world_timer(0U, true);
        world_timer(1U, true);
        assert_int_equal(guest_acknowledge(0U), TIMER);
        world_put(0U);
        guest_takes(1U, TIMER);
        world_timer(1U, false);
        world_load(0U);
        world_settle();
        world_timer(0U, false);
        guest_eoi(0U, TIMER);
        guest_takes_nothing(0U);
        while (guest_acknowledge(1U) == TIMER) {
            guest_eoi(1U, TIMER);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_device_level_disabled_while_active_ends_and_comes_again, set_up),
        cmocka_unit_test_setup(a_device_edge_disabled_while_active_ends_and_comes_again, set_up),
        cmocka_unit_test_setup(a_timer_disabled_while_active_ends_and_comes_again, set_up),
        cmocka_unit_test_setup(another_vcpu_disables_a_device_interrupt_that_is_active_here, set_up),
        cmocka_unit_test_setup(a_device_level_disabled_while_active_and_in_no_list_register_ends, set_up),
        cmocka_unit_test_setup(a_device_level_disabled_while_active_and_pending_ends, set_up),
        cmocka_unit_test_setup(a_pending_interrupt_that_must_wait_does_not_storm_while_all_list_registers_are_active,
                               set_up),
        cmocka_unit_test_setup(what_is_more_urgent_comes_while_all_list_registers_are_active, set_up),
        cmocka_unit_test_setup(twice_as_many_active_as_list_registers_end_one_by_one, set_up),
        cmocka_unit_test_setup(interrupts_left_active_with_split_eoi_do_not_keep_others_out, set_up),
        cmocka_unit_test_setup(what_becomes_pending_while_disabled_comes_when_enabled, set_up),
        cmocka_unit_test_setup(an_sgi_to_a_vcpu_that_has_disabled_it_comes_when_enabled, set_up),
        cmocka_unit_test_setup(what_is_pending_while_its_group_is_off_survives_a_disable, set_up),
        cmocka_unit_test_setup(disabling_and_enabling_what_waits_in_a_list_register_keeps_it, set_up),
        cmocka_unit_test_setup(every_sgi_sent_by_two_vcpus_before_the_third_looks_arrives_once, set_up),
        cmocka_unit_test_setup(an_sgi_that_is_sent_again_and_again_comes_as_often, set_up),
        cmocka_unit_test_setup(an_sgi_that_comes_while_the_same_is_active_is_not_lost, set_up),
        cmocka_unit_test_setup(an_sgi_to_a_vcpu_that_is_leaving_its_core_comes_when_it_is_back, set_up),
        cmocka_unit_test_setup(a_second_one_before_the_first_was_acknowledged_is_the_same, set_up),
        cmocka_unit_test_setup(a_second_one_while_the_first_is_active_comes_after_it, set_up),
        cmocka_unit_test_setup(the_timers_of_two_vcpus_come_again_and_again_while_both_come_and_go, set_up),
    };

    return cmocka_run_group_tests_name("vgic peers", tests, NULL, NULL);
}
