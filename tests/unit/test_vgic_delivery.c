/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts of virtual devices and SGIs, from arrival to the guest's EOI, seen from the guest.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c
 * sources: tests/unit/vgic/gic.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define ONES 0xffffffffU
#define ISENABLER 0x100U
#define ICENABLER 0x180U
#define ISPENDR 0x200U
#define ICPENDR 0x280U
#define ISACTIVER 0x300U
#define ICACTIVER 0x380U
#define LEVEL 33U
#define EDGE 36U
#define FIRST 40U /* 40 .. 47: edges */

static const struct interrupt_config interrupts[] = {
    {33U, 0U, false}, {34U, 0U, false}, {35U, 0U, true}, {36U, 0U, true}, {40U, 0U, true}, {41U, 0U, true}, {42U, 0U, true},
    {43U, 0U, true}, {44U, 0U, true}, {45U, 0U, true}, {46U, 0U, true}, {47U, 0U, true},
};

/* Both groups on, everything in group 1 and enabled; four list registers. */
static int set_up(void **state)
{
    (void)state;
    world_reset(4U, interrupts, COUNT(interrupts));
    guest_write(0U, 0U, 3U);
    guest_write(0U, 0x84U, ONES);
    guest_write(0U, ISENABLER + 4U, ONES);
    for (uint32_t n = 0U; n < 3U; n++) {
        guest_write_private(n, n, 0x80U, ONES);
        guest_write_private(n, n, ISENABLER, ONES);
    }
    return 0;
}

static uint32_t bit(uint32_t intid)
{
    return 1U << (intid % 32U);
}

static void to(uint32_t offset, uint32_t intid)
{
    guest_write(0U, offset + intid / 32U * 4U, bit(intid));
}

static bool is(uint32_t offset, uint32_t intid)
{
    return (guest_read(0U, offset + intid / 32U * 4U) & bit(intid)) != 0U;
}

static void prioritize(uint32_t intid, uint8_t priority)
{
    vgicd_write(world_be(0U), 0x400U + intid, 1U, priority);
    world_settle();
}

static void set_line(uint32_t intid, bool level)
{
    vgic_set_line(world_be(0U), intid, level);
    world_settle();
}

static void route(uint32_t intid, uint64_t to_vcpu)
{
    vgicd_write(world_be(0U), 0x6000U + intid * 8U, 8U, to_vcpu);
    world_settle();
}

static void send(uint32_t from, uint64_t value)
{
    vgic_send_sgi(world_be(from), value, true);
    world_settle();
}

/* eight edges with priorities 0x70, 0x60 .. 0x00: the later the more urgent */
static void eight_priorities(void)
{
    for (uint32_t n = 0U; n < 8U; n++) {
        prioritize(FIRST + n, (uint8_t)(0x70U - 0x10U * n));
    }
}

