/* SPDX-License-Identifier: Apache-2.0 */
/* See uart.c. */
#ifndef TESTS_UNIT_FAKE_UART_H
#define TESTS_UNIT_FAKE_UART_H

#include <stdbool.h>
#include <stdint.h>

/* Nothing sent, nothing typed, room without end. */
void fake_uart_reset(void);
/* What was sent so far, as a string. */
const char *fake_uart_sent(void);
void fake_uart_clear(void);
void fake_uart_type(const char *text);
/* The transmit FIFO takes this many more bytes. */
void fake_uart_room(uint32_t bytes);
/* What uart_interrupts() was told last: 0 receive alone, 1 transmit too, -1 never called. */
int fake_uart_transmit_interrupt(void);

#endif
