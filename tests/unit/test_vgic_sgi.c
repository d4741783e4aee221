/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SGIs, and vCPUs that come and go, seen from the guest.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c tests/unit/vgic/guest.c
 * sources: tests/unit/vgic/gic.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define LEVEL 33U
#define EDGE 36U
#define ONES 0xffffffffU

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

/* @verifies REQ-VGIC-016 */
static void an_sgi_reaches_exactly_the_vcpus_it_names(void **state)
{
    (void)state;
    guest_sends(0U, 5ULL << 24 | 0x6U);
    guest_takes_nothing(0U);
    guest_takes(1U, 5U);
    guest_takes(2U, 5U);
    guest_sends(1U, 15ULL << 24 | 1ULL << 40 | 0xffffU);
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
        guest_sends(0U, wrong[n] | 0xffffU);
    }
    guest_sends(0U, 0xfff8U);
    for (uint32_t n = 0U; n < 3U; n++) {
        guest_takes_nothing(n);
        assert_int_equal(guest_read_private(n, n, ISPENDR), 0U);
    }
}

/* @verifies REQ-VGIC-016 */
static void a_group_0_register_reaches_no_group_1_sgi(void **state)
{
    (void)state;
    world_send_sgi(world_be(0U), 3ULL << 24 | 0x3U, false);
    world_settle();
    guest_takes_nothing(0U);
    guest_takes_nothing(1U);
    guest_write_private(1U, 1U, 0x80U, ~8U);
    world_send_sgi(world_be(0U), 3ULL << 24 | 0x3U, false);
    world_settle();
    guest_takes_nothing(0U);
    guest_takes(1U, 3U);
}

/* @verifies REQ-VGIC-017 */
static void an_sgi_to_itself_comes_once_for_each_time_it_was_taken(void **state)
{
    (void)state;
    guest_sends(1U, 2ULL << 24 | 0x2U);
    guest_sends(1U, 2ULL << 24 | 0x2U);
    assert_int_equal(guest_acknowledge(1U), 2U);
    guest_sends(1U, 2ULL << 24 | 0x2U);
    guest_eoi(1U, 2U);
    guest_takes(1U, 2U);
    guest_takes_nothing(1U);
}

/* @verifies REQ-VGIC-017 */
static void an_sgi_to_itself_needs_no_lock_and_one_store_to_its_list_register(void **state)
{
    uint32_t before;
    uint32_t tickets;

    (void)state;
    world_send_sgi(world_be(1U), 2ULL << 24 | 0x2U, true); /* gets its list register */
    guest_takes(1U, 2U);
    before = world_list_writes;
    tickets = fake_partitions[IVI].lock.half.next;
    for (uint32_t n = 1U; n <= 3U; n++) {
        world_send_sgi(world_be(1U), 2ULL << 24 | 0x2U, true);
        assert_int_equal(world_list_writes, before + n);
        assert_int_equal(fake_partitions[IVI].lock.half.next, tickets);
        guest_takes(1U, 2U);
    }
}

/* @verifies REQ-VGIC-017 */
static void an_sgi_from_another_needs_one_store_to_its_list_register(void **state)
{
    uint32_t before;

    (void)state;
    world_send_sgi(world_be(0U), 2ULL << 24 | 0x2U, true);
    world_settle();
    guest_takes(1U, 2U);
    before = world_list_writes;
    for (uint32_t n = 1U; n <= 3U; n++) {
        world_send_sgi(world_be(0U), 2ULL << 24 | 0x2U, true);
        world_settle();
        assert_int_equal(world_list_writes, before + n);
        guest_takes(1U, 2U);
    }
}

/* @verifies REQ-VGIC-016 */
static void sgis_of_two_senders_are_not_lost(void **state)
{
    (void)state;
    world_send_sgi(world_be(0U), 1ULL << 24 | 0x4U, true);
    world_send_sgi(world_be(1U), 6ULL << 24 | 0x4U, true);
    world_settle();
    guest_takes(2U, 1U);
    guest_takes(2U, 6U);
    assert_int_equal(guest_acknowledge(2U), SPURIOUS);
    guest_sends(0U, 1ULL << 24 | 0x4U);
    assert_int_equal(guest_acknowledge(2U), 1U);
    guest_sends(1U, 1ULL << 24 | 0x4U); /* while that of the first is active */
    guest_eoi(2U, 1U);
    guest_takes(2U, 1U);
}

