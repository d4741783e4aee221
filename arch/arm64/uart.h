/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical console UART, a board object: after boot only the service core works on it (and the fault path,
 * which ends everything anyway). uart_pl011.c implements it; board.mk chooses.
 */
#ifndef ARCH_ARM64_UART_H
#define ARCH_ARM64_UART_H

#include <stdbool.h>
#include <stdint.h>

void uart_init(void);
/* Writes one byte, waiting a bounded time for room; drops it then. Boot and fault path. */
void uart_put_wait(uint8_t byte);
bool uart_can_put(void);
void uart_put(uint8_t byte);
/* Next byte typed, or false. */
bool uart_get(uint8_t *byte);
/* Interrupts: always on receive; on transmit while there is more to send than fits. */
void uart_interrupts(bool transmit);
void uart_clear_interrupts(void);

#endif
