/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's console: many speakers, one UART, one service core that works on it.
 *
 * Lines of virtual consoles and event records come out prefixed with "[name] "; typed characters go to the virtual
 * console in focus. Byte 0x1d (Ctrl-]) and a digit moves the focus to that console; 0x1d twice is one 0x1d.
 */
#ifndef PARTITIONS_CONSOLE_H
#define PARTITIONS_CONSOLE_H

/* Boot core: takes over the UART. */
void console_init(void);

/* One line from EL2 itself, written at once: at boot on the boot core, before others run, and in the fault path. */
void console_print(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Service core: moves a bounded number of characters, and asks to be called again if there are more. */
void console_service(void);

/* Service core, once its interrupt controller is up: the UART's interrupt comes here. */
void console_start_service(void);

#endif