/* @verifies REQ-VGIC-016 */
static void sgis_of_two_vcpus_to_each_other_cross(void **state)
{
    (void)state;
    for (uint32_t round = 0U; round < 20U; round++) {
        world_send_sgi(world_be(0U), 4ULL << 24 | 0x2U, true);
        world_send_sgi(world_be(1U), 4ULL << 24 | 0x1U, true);
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
    guest_sends(0U, 9ULL << 24 | 0x4U);
    world_load(2U);
    world_settle();
    guest_takes(2U, 9U);
}

/* @verifies REQ-VGIC-009 */
static void a_vcpu_that_never_wakes_its_redistributor_gets_interrupts(void **state)
{
    (void)state;
    assert_int_equal(world_vgicr_read(world_be(2U), 2U * 0x20000U + 0x14U, 4U), 6U);
    guest_sends(0U, 9ULL << 24 | 0x4U);
    guest_takes(2U, 9U);
}

/* @verifies REQ-VGIC-019 */
static void interrupts_survive_a_switch_in_every_state(void **state)
{
    (void)state;
    guest_sets(ISPENDR, EDGE);
    assert_int_equal(guest_acknowledge(0U), EDGE);
    device_line(LEVEL, true);
    guest_sends(0U, 1ULL << 24 | 0x1U);
    world_put(0U);
    assert_int_equal(world_core[1].hcr, 0U);
    world_load(0U);
    world_settle();
    guest_eoi(0U, EDGE);
    guest_takes(0U, 1U);
    assert_int_equal(guest_acknowledge(0U), LEVEL);
    device_line(LEVEL, false);
    guest_eoi(0U, LEVEL);
    guest_takes_nothing(0U);
}

/* @verifies REQ-VGIC-018 */
static void a_vcpu_that_is_powered_on_again_starts_with_nothing_pending(void **state)
{
    (void)state;
    guest_sends(0U, 9ULL << 24 | 0x4U);
    world_put(2U);
    vgic_reset_vcpu(fake_vcpu(IVI, 2U));
    world_load(2U);
    world_settle();
    guest_takes_nothing(2U);
    assert_int_equal(guest_read_private(0U, 2U, ISENABLER), 0U);
    assert_int_equal(guest_read_private(0U, 2U, ISPENDR), 0U);
}

/* @verifies REQ-VGIC-019 */
static void a_wait_ends_at_once_if_a_list_register_is_pending(void **state)
{
    (void)state;
    (void)world_be(0U);
    assert_false(vgic_listed());
    guest_sets(ISPENDR, EDGE);
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

/* @verifies REQ-VGIC-013 @verifies REQ-VGIC-017 */
static void an_sgi_to_itself_survives_a_clearing_that_was_written_before_it(void **state)
{
    (void)state;
    guest_sends(1U, 2ULL << 24 | 0x2U);
    vgicr_write(world_be(0U), 0x20000U + 0x10000U + ICPENDR, 4U, 1U << 2);
    world_settle_except(1U);
    world_send_sgi(world_be(1U), 2ULL << 24 | 0x2U, true);
    world_settle();
    guest_takes(1U, 2U);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_sgi_reaches_exactly_the_vcpus_it_names, set_up),
        cmocka_unit_test_setup(an_sgi_to_affinities_that_nobody_has_reaches_nobody, set_up),
        cmocka_unit_test_setup(a_group_0_register_reaches_no_group_1_sgi, set_up),
        cmocka_unit_test_setup(an_sgi_to_itself_comes_once_for_each_time_it_was_taken, set_up),
        cmocka_unit_test_setup(an_sgi_to_itself_needs_no_lock_and_one_store_to_its_list_register, set_up),
        cmocka_unit_test_setup(an_sgi_from_another_needs_one_store_to_its_list_register, set_up),
        cmocka_unit_test_setup(sgis_of_two_senders_are_not_lost, set_up),
        cmocka_unit_test_setup(sgis_of_two_vcpus_to_each_other_cross, set_up),
        cmocka_unit_test_setup(an_sgi_to_a_vcpu_that_is_off_its_core_waits_for_it, set_up),
        cmocka_unit_test_setup(a_vcpu_that_never_wakes_its_redistributor_gets_interrupts, set_up),
        cmocka_unit_test_setup(interrupts_survive_a_switch_in_every_state, set_up),
        cmocka_unit_test_setup(a_vcpu_that_is_powered_on_again_starts_with_nothing_pending, set_up),
        cmocka_unit_test_setup(a_wait_ends_at_once_if_a_list_register_is_pending, set_up),
        cmocka_unit_test_setup(another_vcpus_private_interrupts_can_be_set_up_and_made_pending, set_up),
        cmocka_unit_test_setup(an_sgi_to_itself_survives_a_clearing_that_was_written_before_it, set_up),
    };

    return cmocka_run_group_tests_name("vgic sgi", tests, NULL, NULL);
}
