/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What active interrupts run with, ends of those that stand in no list register, and groups that are off at the CPU interface.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c tests/unit/vgic/guest.c
 * sources: tests/unit/vgic/gic.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define FIRST 40U /* 40 .. 47: edges; the later the more urgent */
#define NESTED 6U
#define CORE 1U /* vCPU 0's */

static const struct interrupt_config interrupts[] = {
    {40U, 0U, true}, {41U, 0U, true}, {42U, 0U, true}, {43U, 0U, true},
    {44U, 0U, true}, {45U, 0U, true}, {46U, 0U, true}, {47U, 0U, true},
};

static int set_up(void **state)
{
    (void)state;
    world_reset(4U, interrupts, COUNT(interrupts));
    guest_opens();
    for (uint32_t n = 0U; n < 8U; n++) {
        guest_prioritizes(FIRST + n, (uint8_t)(0x80U - 0x10U * n));
    }
    return 0;
}

/* Two of them, the least urgent, stand in no list register then. */
static void nest(void)
{
    for (uint32_t n = 0U; n < NESTED; n++) {
        guest_sets(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
    }
}

static void end_between(uint32_t high, uint32_t intid)
{
    for (uint32_t n = high + 1U; n > intid; n--) {
        guest_eoi(0U, n - 1U);
    }
}

static uint32_t active(void)
{
    return guest_read(0U, ISACTIVER + 4U) >> 8;
}

static uint64_t list_of(uint32_t intid)
{
    for (uint32_t n = 0U; n < world_lists; n++) {
        if ((world_core[CORE].list[n] & GIC_LR_INTID_MASK) == intid &&
            (world_core[CORE].list[n] & (GIC_LR_PENDING | GIC_LR_ACTIVE)) != 0U) {
            return world_core[CORE].list[n];
        }
    }
    return 0U;
}

/* @verifies REQ-VGIC-034 */
static void an_active_interrupt_keeps_its_priority_and_group(void **state)
{
    uint64_t fields = GIC_LR_PRIORITY_MASK | GIC_LR_GROUP1;

    (void)state;
    guest_sets(ISPENDR, FIRST);
    assert_int_equal(guest_acknowledge(0U), FIRST);
    guest_prioritizes(FIRST, 0x20U);
    guest_write(0U, 0x84U, ~(1U << 8));
    guest_sets(ISPENDR, FIRST);
    assert_int_equal(list_of(FIRST) & fields, GIC_LR_PRIORITY(0x80U) | GIC_LR_GROUP1);
    assert_int_equal(list_of(FIRST) & GIC_LR_PENDING, 0U);
    assert_int_equal(guest_read(0U, 0x428U) & 0xffU, 0x20U); /* as written */
    assert_int_equal(guest_read(0U, 0x84U) & 1U << 8, 0U);
    guest_eoi(0U, FIRST);
    assert_int_equal(list_of(FIRST) & (fields | GIC_LR_PENDING), GIC_LR_PRIORITY(0x20U) | GIC_LR_PENDING);
    guest_takes(0U, FIRST);
    assert_int_equal(active(), 0U);
}

/* @verifies REQ-VGIC-034 */
static void what_was_acknowledged_before_its_core_heard_keeps_what_it_had(void **state)
{
    (void)state;
    guest_routes(FIRST, 1U);
    guest_sets(ISPENDR, FIRST);
    vgicd_write(world_be(0U), 0x400U + FIRST, 1U, 0x10U);
    world_be(1U);
    world_core[world_core_of(1U)].posted = false; /* the post is on its way */
    assert_int_equal(guest_acknowledge(1U), FIRST);
    guest_write(1U, ISPENDR + 8U, 1U); /* nothing of its own */
    world_put(1U);
    world_load(1U);
    assert_int_equal(world_core[world_core_of(1U)].list[1] & GIC_LR_PRIORITY_MASK, GIC_LR_PRIORITY(0x80U));
    guest_eoi(1U, FIRST);
    guest_sets(ISPENDR, FIRST);
    assert_int_equal(world_core[world_core_of(1U)].list[1] & GIC_LR_PRIORITY_MASK, GIC_LR_PRIORITY(0x10U));
}

/* With 5, 6 and 7 bits of preemption. */
/* @verifies REQ-VGIC-033 */
static void an_end_that_was_counted_ends_what_it_was_written_for(void **state)
{
    for (world_stride = 1U; world_stride <= 4U; world_stride *= 2U) {
        (void)set_up(state);
        nest();
        end_between(FIRST + 5U, FIRST + 2U);
        assert_int_equal(active(), 3U);
        guest_eoi_only(0U, FIRST + 1U);
        vgicd_write(world_be(0U), ICACTIVER + 4U, 4U, 2U << 8); /* before EL2 has heard of it */
        world_settle();
        assert_int_equal(active(), 1U);
        guest_eoi(0U, FIRST);
        assert_int_equal(active(), 0U);
    }
    world_stride = 1U;
}

/* @verifies REQ-VGIC-033 */
static void what_was_made_active_by_a_write_is_not_ended_in_its_place(void **state)
{
    (void)state;
    nest();
    guest_write(0U, ISACTIVER + 4U, 0xc000U); /* 46 and 47 */
    guest_write(1U, ICACTIVER + 4U, 1U << 13);
    guest_eoi(0U, FIRST + 5U);
    assert_int_equal(active(), 0xdfU);
    end_between(FIRST + 4U, FIRST);
    assert_int_equal(active(), 0xc0U);
}

/* @verifies REQ-VGIC-035 */
static void a_group_that_is_off_leaves_room_for_the_other(void **state)
{
    (void)state;
    guest_write(0U, 0x84U, ~(1U << 8)); /* 40, the least urgent, is of group 0 */
    guest_write(0U, ISPENDR + 4U, 0x7f00U);
    world_core[CORE].vmcr &= ~2ULL;
    world_settle();
    guest_takes(0U, FIRST);
    guest_takes_nothing(0U);
    world_core[CORE].vmcr |= 2U;
    world_settle();
    for (uint32_t n = 6U; n > 0U; n--) {
        guest_takes(0U, FIRST + n);
    }
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-018 */
static void a_vcpu_of_a_partition_that_stops_leaves_nothing_in_its_core(void **state)
{
    struct vcpu_state *vcpu = world_be(0U);

    (void)state;
    guest_write_private(0U, 0U, ISENABLER, 1U << 27);
    world_timer(0U, true);
    assert_true(world_core[CORE].timer.active);
    guest_write(0U, ISPENDR + 4U, 0xff00U);
    fake_partitions[IVI].phase = PARTITION_STOPPING;
    vgic_put(vcpu);
    assert_false(world_core[CORE].timer.active || world_core[CORE].timer.enabled);
    for (uint32_t n = 0U; n < world_lists; n++) {
        assert_int_equal(world_core[CORE].list[n], 0U);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_active_interrupt_keeps_its_priority_and_group, set_up),
        cmocka_unit_test_setup(what_was_acknowledged_before_its_core_heard_keeps_what_it_had, set_up),
        cmocka_unit_test_setup(an_end_that_was_counted_ends_what_it_was_written_for, set_up),
        cmocka_unit_test_setup(what_was_made_active_by_a_write_is_not_ended_in_its_place, set_up),
        cmocka_unit_test_setup(a_group_that_is_off_leaves_room_for_the_other, set_up),
        cmocka_unit_test_setup(a_vcpu_of_a_partition_that_stops_leaves_nothing_in_its_core, set_up),
    };

    return cmocka_run_group_tests_name("vgic ends", tests, NULL, NULL);
}
