/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual PL011 (partitions/vuart.c). The guest is ivi.0 on core 1; the service core is core 1 or stands aside. */
#include "tests/unit/fake/test.h"
#include "partitions/vuart.h"

#define DR 0x000U
#define RSR 0x004U
#define FR 0x018U
#define ILPR 0x020U
#define IBRD 0x024U
#define FBRD 0x028U
#define LCR_H 0x02cU
#define CR 0x030U
#define IFLS 0x034U
#define IMSC 0x038U
#define RIS 0x03cU
#define MIS 0x040U
#define ICR 0x044U
#define DMACR 0x048U
#define CONNECTED 0x7U /* CTS, DSR, DCD */
#define RXFE (1U << 4)
#define TXFF (1U << 5)
#define RXFF (1U << 6)
#define TXFE (1U << 7)
#define RX (1U << 4)
#define TX (1U << 5)
#define RT (1U << 6)
#define OE (1U << 10)
#define DR_OE (1U << 11)
#define FEN (1U << 4)
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

static void what_is_written_is_drained_in_order(void **state)
{
    uint8_t byte;

    (void)state;
    assert_false(vuart_peek_output(vuart, &byte));
    set(DR, 'o');
    set(DR, 0xffffff00U | 'k');
    assert_true(vuart_peek_output(vuart, &byte));
    assert_int_equal(byte, 'o');
    assert_true(vuart_peek_output(vuart, &byte));
    assert_int_equal(byte, 'o');
    (void)vuart_drop_output(vuart);
    assert_true(vuart_peek_output(vuart, &byte));
    assert_int_equal(byte, 'k');
    (void)vuart_drop_output(vuart);
    assert_false(vuart_peek_output(vuart, &byte));
}

static void the_ring_works_across_the_wrap_of_its_counters(void **state)
{
    uint8_t byte;

    (void)state;
    vuart->tx_head = 0xfffffffeU;
    vuart->tx_tail = 0xfffffffeU;
    for (uint32_t n = 0U; n < 5U; n++) {
        set(DR, '0' + n);
    }
    for (uint32_t n = 0U; n < 5U; n++) {
        assert_true(vuart_peek_output(vuart, &byte));
        assert_int_equal(byte, '0' + n);
        (void)vuart_drop_output(vuart);
    }
    assert_int_equal(get(FR), CONNECTED | TXFE | RXFE);
}

/* @verifies REQ-VUART-001 */
static void a_full_ring_shows_in_the_flag_register_and_drops_are_counted(void **state)
{
    uint8_t byte;

    (void)state;
    fill(VUART_TX_SIZE - 1U);
    assert_int_equal(get(FR) & (TXFF | TXFE), 0U);
    fill(1U);
    assert_int_equal(get(FR) & (TXFF | TXFE), TXFF);
    assert_int_equal(vuart->dropped, 0U);
    set(DR, 'X');
    set(DR, 'Y');
    assert_int_equal(vuart->dropped, 2U);
    for (uint32_t n = 0U; n < VUART_TX_SIZE; n++) {
        assert_true(vuart_peek_output(vuart, &byte));
        assert_int_not_equal(byte, 'X');
        (void)vuart_drop_output(vuart);
    }
    assert_int_equal(get(FR) & (TXFF | TXFE), TXFE);
}

static void the_service_core_is_told_when_it_had_taken_all(void **state)
{
    (void)state;
    set(DR, 'a');
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
    set(DR, 'b');
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
    (void)drain(1U);
    set(DR, 'c');
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
    (void)drain(2U);
    set(DR, 'd');
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 2U);
}

static void other_registers_wake_nobody(void **state)
{
    (void)state;
    for (uint32_t offset = 1U; offset < 0x1000U; offset++) {
        set(offset, 0xffffffffU);
        (void)get(offset);
    }
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 0U);
    assert_int_equal(vuart->tx_head, 0U);
}

static void a_dropped_character_wakes_nobody(void **state)
{
    (void)state;
    fill(VUART_TX_SIZE + 1U);
    assert_int_equal(fake_posts(SERVICE_CORE, POST_CONSOLE), 1U);
}

static void type(const char *text)
{
    for (; *text != '\0'; text++) {
        vuart_type(vuart, (uint8_t)*text);
    }
    vuart_update(vcpu);
}

static void type_many(uint32_t count)
{
    for (uint32_t n = 0U; n < count; n++) {
        vuart_type(vuart, (uint8_t)n);
    }
    vuart_update(vcpu);
}

