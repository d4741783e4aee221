/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More interrupts pending or active than list registers, and ends in any order, seen from the guest.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c tests/unit/vgic/guest.c
 * sources: tests/unit/vgic/gic.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define EDGE 36U
#define FIRST 40U /* 40 .. 47: edges */

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

/* eight edges with priorities 0x70, 0x60 .. 0x00: the later the more urgent */
static void eight_priorities(void)
{
    for (uint32_t n = 0U; n < 8U; n++) {
        guest_prioritizes(FIRST + n, (uint8_t)(0x70U - 0x10U * n));
    }
}

/* @verifies REQ-VGIC-014 */
static void eight_pending_interrupts_come_in_priority_order(void **state)
{
    (void)state;
    eight_priorities();
    guest_write(0U, ISPENDR + 4U, 0xff00U);
    for (uint32_t n = 8U; n > 0U; n--) {
        guest_takes(0U, FIRST + n - 1U);
    }
    guest_takes_nothing(0U);
    assert_true(world_maintenance <= 8U);
}

/* @verifies REQ-VGIC-014 */
static void eight_nested_interrupts_are_ended_in_order(void **state)
{
    (void)state;
    eight_priorities();
    for (uint32_t n = 0U; n < 8U; n++) {
        guest_sets(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
    }
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0xff00U);
    for (uint32_t n = 8U; n > 0U; n--) {
        guest_eoi(0U, FIRST + n - 1U);
        assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0xff00U & (bit(FIRST + n - 1U) - 1U));
    }
}

/* @verifies REQ-VGIC-014 */
static void a_more_urgent_interrupt_comes_while_all_list_registers_are_active(void **state)
{
    (void)state;
    eight_priorities();
    for (uint32_t n = 0U; n < 4U; n++) {
        guest_sets(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
    }
    guest_sets(ISPENDR, FIRST + 7U);
    guest_takes(0U, FIRST + 7U);
    for (uint32_t n = 4U; n > 0U; n--) {
        guest_eoi(0U, FIRST + n - 1U);
    }
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0U);
}

/* @verifies REQ-VGIC-014 */
static void less_urgent_ones_that_wait_while_all_list_registers_are_active_cost_nothing(void **state)
{
    uint32_t before;

    (void)state;
    eight_priorities();
    for (uint32_t n = 4U; n < 8U; n++) {
        guest_sets(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
    }
    guest_sets(ISPENDR, FIRST);
    guest_sets(ISPENDR, FIRST + 1U);
    before = world_maintenance;
    world_settle();
    assert_int_equal(world_maintenance, before);
    guest_takes_nothing(0U);
    for (uint32_t n = 8U; n > 4U; n--) {
        guest_eoi(0U, FIRST + n - 1U);
    }
    guest_takes(0U, FIRST + 1U);
    guest_takes(0U, FIRST);
}

/* @verifies REQ-VGIC-015 */
static void with_split_eoi_more_are_active_than_list_registers_and_others_still_come(void **state)
{
    (void)state;
    world_core[1].eoi_mode = true;
    for (uint32_t n = 0U; n < 6U; n++) {
        guest_sets(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
        guest_eoi(0U, FIRST + n);
    }
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0x3f00U);
    guest_dir(0U, FIRST + 1U);
    guest_dir(0U, FIRST + 5U);
    guest_dir(0U, FIRST);
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0x1c00U);
    guest_sets(ISPENDR, FIRST + 1U);
    assert_int_equal(guest_acknowledge(0U), FIRST + 1U);
}

/* @verifies REQ-VGIC-015 */
static void a_shared_interrupt_is_deactivated_from_another_vcpu(void **state)
{
    (void)state;
    world_core[1].eoi_mode = true;
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_eoi(0U, EDGE);
    guest_dir(2U, EDGE);
    assert_false(guest_sees(ISACTIVER, EDGE));
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
}

static struct interrupt_config all_shared[256];

/* Every shared interrupt of vCPU 0 is a virtual edge. */
static int set_up_all(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < COUNT(all_shared); n++) {
        all_shared[n] = (struct interrupt_config){(uint16_t)(32U + n), 0U, true};
    }
    world_reset(4U, all_shared, COUNT(all_shared));
    guest_write(0U, 0U, 3U);
    for (uint32_t word = 1U; word < 9U; word++) {
        guest_write(0U, 0x80U + 4U * word, 0xffff0000U);
        guest_write(0U, ISENABLER + 4U * word, ~0U);
    }
    return 0;
}

static uint8_t some_priority(uint32_t intid)
{
    return (uint8_t)((intid * 2654435761U >> 16 & 0xf8U) % 0xf0U);
}

