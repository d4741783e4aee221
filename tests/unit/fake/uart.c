/* SPDX-License-Identifier: Apache-2.0 */
/* The console UART of the machine: keeps what is sent, delivers what a test types. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake/uart.h"
#include "tests/unit/fake/machine.h"
#include "arch/arm64/uart.h"

static char sent[65536];
static uint32_t sent_used;
static char typed[1024];
static uint32_t typed_used;
static uint32_t typed_taken;
static uint32_t room;
static int transmit_interrupt;

void fake_uart_reset(void)
{
    fake_uart_clear();
    typed_used = 0U;
    typed_taken = 0U;
    room = ~0U;
    transmit_interrupt = -1;
}

const char *fake_uart_sent(void)
{
    return sent;
}

void fake_uart_clear(void)
{
    memset(sent, 0, sizeof(sent));
    sent_used = 0U;
}

void fake_uart_type(const char *text)
{
    for (; *text != '\0'; text++) {
        assert_true(typed_used < sizeof(typed));
        typed[typed_used] = *text;
        typed_used++;
    }
}

void fake_uart_room(uint32_t bytes)
{
    room = bytes;
}

int fake_uart_transmit_interrupt(void)
{
    return transmit_interrupt;
}

void uart_init(void)
{
    fake_record("uart_init", 0U, 0U, 0U);
}

bool uart_can_put(void)
{
    return room != 0U;
}

void uart_put(uint8_t byte)
{
    assert_true(room != 0U && sent_used < sizeof(sent) - 1U);
    room -= room == ~0U ? 0U : 1U;
    sent[sent_used] = (char)byte;
    sent_used++;
}

void uart_put_wait(uint8_t byte)
{
    fake_record("uart_put_wait", byte, 0U, 0U);
    uart_put(byte);
}

bool uart_get(uint8_t *byte)
{
    if (typed_taken == typed_used) {
        return false;
    }
    *byte = (uint8_t)typed[typed_taken];
    typed_taken++;
    return true;
}

void uart_interrupts(bool transmit)
{
    transmit_interrupt = transmit ? 1 : 0;
}

void uart_clear_interrupts(void)
{
    fake_record("uart_clear_interrupts", 0U, 0U, 0U);
}