/* @verifies REQ-VUART-002 */
static void something_to_read_raises_the_interrupt_until_it_is_read(void **state)
{
    (void)state;
    set(IMSC, RX | RT);
    assert_int_equal(fake_vgic_line(LINE), -1);
    vuart_type(vuart, 'x');
    assert_int_equal(get(RIS), RX | RT);
    type("y"); /* and the line is brought up to date */
    assert_int_equal(fake_vgic_line(LINE), 1);
    assert_int_equal(get(MIS), RX | RT);
    set(ICR, RX | RT); /* clearing does not help: there is something to read */
    assert_int_equal(fake_vgic_line(LINE), 1);
    assert_int_equal(get(FR) & RXFE, 0U);
    assert_int_equal(get(DR), 'x');
    assert_int_equal(fake_vgic_line(LINE), 1);
    assert_int_equal(get(DR), 'y');
    assert_int_equal(fake_vgic_line(LINE), 0);
    assert_int_equal(get(FR), CONNECTED | RXFE | TXFE);
    assert_int_equal(get(RIS), 0U);
    assert_int_equal(get(DR), 0U);
}

/* @verifies REQ-VUART-002 */
static void the_virtual_gic_is_told_of_a_change_of_the_line_alone(void **state)
{
    (void)state;
    set(IMSC, RX);
    type("ab");
    assert_int_equal(fake_count("vgic_set_line"), 1U);
    assert_called("vgic_leave", 1U, 0U, 1U, 0U); /* whoever must look at the line is told */
    (void)get(FR);
    assert_int_equal(fake_count("vgic_leave"), 2U);
    (void)get(DR);
    set(DR, 'x');
    vuart_update(vcpu);
    assert_int_equal(fake_count("vgic_set_line"), 1U);
    (void)get(DR);
    assert_int_equal(fake_count("vgic_set_line"), 2U);
}

/* @verifies REQ-VUART-004 */
static void with_the_fifo_the_receive_interrupt_waits_for_its_level_and_the_timeout_does_not(void **state)
{
    static const uint32_t levels[] = {4U, 8U, 16U, 24U, 28U};

    (void)state;
    set(LCR_H, FEN);
    for (uint32_t n = 0U; n < COUNT(levels); n++) {
        set(IFLS, n << 3);
        type_many(levels[n] - 1U);
        assert_int_equal(get(RIS), RT);
        type("x");
        assert_int_equal(get(RIS), RX | RT);
        (void)get(DR);
        assert_int_equal(get(RIS), RT);
        while ((get(FR) & RXFE) == 0U) {
            (void)get(DR);
        }
        assert_int_equal(get(RIS), 0U);
    }
    type_many(28U);
    for (uint32_t reserved = 5U; reserved < 8U; reserved++) {
        set(IFLS, reserved << 3);
        assert_int_equal(get(RIS), RX | RT);
    }
}

/* @verifies REQ-VUART-004 */
static void the_fifo_is_full_with_32_characters_and_one_where_it_is_disabled(void **state)
{
    (void)state;
    type("a");
    assert_int_equal(get(FR), CONNECTED | RXFF | TXFE);
    set(LCR_H, FEN);
    assert_int_equal(get(FR), CONNECTED | TXFE);
    type_many(30U);
    assert_int_equal(get(FR), CONNECTED | TXFE);
    type("b");
    assert_int_equal(get(FR), CONNECTED | RXFF | TXFE);
    (void)get(DR);
    assert_int_equal(get(FR), CONNECTED | TXFE);
}

/* @verifies REQ-VUART-005 */
static void what_is_typed_and_not_read_is_lost_when_the_ring_is_full_and_that_shows(void **state)
{
    (void)state;
    set(IMSC, OE);
    type_many(VUART_RX_SIZE);
    assert_int_equal(get(RIS) & OE, 0U);
    assert_int_equal(get(RSR), 0U);
    type_many(5U);
    assert_int_equal(get(RIS) & OE, OE);
    assert_int_equal(get(RSR), 0x8U);
    assert_int_equal(fake_vgic_line(LINE), 1);
    set(RSR, 0xffU);
    assert_int_equal(get(RSR), 0U);
    assert_int_equal(get(MIS), OE);
    set(ICR, OE);
    assert_int_equal(get(MIS), 0U);
    assert_int_equal(fake_vgic_line(LINE), 0);
    for (uint32_t n = 0U; n < VUART_RX_SIZE; n++) {
        assert_int_equal(get(DR), (uint8_t)n);
        if (n == 9U) {
            type("pq"); /* the first after the loss says so */
        }
    }
    assert_int_equal(get(DR), DR_OE | 'p');
    assert_int_equal(get(DR), 'q');
    assert_int_equal(get(FR) & RXFE, RXFE);
    type_many(VUART_RX_SIZE + 1U);
    assert_int_equal(get(RSR), 0x8U);
}

