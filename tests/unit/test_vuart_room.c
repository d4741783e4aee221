/* SPDX-License-Identifier: Apache-2.0 */
/* Room in the transmit ring of the virtual PL011 (partitions/vuart.c): the interrupt that promises it, and what is lost. */
#include "tests/unit/fake/test.h"
#include "partitions/vuart.h"

#define DR 0x000U
#define FR 0x018U
#define IMSC 0x038U
#define RIS 0x03cU
#define MIS 0x040U
#define ICR 0x044U
#define TXFF (1U << 5)
#define TX (1U << 5)
#define LINE 33U

static struct vcpu_state *vcpu;
static struct vuart_state *vuart;

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    vcpu = fake_be_vcpu(IVI, 0U);
    vuart = &fake_vuarts[1];
    vuart_reset(vuart);
    fake_journal_clear();
    return 0;
}

static uint32_t get(uint64_t offset)
{
    uint64_t value;

    vuart_read(&value, offset, vcpu);
    return (uint32_t)value;
}

static void set(uint64_t offset, uint32_t value)
{
    vuart_write(vcpu, offset, value);
}

/* Nobody is told of a line that has never been high. */
static int line(void)
{
    return fake_vgic_line(LINE) == 1 ? 1 : 0;
}

static void fill(uint32_t bytes)
{
    for (uint32_t n = 0U; n < bytes; n++) {
        set(DR, (uint8_t)('a' + n % 26U));
    }
}

/* The service core drains; returns how often it was asked to tell the guest. */
static uint32_t drain(uint32_t bytes)
{
    uint32_t told = 0U;
    uint8_t byte;

    for (uint32_t n = 0U; n < bytes; n++) {
        assert_true(vuart_peek_output(vuart, &byte));
        told += vuart_drop_output(vuart) ? 1U : 0U;
    }
    return told;
}

/* @verifies REQ-VUART-002 */
static void a_ring_that_was_full_raises_the_interrupt_when_half_has_drained(void **state)
{
    (void)state;
    fill(VUART_TX_SIZE);
    set(IMSC, TX);
    set(ICR, TX);
    assert_int_equal(get(FR) & TXFF, TXFF);
    assert_int_equal(line(), 0);
    assert_int_equal(drain(VUART_TX_SIZE / 2U - 1U), 0U);
    vuart_update(vcpu);
    assert_int_equal(line(), 0);
    assert_int_equal(drain(1U), 1U);
    vuart_update(vcpu);
    assert_int_equal(line(), 1);
    assert_int_equal(get(MIS), TX);
    /* Once: no second interrupt without a second full ring. */
    set(ICR, TX);
    assert_int_equal(line(), 0);
    assert_int_equal(drain(VUART_TX_SIZE / 2U), 0U);
    vuart_update(vcpu);
    assert_int_equal(line(), 0);
}

/* @verifies REQ-VUART-002 */
static void a_guest_that_dropped_without_looking_is_told_as_well(void **state)
{
    (void)state;
    fill(VUART_TX_SIZE + 1U);
    set(IMSC, TX);
    set(ICR, TX);
    assert_int_equal(drain(VUART_TX_SIZE / 2U), 1U);
    vuart_update(vcpu);
    assert_int_equal(line(), 1);
}

/* @verifies REQ-VUART-002 */
static void a_guest_that_writes_while_half_drains_is_told_when_it_drains_again(void **state)
{
    (void)state;
    fill(VUART_TX_SIZE);
    set(IMSC, TX);
    set(ICR, TX);
    (void)get(FR);
    assert_int_equal(drain(VUART_TX_SIZE / 2U - 1U), 0U);
    fill(3U);
    assert_int_equal(drain(3U), 0U);
    assert_int_equal(drain(1U), 1U);
}

static void the_transmit_interrupt_follows_each_character_taken(void **state)
{
    (void)state;
    set(IMSC, TX);
    assert_int_equal(line(), 0); /* nothing has been sent yet */
    set(DR, 'a');
    assert_int_equal(line(), 1);
    set(ICR, TX);
    assert_int_equal(line(), 0);
    set(DR, 'b');
    assert_int_equal(line(), 1);
    set(IMSC, 0U);
    assert_int_equal(line(), 0);
    assert_int_equal(get(RIS) & TX, TX);
    assert_int_equal(get(MIS), 0U);
}

/* @verifies REQ-VUART-002 */
static void the_transmit_interrupt_promises_room_for_half_of_the_ring(void **state)
{
    (void)state;
    set(IMSC, TX);
    fill(VUART_TX_SIZE / 2U);
    assert_int_equal(line(), 1);
    fill(1U);
    assert_int_equal(line(), 0);
    assert_int_equal(get(RIS), 0U);
    assert_int_equal(drain(1U), 1U);
    vuart_update(vcpu);
    assert_int_equal(line(), 1);
    assert_int_equal(get(RIS), TX);
}

/* @verifies REQ-VUART-002 */
static void a_promise_of_room_that_was_cleared_comes_again_when_half_drains_anew(void **state)
{
    (void)state;
    set(IMSC, TX);
    fill(VUART_TX_SIZE / 2U + 1U);
    (void)drain(1U);
    vuart_update(vcpu);
    set(ICR, TX);
    assert_int_equal(line(), 0);
    fill(1U);
    set(ICR, TX); /* clears nothing: the ring is more than half full */
    assert_int_equal(drain(1U), 1U);
    vuart_update(vcpu);
    assert_int_equal(line(), 1);
}

