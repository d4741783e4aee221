/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of the registers of the UART that the probe itself prints with, as DDI 0183G has them. Each puts back what it
 * changes; nothing is typed meanwhile.
 */
#include "guests/probe/probe.h"

#include "guests/lib/console.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"
#include "guests/lib/timer.h"

#define REGISTER(offset) (MACHINE_UART + (offset))
#define UART_DR 0x000U
#define UART_RSR 0x004U
#define UART_FR 0x018U
#define UART_IBRD 0x024U
#define UART_RIS 0x03cU
#define UART_MIS 0x040U
#define UART_ICR 0x044U
#define UART_ID 0xfe0U
#define FR_RXFE (1U << 4)
#define FR_TXFF (1U << 5)
#define FR_TXFE (1U << 7)
#define INT_TX (1U << 5)
#define LINE 160U

static bool check_identity(uint64_t unused)
{
    static const uint8_t expected[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

    (void)unused;
    for (uint32_t n = 0U; n < sizeof(expected); n++) {
        if (!expect_equal("identification", mmio_read32(REGISTER(UART_ID + 4U * n)), expected[n])) {
            return false;
        }
    }
    return true;
}

/* Offset and implemented bits. */
static bool check_bits(uint64_t argument)
{
    uint64_t address = REGISTER(argument >> 16);
    uint32_t bits = (uint32_t)argument & 0xffffU;
    uint32_t before = mmio_read32(address);
    uint32_t ones;
    uint32_t zeros;

    mmio_write32(address, 0xffffffffU);
    ones = mmio_read32(address);
    mmio_write32(address, 0U);
    zeros = mmio_read32(address);
    mmio_write32(address, before);
    return expect_equal("register after ones", ones, bits) && expect_equal("register after zeros", zeros, 0U) &&
           expect_equal("register put back", mmio_read32(address), before);
}

static bool check_sizes(uint64_t unused)
{
    uint64_t half = 0U;
    uint64_t byte = 0U;
    uint64_t whole = 0U;
    struct attempt attempt;

    (void)unused;
    mmio_write32(REGISTER(UART_IBRD), 0xa5c3U);
    attempt = attempt_read(REGISTER(UART_IBRD), 2U, &half);
    (void)attempt_read(REGISTER(UART_IBRD) + 1U, 1U, &byte);
    (void)attempt_write(REGISTER(UART_IBRD), 1U, 0x12U);
    return expect_equal("faults", attempt.faults, 0U) && expect_equal("16 bits", half, 0xa5c3U) &&
           expect_equal("8 bits", byte, 0xa5U) &&
           expect_equal("after 8 bits were written", mmio_read32(REGISTER(UART_IBRD)), 0x12U) &&
           expect_equal("faults", attempt_read(REGISTER(UART_FR), 8U, &whole).faults, 0U) &&
           expect_equal("64 bits", whole & ~0xffULL, 0U) && expect("nothing was typed", (whole & FR_RXFE) != 0U);
}

static bool check_reserved(uint64_t unused)
{
    (void)unused;
    for (uint64_t offset = 0x04cU; offset < UART_ID; offset += 4U) {
        mmio_write32(REGISTER(offset), 0xffffffffU);
        if (!expect_equal("reserved register", mmio_read32(REGISTER(offset)), 0U)) {
            return false;
        }
    }
    return expect_equal("UARTRSR", mmio_read32(REGISTER(UART_RSR)), 0U);
}

/* The status register says that there is room; a line, and the interrupt shows, until it is cleared. */
static bool check_transmit(uint64_t unused)
{
    uint64_t mask = irq_save();
    uint32_t sent;
    uint32_t masked;
    uint32_t cleared;

    (void)unused;
    console_flush();
    mmio_write32(REGISTER(UART_ICR), 0x7ffU);
    mmio_write32(REGISTER(UART_DR), '\n');
    sent = mmio_read32(REGISTER(UART_RIS));
    masked = mmio_read32(REGISTER(UART_MIS));
    mmio_write32(REGISTER(UART_ICR), INT_TX);
    cleared = mmio_read32(REGISTER(UART_RIS));
    irq_restore(mask);
    return expect_equal("UARTRIS after a character", sent, INT_TX) && expect_equal("UARTMIS", masked, 0U) &&
           expect_equal("UARTRIS after UARTICR", cleared, 0U);
}

/* True once the bit of FR is `set`, false after a generous time. */
static bool wait_for_flag(uint32_t flag, bool set)
{
    uint64_t limit = timer_now() + 20U * timer_frequency();

    while (((mmio_read32(REGISTER(UART_FR)) & flag) != 0U) != set && timer_now() < limit) {
    }
    return ((mmio_read32(REGISTER(UART_FR)) & flag) != 0U) == set;
}

/* A driver that looks at FR loses nothing: the test that reads along counts what this prints. */
static bool check_full(uint64_t lines)
{
    for (uint64_t n = 0U; n < lines * LINE; n++) {
        if (!wait_for_flag(FR_TXFF, false)) {
            return expect("there is room again", false);
        }
        mmio_write32(REGISTER(UART_DR), n % LINE == LINE - 1U ? '\n' : '~');
    }
    return expect("all has gone out", wait_for_flag(FR_TXFE, true));
}

static const struct check list[] = {
    {"the UART says that it is a PL011 r1p5", check_identity, 0U},
    {"UARTILPR has 8 bits", check_bits, 0x002000ffU},
    {"UARTIBRD has 16 bits", check_bits, 0x0024ffffU},
    {"UARTFBRD has 6 bits", check_bits, 0x0028003fU},
    {"UARTIFLS has 6 bits", check_bits, 0x0034003fU},
    {"UARTDMACR has 3 bits", check_bits, 0x00480007U},
    {"parts of a UART register are what the bus has in its lanes", check_sizes, 0U},
    {"what is no register of the UART is zero", check_reserved, 0U},
    {"the UART's transmit interrupt shows after a character, until it is cleared", check_transmit, 0U},
    {"a driver that looks at the UART's flags can write more than its ring holds", check_full, 60U},
};
const struct checks uart_checks = CHECKS(list);