/* @verifies REQ-VUART-004 */
static void registers_keep_their_implemented_bits(void **state)
{
    static const struct {
        uint32_t offset;
        uint32_t reset;
        uint32_t bits;
    } registers[] = {{ILPR, 0U, 0xffU},     {IBRD, 0U, 0xffffU},  {FBRD, 0U, 0x3fU},  {LCR_H, 0U, 0xffU},
                     {CR, 0x300U, 0xff07U}, {IFLS, 0x12U, 0x3fU}, {IMSC, 0U, 0x7ffU}, {DMACR, 0U, 0x7U}};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(registers); n++) {
        assert_int_equal(get(registers[n].offset), registers[n].reset);
        set(registers[n].offset, 0xffffffffU);
        assert_int_equal(get(registers[n].offset), registers[n].bits);
        for (uint32_t other = 0U; other < COUNT(registers); other++) {
            assert_int_equal(get(registers[other].offset), other == n ? registers[n].bits : registers[other].reset);
        }
        set(registers[n].offset, 0U);
        assert_int_equal(get(registers[n].offset), 0U);
        set(registers[n].offset, registers[n].reset);
    }
    assert_int_equal(get(RIS), 0U);
}

/* @verifies REQ-VUART-004 */
static void status_registers_cannot_be_written_and_clearing_registers_read_as_zero(void **state)
{
    (void)state;
    set(IMSC, TX);
    set(DR, 'a');
    for (uint32_t offset = FR; offset < 0x1000U; offset += 4U) {
        if (offset == FR || offset == RIS || offset == MIS || offset >= 0x04cU) {
            set(offset, 0xffffffffU);
        }
    }
    assert_int_equal(get(FR), CONNECTED | RXFE);
    assert_int_equal(get(RIS), TX);
    assert_int_equal(get(MIS), TX);
    assert_int_equal(get(ICR), 0U);
    assert_int_equal(vuart->tx_head, 1U);
    set(RIS, 0U);
    set(MIS, 0U);
    assert_int_equal(get(MIS), TX);
}

/* @verifies REQ-VUART-004 */
static void a_disabled_uart_still_speaks_and_listens(void **state)
{
    uint8_t byte;

    (void)state;
    set(CR, 0U);
    set(DR, 'a');
    assert_true(vuart_peek_output(vuart, &byte));
    type("b");
    assert_int_equal(get(DR), 'b');
}

/* @verifies REQ-VUART-004 */
static void a_part_of_a_register_is_what_the_bus_has_in_its_lanes(void **state)
{
    (void)state;
    set(IBRD, 0xa5c3U);
    assert_int_equal(get(IBRD) & 0xffU, 0xc3U);
    assert_int_equal(get(IBRD + 1U), 0xa5U);
    assert_int_equal(get(IBRD + 2U), 0U);
    assert_int_equal(get(IBRD + 3U), 0U);
    set(IBRD + 1U, 0xffU);
    set(IBRD + 2U, 0xffffU);
    assert_int_equal(get(IBRD), 0xa5c3U);
    type("xy");
    assert_int_equal(get(DR + 2U), 0U); /* a read of DR, whatever lanes it asks for */
    assert_int_equal(get(DR), 'y');
}

static void the_identity_is_that_of_a_pl011(void **state)
{
    static const uint8_t identity[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(identity); n++) {
        assert_int_equal(get(0xfe0U + 4U * n), identity[n]);
    }
}

static void other_offsets_read_as_zero(void **state)
{
    (void)state;
    assert_int_equal(get(0x004U), 0U);
    assert_int_equal(get(0x020U), 0U);
    assert_int_equal(get(0x048U), 0U);
    assert_int_equal(get(0xfdcU), 0U);
    for (uint32_t offset = 0xfe0U; offset < 0x1000U; offset++) {
        if (offset % 4U != 0U) {
            assert_int_equal(get(offset), 0U);
        }
    }
    for (uint32_t offset = 0x04cU; offset < 0xfe0U; offset++) {
        assert_int_equal(get(offset), 0U);
    }
}