/* @verifies REQ-VGIC-005 */
static void an_edge_that_comes_while_disabled_is_delivered_when_enabled(void **state)
{
    (void)state;
    to(ICENABLER, EDGE);
    set_line(EDGE, true);
    set_line(EDGE, false);
    guest_takes_nothing(0U);
    assert_true(is(ISPENDR, EDGE));
    to(ISENABLER, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-005 */
static void pending_is_not_lost_when_a_listed_interrupt_is_disabled(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    to(ICENABLER, EDGE);
    guest_takes_nothing(0U);
    assert_true(is(ISPENDR, EDGE));
    to(ISENABLER, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-006 */
static void an_active_interrupt_that_is_disabled_is_ended_by_its_eoi(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    to(ICENABLER, EDGE);
    assert_true(is(ISACTIVER, EDGE));
    guest_eoi(0U, EDGE);
    assert_false(is(ISACTIVER, EDGE));
    to(ISENABLER, EDGE);
    to(ISPENDR, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-005 */
static void a_level_follows_its_line_while_disabled(void **state)
{
    (void)state;
    to(ICENABLER, LEVEL);
    set_line(LEVEL, true);
    assert_true(is(ISPENDR, LEVEL));
    set_line(LEVEL, false);
    assert_false(is(ISPENDR, LEVEL));
    to(ISENABLER, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-011 */
static void a_level_is_withdrawn_from_its_list_register_when_it_drops(void **state)
{
    (void)state;
    set_line(LEVEL, true);
    set_line(LEVEL, false);
    guest_takes_nothing(0U);
    assert_false(is(ISPENDR, LEVEL));
}

/* @verifies REQ-VGIC-011 */
static void a_level_that_stays_high_comes_again_after_the_eoi(void **state)
{
    (void)state;
    set_line(LEVEL, true);
    guest_takes(0U, LEVEL);
    guest_takes(0U, LEVEL);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    set_line(LEVEL, false);
    guest_eoi(0U, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-011 */
static void a_level_that_its_handler_lowers_costs_no_maintenance_interrupt(void **state)
{
    (void)state;
    set_line(LEVEL, true);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    set_line(LEVEL, false);
    guest_eoi(0U, LEVEL);
    assert_int_equal(world_maintenance, 0U);
}

/* @verifies REQ-VGIC-005 */
static void a_level_made_pending_by_a_write_stays_so_until_it_is_taken(void **state)
{
    (void)state;
    to(ISPENDR, LEVEL);
    set_line(LEVEL, true);
    set_line(LEVEL, false);
    assert_true(is(ISPENDR, LEVEL));
    guest_takes(0U, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-005 */
static void clearing_a_pending_level_does_nothing_while_its_line_is_high(void **state)
{
    (void)state;
    set_line(LEVEL, true);
    to(ICPENDR, LEVEL);
    assert_true(is(ISPENDR, LEVEL));
    guest_takes(0U, LEVEL);
}

/* @verifies REQ-VGIC-005 */
static void clearing_a_pending_edge_withdraws_it(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    to(ICPENDR, EDGE);
    assert_false(is(ISPENDR, EDGE));
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-005 */
static void an_edge_while_active_is_pending_and_active_and_comes_after_the_eoi(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    set_line(EDGE, true);
    assert_true(is(ISPENDR, EDGE));
    assert_true(is(ISACTIVER, EDGE));
    guest_takes_nothing(0U);
    guest_eoi(0U, EDGE);
    guest_takes(0U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-006 */
static void an_active_interrupt_is_ended_by_a_write_without_eoi(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    to(ICACTIVER, EDGE);
    assert_false(is(ISACTIVER, EDGE));
    guest_eoi(0U, EDGE); /* drops the priority, ends nothing */
    to(ISPENDR, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-006 */
static void an_interrupt_made_active_by_a_write_is_not_delivered(void **state)
{
    (void)state;
    to(ISACTIVER, EDGE);
    to(ISPENDR, EDGE);
    guest_takes_nothing(0U);
    assert_true(is(ISACTIVER, EDGE));
    to(ICACTIVER, EDGE);
    guest_takes(0U, EDGE);
}

/* @verifies REQ-VGIC-003 */
static void an_interrupt_is_delivered_only_while_its_group_is_enabled(void **state)
{
    (void)state;
    guest_write(0U, 0U, 1U);
    to(ISPENDR, EDGE);
    guest_takes_nothing(0U);
    guest_write(0U, 0x84U, ~bit(EDGE));
    guest_takes(0U, EDGE);
    to(ISPENDR, EDGE);
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
    prioritize(EDGE, 0x48U);
    to(ISPENDR, EDGE);
    for (uint32_t n = 0U; n < 4U; n++) {
        list = (core->list[n] & GIC_LR_PENDING) != 0U ? core->list[n] : list;
    }
    assert_int_equal(list, GIC_LR_INTID(EDGE) | GIC_LR_PRIORITY(0x48U) | GIC_LR_GROUP1 | GIC_LR_PENDING);
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
        to(ISPENDR, FIRST + n);
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
        to(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
    }
    to(ISPENDR, FIRST + 7U);
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
        to(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
    }
    to(ISPENDR, FIRST);
    to(ISPENDR, FIRST + 1U);
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
        to(ISPENDR, FIRST + n);
        assert_int_equal(guest_acknowledge(0U), FIRST + n);
        guest_eoi(0U, FIRST + n);
    }
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0x3f00U);
    guest_dir(0U, FIRST + 1U);
    guest_dir(0U, FIRST + 5U);
    guest_dir(0U, FIRST);
    assert_int_equal(guest_read(0U, ISACTIVER + 4U), 0x1c00U);
    to(ISPENDR, FIRST + 1U);
    assert_int_equal(guest_acknowledge(0U), FIRST + 1U);
}

/* @verifies REQ-VGIC-015 */
static void a_shared_interrupt_is_deactivated_from_another_vcpu(void **state)
{
    (void)state;
    world_core[1].eoi_mode = true;
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    guest_eoi(0U, EDGE);
    guest_dir(2U, EDGE);
    assert_false(is(ISACTIVER, EDGE));
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
}

/* @verifies REQ-VGIC-013 */
static void a_write_ends_an_interrupt_that_is_active_on_another_vcpu(void **state)
{
    (void)state;
    route(EDGE, 2U);
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(2U), EDGE);
    (void)is(ISACTIVER, EDGE);
    assert_true(is(ISACTIVER, EDGE));
    to(ICACTIVER, EDGE);
    assert_false(is(ISACTIVER, EDGE));
    to(ISPENDR, EDGE);
    guest_eoi(2U, EDGE);
    guest_takes(2U, EDGE);
}

/* @verifies REQ-VGIC-013 */
static void a_change_for_another_vcpu_waits_for_its_core_and_no_longer(void **state)
{
    (void)state;
    route(EDGE, 1U);
    to(ISPENDR, EDGE);
    vgicd_write(world_be(0U), ICPENDR + 4U, 4U, bit(EDGE));
    world_settle_except(1U);
    assert_false(is(ISPENDR, EDGE));
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-008 */
static void a_pending_interrupt_that_is_routed_elsewhere_moves_there(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    route(EDGE, 1U);
    guest_takes_nothing(0U);
    guest_takes(1U, EDGE);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-008 */
static void an_active_interrupt_that_is_routed_elsewhere_ends_where_it_is(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    route(EDGE, 1U);
    to(ISPENDR, EDGE);
    guest_takes_nothing(1U);
    guest_eoi(0U, EDGE);
    guest_takes(1U, EDGE);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-008 */
static void an_interrupt_routed_to_nobody_waits_until_it_is_routed(void **state)
{
    (void)state;
    route(EDGE, 0x100U);
    to(ISPENDR, EDGE);
    for (uint32_t n = 0U; n < 3U; n++) {
        guest_takes_nothing(n);
    }
    assert_true(is(ISPENDR, EDGE));
    route(EDGE, 2U);
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

/* @verifies REQ-VGIC-016 */
static void an_sgi_reaches_exactly_the_vcpus_it_names(void **state)
{
    (void)state;
    send(0U, 5ULL << 24 | 0x6U);
    guest_takes_nothing(0U);
    guest_takes(1U, 5U);
    guest_takes(2U, 5U);
    send(1U, 15ULL << 24 | 1ULL << 40 | 0xffffU);
    guest_takes(0U, 15U);
    guest_takes_nothing(1U);
    guest_takes(2U, 15U);
}

/* @verifies REQ-VGIC-016 */
static void an_sgi_to_affinities_that_nobody_has_reaches_nobody(void **state)
{
    static const uint64_t wrong[] = {1ULL << 16, 1ULL << 32, 1ULL << 48, 1ULL << 44};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(wrong); n++) {
        send(0U, wrong[n] | 0xffffU);
    }
    send(0U, 0xfff8U);
    for (uint32_t n = 0U; n < 3U; n++) {
        guest_takes_nothing(n);
        assert_int_equal(guest_read_private(n, n, ISPENDR), 0U);
    }
}

/* @verifies REQ-VGIC-016 */
static void a_group_0_register_reaches_no_group_1_sgi(void **state)
{
    (void)state;
    vgic_send_sgi(world_be(0U), 3ULL << 24 | 0x3U, false);
    world_settle();
    guest_takes_nothing(0U);
    guest_takes_nothing(1U);
    guest_write_private(1U, 1U, 0x80U, ~8U);
    vgic_send_sgi(world_be(0U), 3ULL << 24 | 0x3U, false);
    world_settle();
    guest_takes_nothing(0U);
    guest_takes(1U, 3U);
}

/* @verifies REQ-VGIC-017 */
static void an_sgi_to_itself_comes_once_for_each_time_it_was_taken(void **state)
{
    (void)state;
    send(1U, 2ULL << 24 | 0x2U);
    send(1U, 2ULL << 24 | 0x2U);
    assert_int_equal(guest_acknowledge(1U), 2U);
    send(1U, 2ULL << 24 | 0x2U);
    guest_eoi(1U, 2U);
    guest_takes(1U, 2U);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-017 */
static void an_sgi_to_itself_needs_no_lock_and_one_store_to_a_list_register(void **state)
{
    uint32_t before = world_list_writes;
    uint32_t tickets = fake_partitions[IVI].lock.next;

    (void)state;
    vgic_send_sgi(world_be(1U), 2ULL << 24 | 0x2U, true);
    assert_int_equal(world_list_writes, before + 1U);
    assert_int_equal(fake_partitions[IVI].lock.next, tickets);
    guest_takes(1U, 2U);
    vgic_send_sgi(world_be(1U), 2ULL << 24 | 0x2U, true);
    assert_int_equal(fake_partitions[IVI].lock.next, tickets);
    guest_takes(1U, 2U);
}

/* @verifies REQ-VGIC-016 */
static void sgis_of_two_senders_are_not_lost(void **state)
{
    (void)state;
    vgic_send_sgi(world_be(0U), 1ULL << 24 | 0x4U, true);
    vgic_send_sgi(world_be(1U), 6ULL << 24 | 0x4U, true);
    world_settle();
    guest_takes(2U, 1U);
    guest_takes(2U, 6U);
    assert_int_equal(guest_acknowledge(2U), SPURIOUS);
    send(0U, 1ULL << 24 | 0x4U);
    assert_int_equal(guest_acknowledge(2U), 1U);
    send(1U, 1ULL << 24 | 0x4U); /* while that of the first is active */
    guest_eoi(2U, 1U);
    guest_takes(2U, 1U);
}

/* @verifies REQ-VGIC-016 */
static void sgis_of_two_vcpus_to_each_other_cross(void **state)
{
    (void)state;
    for (uint32_t round = 0U; round < 20U; round++) {
        vgic_send_sgi(world_be(0U), 4ULL << 24 | 0x2U, true);
        vgic_send_sgi(world_be(1U), 4ULL << 24 | 0x1U, true);
        world_settle();
        guest_takes(0U, 4U);
        guest_takes(1U, 4U);
    }
    guest_takes_nothing(0U);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-016 */
static void an_sgi_to_a_vcpu_that_is_off_its_core_waits_for_it(void **state)
{
    (void)state;
    world_put(2U);
    (void)world_be(0U);
    send(0U, 9ULL << 24 | 0x4U);
    assert_true(vgic_pending(fake_vcpu(IVI, 2U)));
    world_load(2U);
    world_settle();
    guest_takes(2U, 9U);
}

/* @verifies REQ-VGIC-009 */
static void a_vcpu_that_never_wakes_its_redistributor_gets_interrupts(void **state)
{
    (void)state;
    assert_int_equal(vgicr_read(world_be(2U), 2U * 0x20000U + 0x14U, 4U), 6U);
    send(0U, 9ULL << 24 | 0x4U);
    guest_takes(2U, 9U);
}

/* @verifies REQ-VGIC-019 */
static void interrupts_survive_a_switch_in_every_state(void **state)
{
    (void)state;
    to(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    set_line(LEVEL, true);
    send(0U, 1ULL << 24 | 0x1U);
    world_put(0U);
    assert_int_equal(world_core[1].hcr, 0U);
    world_load(0U);
    world_settle();
    guest_eoi(0U, EDGE);
    guest_takes(0U, 1U);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    set_line(LEVEL, false);
    guest_eoi(0U, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-018 */
static void a_vcpu_that_is_powered_on_again_starts_with_nothing_pending(void **state)
{
    (void)state;
    send(0U, 9ULL << 24 | 0x4U);
    world_put(2U);
    vgic_reset_vcpu(fake_vcpu(IVI, 2U));
    world_load(2U);
    world_settle();
    guest_takes_nothing(2U);
    assert_int_equal(guest_read_private(0U, 2U, ISENABLER), 0U);
    assert_int_equal(guest_read_private(0U, 2U, ISPENDR), 0U);
}

/* @verifies REQ-VGIC-019 */
static void a_vcpu_off_its_core_is_due_only_above_its_mask(void **state)
{
    struct vcpu_state *vcpu = fake_vcpu(IVI, 2U);

    (void)state;
    vgicr_write(world_be(0U), 2U * 0x20000U + 0x10400U + 9U, 1U, 0x80U);
    world_settle();
    world_put(2U);
    (void)world_be(0U);
    assert_false(vgic_pending(vcpu));
    send(0U, 9ULL << 24 | 0x4U);
    assert_true(vgic_pending(vcpu));
    vcpu->vgic.context.vmcr = 0x80000003U;
    assert_false(vgic_pending(vcpu));
    vcpu->vgic.context.vmcr = 0xf8000001U; /* its group is off at the CPU interface */
    assert_false(vgic_pending(vcpu));
}

/* @verifies REQ-VGIC-019 */
static void a_wait_ends_at_once_if_a_list_register_is_pending(void **state)
{
    (void)state;
    (void)world_be(0U);
    assert_false(vgic_listed());
    to(ISPENDR, EDGE);
    assert_true(vgic_listed());
    assert_int_equal(guest_acknowledge(0U), EDGE);
    assert_false(vgic_listed());
}

/* @verifies REQ-VGIC-013 */
static void another_vcpus_private_interrupts_can_be_set_up_and_made_pending(void **state)
{
    (void)state;
    guest_write_private(0U, 2U, ICENABLER, ONES);
    guest_write_private(0U, 2U, ISPENDR, 0x80U);
    guest_takes_nothing(2U);
    guest_write_private(0U, 2U, ISENABLER, 0x80U);
    guest_takes(2U, 7U);
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
        cmocka_unit_test_setup(eight_pending_interrupts_come_in_priority_order, set_up),
        cmocka_unit_test_setup(eight_nested_interrupts_are_ended_in_order, set_up),
        cmocka_unit_test_setup(a_more_urgent_interrupt_comes_while_all_list_registers_are_active, set_up),
        cmocka_unit_test_setup(less_urgent_ones_that_wait_while_all_list_registers_are_active_cost_nothing, set_up),
        cmocka_unit_test_setup(with_split_eoi_more_are_active_than_list_registers_and_others_still_come, set_up),
        cmocka_unit_test_setup(a_shared_interrupt_is_deactivated_from_another_vcpu, set_up),
        cmocka_unit_test_setup(a_write_ends_an_interrupt_that_is_active_on_another_vcpu, set_up),
        cmocka_unit_test_setup(a_change_for_another_vcpu_waits_for_its_core_and_no_longer, set_up),
        cmocka_unit_test_setup(a_pending_interrupt_that_is_routed_elsewhere_moves_there, set_up),
        cmocka_unit_test_setup(an_active_interrupt_that_is_routed_elsewhere_ends_where_it_is, set_up),
        cmocka_unit_test_setup(an_interrupt_routed_to_nobody_waits_until_it_is_routed, set_up),
        cmocka_unit_test_setup(any_participating_vcpu_is_the_first_that_is_powered, set_up),
        cmocka_unit_test_setup(an_sgi_reaches_exactly_the_vcpus_it_names, set_up),
        cmocka_unit_test_setup(an_sgi_to_affinities_that_nobody_has_reaches_nobody, set_up),
        cmocka_unit_test_setup(a_group_0_register_reaches_no_group_1_sgi, set_up),
        cmocka_unit_test_setup(an_sgi_to_itself_comes_once_for_each_time_it_was_taken, set_up),
        cmocka_unit_test_setup(an_sgi_to_itself_needs_no_lock_and_one_store_to_a_list_register, set_up),
        cmocka_unit_test_setup(sgis_of_two_senders_are_not_lost, set_up),
        cmocka_unit_test_setup(sgis_of_two_vcpus_to_each_other_cross, set_up),
        cmocka_unit_test_setup(an_sgi_to_a_vcpu_that_is_off_its_core_waits_for_it, set_up),
        cmocka_unit_test_setup(a_vcpu_that_never_wakes_its_redistributor_gets_interrupts, set_up),
        cmocka_unit_test_setup(interrupts_survive_a_switch_in_every_state, set_up),
        cmocka_unit_test_setup(a_vcpu_that_is_powered_on_again_starts_with_nothing_pending, set_up),
        cmocka_unit_test_setup(a_vcpu_off_its_core_is_due_only_above_its_mask, set_up),
        cmocka_unit_test_setup(a_wait_ends_at_once_if_a_list_register_is_pending, set_up),
        cmocka_unit_test_setup(another_vcpus_private_interrupts_can_be_set_up_and_made_pending, set_up),
    };

    return cmocka_run_group_tests_name("vgic delivery", tests, NULL, NULL);
}
