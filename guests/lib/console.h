/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's console: lines go into a ring from anywhere, the background carries them to the UART. Printing never
 * waits for the UART; a line that finds no room is dropped as a whole and counted. Input is polled.
 * For the boot vCPU; another one may print where nobody else does at that time (a dying guest's last words).
 */
#ifndef GUESTS_LIB_CONSOLE_H
#define GUESTS_LIB_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#define CONSOLE_LINE 200U /* longest text of one call */

/* Resets the UART and sends its interrupts nowhere. */
void console_init(void);
/* Patterns are format.h's. IRQs are masked while the text is copied. */
void console_print(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
/* Moves what the UART's FIFO takes at once. True if something is left. */
bool console_drain(void);
/* Drains until empty, for half a second at most. Not for tasks. */
void console_flush(void);
/* Bytes dropped so far. */
uint32_t console_dropped(void);
bool console_get(uint8_t *byte);

#endif