static void a_reset_forgets_input_and_registers_but_not_output(void **state)
{
    uint8_t byte;

    (void)state;
    set(DR, 'z');
    set(IMSC, RX | TX);
    set(IBRD, 1U);
    set(FBRD, 1U);
    vuart_type(vuart, 'q');
    vuart->dropped = 7U;
    vuart_reset(vuart);
    assert_int_equal(get(IMSC) | get(IBRD) | get(FBRD), 0U);
    assert_int_equal(get(CR), 0x300U);
    assert_int_equal(get(FR) & RXFE, RXFE);
    assert_true(vuart_peek_output(vuart, &byte));
    assert_int_equal(byte, 'z');
    assert_int_equal(vuart->dropped, 7U);
}

static void after_a_reset_the_line_is_low_and_no_loss_shows(void **state)
{
    (void)state;
    set(IMSC, RX | OE);
    type_many(VUART_RX_SIZE + 1U);
    assert_int_equal(fake_vgic_line(LINE), 1);
    (void)get(RSR);
    vuart_type(vuart, 'x'); /* lost as well, and not looked at */
    vuart_reset(vuart);
    assert_int_equal(get(RSR), 0U);
    assert_int_equal(get(RIS), 0U);
    set(IMSC, RX);
    type("a");
    assert_int_equal(fake_count("vgic_set_line"), 2U); /* the virtual GIC's reset made the line low, too */
}

static void a_partition_without_a_console_has_no_line_to_update(void **state)
{
    (void)state;
    vuart_update(fake_be_vcpu(AUX, 0U));
    assert_int_equal(fake_count("vgic_set_line"), 0U);
}

static void the_typing_ring_works_across_the_wrap_of_its_counters(void **state)
{
    (void)state;
    vuart->rx_head = 0xffffffffU;
    vuart->rx_tail = 0xffffffffU;
    for (uint32_t n = 0U; n < VUART_RX_SIZE + 1U; n++) {
        vuart_type(vuart, (uint8_t)n);
    }
    assert_int_equal(vuart->rx_head - vuart->rx_tail, VUART_RX_SIZE);
    assert_int_equal(get(DR), 0U);
    assert_int_equal(get(DR), 1U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_written_is_drained_in_order, set_up),
        cmocka_unit_test_setup(the_ring_works_across_the_wrap_of_its_counters, set_up),
        cmocka_unit_test_setup(a_full_ring_shows_in_the_flag_register_and_drops_are_counted, set_up),
        cmocka_unit_test_setup(the_service_core_is_told_when_it_had_taken_all, set_up),
        cmocka_unit_test_setup(other_registers_wake_nobody, set_up),
        cmocka_unit_test_setup(a_dropped_character_wakes_nobody, set_up),
        cmocka_unit_test_setup(something_to_read_raises_the_interrupt_until_it_is_read, set_up),
        cmocka_unit_test_setup(the_virtual_gic_is_told_of_a_change_of_the_line_alone, set_up),
        cmocka_unit_test_setup(with_the_fifo_the_receive_interrupt_waits_for_its_level_and_the_timeout_does_not,
                               set_up),
        cmocka_unit_test_setup(the_fifo_is_full_with_32_characters_and_one_where_it_is_disabled, set_up),
        cmocka_unit_test_setup(what_is_typed_and_not_read_is_lost_when_the_ring_is_full_and_that_shows, set_up),
        cmocka_unit_test_setup(the_typing_ring_works_across_the_wrap_of_its_counters, set_up),
        cmocka_unit_test_setup(registers_keep_their_implemented_bits, set_up),
        cmocka_unit_test_setup(status_registers_cannot_be_written_and_clearing_registers_read_as_zero, set_up),
        cmocka_unit_test_setup(a_disabled_uart_still_speaks_and_listens, set_up),
        cmocka_unit_test_setup(a_part_of_a_register_is_what_the_bus_has_in_its_lanes, set_up),
        cmocka_unit_test_setup(the_identity_is_that_of_a_pl011, set_up),
        cmocka_unit_test_setup(other_offsets_read_as_zero, set_up),
        cmocka_unit_test_setup(a_reset_forgets_input_and_registers_but_not_output, set_up),
        cmocka_unit_test_setup(after_a_reset_the_line_is_low_and_no_loss_shows, set_up),
        cmocka_unit_test_setup(a_partition_without_a_console_has_no_line_to_update, set_up),
    };

    return cmocka_run_group_tests_name("vuart", tests, NULL, NULL);
}