/* @verifies REQ-VUART-002 */
static void a_reset_with_output_that_is_not_drained_promises_no_room(void **state)
{
    (void)state;
    fill(VUART_TX_SIZE / 2U + 1U);
    vuart_reset(vuart);
    assert_int_equal(get(RIS) & TX, 0U);
    set(IMSC, TX);
    assert_int_equal(drain(1U), 1U);
    vuart_update(vcpu);
    assert_int_equal(line(), 1);
}

static uint32_t random_below(uint32_t limit)
{
    static uint32_t seed = 1U;

    seed = seed * 1664525U + 1013904223U;
    return (seed >> 8) % limit;
}

#define TEXT 300000U
#define DRIVER_BURST 16U
#define DRIVER_PASSES 256U

static uint32_t driver_sent;
static uint32_t driver_taken;

static void driver_write(void)
{
    fake_journal_clear();
    set(DR, (uint8_t)(driver_sent * 7U));
    driver_sent++;
}

/* A driver that starts by looking at FR: as many as there is room for, then the interrupt is to go on. */
static void driver_start(void)
{
    while (driver_sent < TEXT && (get(FR) & TXFF) == 0U) {
        driver_write();
    }
    set(IMSC, TX);
}

/* Its interrupt: half a FIFO each time, without a look at FR. */
static void driver_interrupt(void)
{
    for (uint32_t pass = 0U; pass < DRIVER_PASSES && (get(RIS) & TX) != 0U; pass++) {
        for (uint32_t n = 0U; n < DRIVER_BURST && driver_sent < TEXT; n++) {
            driver_write();
        }
        if (driver_sent == TEXT) {
            set(IMSC, 0U);
            return;
        }
    }
}

static void drain_some(uint32_t bytes)
{
    uint8_t byte;

    for (uint32_t n = 0U; n < bytes && vuart_peek_output(vuart, &byte); n++) {
        assert_int_equal(byte, (uint8_t)(driver_taken * 7U));
        driver_taken++;
        if (vuart_drop_output(vuart)) {
            vuart_update(vcpu);
        }
    }
}

/* @verifies REQ-VUART-001 @verifies REQ-VUART-002 */
static void a_driver_that_trusts_the_interrupt_loses_nothing_however_slowly_it_is_drained(void **state)
{
    uint32_t idle = 0U;

    (void)state;
    driver_start();
    while (driver_taken < TEXT) {
        uint32_t before = driver_taken;

        if (line() == 1 && random_below(4U) == 0U) {
            driver_interrupt();
        }
        drain_some(random_below(random_below(16U) == 0U ? VUART_TX_SIZE : 40U));
        idle = driver_taken == before ? idle + 1U : 0U;
        assert_true(idle < 1000U);
    }
    assert_int_equal(vuart->dropped, 0U);
}

/* @verifies REQ-VUART-003 */
static void what_was_lost_is_told_once_the_ring_has_run_empty_or_around(void **state)
{
    (void)state;
    fill(VUART_TX_SIZE + 3U);
    assert_int_equal(vuart_take_lost(vuart), 3U); /* the ring stands where it began: once around */
    assert_int_equal(vuart_take_lost(vuart), 0U);
    (void)drain(1U);
    fill(5U);
    assert_int_equal(vuart->dropped, 7U);
    assert_int_equal(vuart_take_lost(vuart), 0U);
    (void)drain(VUART_TX_SIZE - 2U);
    assert_int_equal(vuart_take_lost(vuart), 0U);
    (void)drain(1U);
    assert_int_equal(vuart_take_lost(vuart), 4U);
    (void)drain(1U);
    fill(3U);
    assert_int_equal(vuart_take_lost(vuart), 0U);
    vuart->dropped = 9U;
    (void)drain(2U);
    assert_int_equal(vuart_take_lost(vuart), 0U);
    (void)drain(1U);
    assert_int_equal(vuart_take_lost(vuart), 2U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_ring_that_was_full_raises_the_interrupt_when_half_has_drained, set_up),
        cmocka_unit_test_setup(a_guest_that_dropped_without_looking_is_told_as_well, set_up),
        cmocka_unit_test_setup(a_guest_that_writes_while_half_drains_is_told_when_it_drains_again, set_up),
        cmocka_unit_test_setup(the_transmit_interrupt_follows_each_character_taken, set_up),
        cmocka_unit_test_setup(the_transmit_interrupt_promises_room_for_half_of_the_ring, set_up),
        cmocka_unit_test_setup(a_promise_of_room_that_was_cleared_comes_again_when_half_drains_anew, set_up),
        cmocka_unit_test_setup(a_reset_with_output_that_is_not_drained_promises_no_room, set_up),
        cmocka_unit_test_setup(a_driver_that_trusts_the_interrupt_loses_nothing_however_slowly_it_is_drained, set_up),
        cmocka_unit_test_setup(what_was_lost_is_told_once_the_ring_has_run_empty_or_around, set_up),
    };

    return cmocka_run_group_tests_name("vuart_room", tests, NULL, NULL);
}