static void take_all_in_order(void)
{
    uint32_t last = 0U;

    for (uint32_t n = 32U; n < 288U; n++) {
        guest_prioritizes(n, some_priority(n));
    }
    for (uint32_t word = 1U; word < 9U; word++) {
        guest_write(0U, ISPENDR + 4U * word, ~0U);
    }
    for (uint32_t n = 0U; n < 256U; n++) {
        uint32_t intid = guest_acknowledge(0U);

        assert_in_range(intid, 32U, 287U);
        assert_true(some_priority(intid) >= last);
        last = some_priority(intid);
        guest_eoi(0U, intid);
    }
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-014 @verifies REQ-VGIC-004 */
static void all_shared_interrupts_at_once_come_in_priority_order(void **state)
{
    (void)state;
    take_all_in_order();
}

/* @verifies REQ-VGIC-032 */
static void a_pass_that_an_interrupt_held_up_goes_on_after_it(void **state)
{
    (void)state;
    world_interrupted = true;
    take_all_in_order();
}

/* Equal priorities: which comes first is up to the CPU interface. Takes `count`, all from `first` on. */
static void takes_all_of(uint32_t n, uint32_t first, uint32_t count)
{
    uint32_t seen = 0U;

    for (uint32_t i = 0U; i < count; i++) {
        uint32_t intid = guest_acknowledge(n);

        assert_in_range(intid, first, first + 31U);
        assert_int_equal(seen & bit(intid), 0U);
        seen |= bit(intid);
        guest_eoi(n, intid);
    }
}

/* @verifies REQ-VGIC-014 @verifies REQ-VGIC-032 */
static void what_is_turned_off_meanwhile_does_not_come(void **state)
{
    (void)state;
    for (uint32_t word = 1U; word < 9U; word++) {
        guest_write(0U, ISPENDR + 4U * word, ~0U);
    }
    for (uint32_t word = 1U; word < 8U; word++) {
        guest_write(0U, (word % 2U == 0U ? ICENABLER : ICPENDR) + 4U * word, ~0U);
    }
    guest_write(0U, 0U, 1U); /* group 0 alone: the lower half of each word */
    takes_all_of(0U, 256U, 16U);
    guest_takes_nothing(0U);
    guest_write(0U, 0U, 2U);
    guest_routes(280U, 1U);
    guest_takes(1U, 280U);
    takes_all_of(0U, 272U, 15U);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-015 @verifies REQ-VGIC-032 */
static void a_more_urgent_interrupt_takes_the_place_of_a_listed_one(void **state)
{
    (void)state;
    for (uint32_t n = 32U; n < 288U; n++) {
        guest_prioritizes(n, 0x80U);
    }
    guest_write(0U, ISPENDR + 8U, ~0U);
    guest_prioritizes(200U, 0x40U);
    guest_prioritizes(201U, 0x20U);
    guest_sets(ISPENDR, 200U);
    guest_sets(ISPENDR, 201U);
    guest_takes(0U, 201U);
    guest_takes(0U, 200U);
    guest_prioritizes(95U, 0x10U); /* one that waits becomes the most urgent */
    guest_takes(0U, 95U);
    guest_prioritizes(64U, 0xe0U); /* one that is listed the least */
    takes_all_of(0U, 64U, 30U);
    guest_takes(0U, 64U);
    guest_takes_nothing(0U);
}

/* One vCPU alone: DIR traps only while an active interrupt stands in no list register. */
static int set_up_single(void **state)
{
    (void)state;
    world_reset_single(4U, interrupts, COUNT(interrupts));
    guest_write(0U, 0U, 3U);
    guest_write(0U, ISENABLER + 4U, ~0U);
    world_core[1].eoi_mode = true;
    return 0;
}

/* @verifies REQ-VGIC-015 */
static void a_single_vcpu_ends_unlisted_interrupts_by_dir_in_any_order(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < 6U; n++) {
        assert_int_equal((world_core[1].hcr & GIC_HCR_TDIR) != 0U, n > 4U);
        guest_sets(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
        guest_eoi(0U, FIRST + n);
    }
    for (uint32_t n = 6U; n > 0U; n--) {
        guest_dir(0U, FIRST + n - 1U);
        assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0x3f00U & ((1U << (8U + n - 1U)) - 1U));
    }
    assert_int_equal(world_core[1].hcr & GIC_HCR_TDIR, 0U);
}

/* @verifies REQ-VGIC-006 */
static void what_a_single_vcpu_wrote_active_is_ended_by_dir(void **state)
{
    (void)state;
    guest_sets(ISACTIVER, FIRST);
    guest_dir(0U, FIRST);
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0U);
    guest_sets(ISPENDR, FIRST);
    assert_int_equal(guest_acknowledge(0U), FIRST);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(eight_pending_interrupts_come_in_priority_order, set_up),
        cmocka_unit_test_setup(eight_nested_interrupts_are_ended_in_order, set_up),
        cmocka_unit_test_setup(a_more_urgent_interrupt_comes_while_all_list_registers_are_active, set_up),
        cmocka_unit_test_setup(less_urgent_ones_that_wait_while_all_list_registers_are_active_cost_nothing, set_up),
        cmocka_unit_test_setup(with_split_eoi_more_are_active_than_list_registers_and_others_still_come, set_up),
        cmocka_unit_test_setup(a_shared_interrupt_is_deactivated_from_another_vcpu, set_up),
        cmocka_unit_test_setup(all_shared_interrupts_at_once_come_in_priority_order, set_up_all),
        cmocka_unit_test_setup(a_pass_that_an_interrupt_held_up_goes_on_after_it, set_up_all),
        cmocka_unit_test_setup(what_is_turned_off_meanwhile_does_not_come, set_up_all),
        cmocka_unit_test_setup(a_more_urgent_interrupt_takes_the_place_of_a_listed_one, set_up_all),
        cmocka_unit_test_setup(a_single_vcpu_ends_unlisted_interrupts_by_dir_in_any_order, set_up_single),
        cmocka_unit_test_setup(what_a_single_vcpu_wrote_active_is_ended_by_dir, set_up_single),
    };

    return cmocka_run_group_tests_name("vgic overflow", tests, NULL, NULL);
}
