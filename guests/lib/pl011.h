/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL011 UART, physical or virtual (Arm DDI 0183). No function waits: output takes what the FIFO has room for, input
 * gives what is there. The receive interrupt is one-shot, so that input at any rate costs at most one
 * interrupt for each time the application asks for more.
 */
#ifndef GUESTS_LIB_PL011_H
#define GUESTS_LIB_PL011_H

#include <stdbool.h>
#include <stdint.h>

void pl011_init(void);
/* False if the FIFO is full. */
bool pl011_put(uint8_t byte);
/* False if nothing was received. */
bool pl011_get(uint8_t *byte);
/* INTID 33 is raised at the next reception; pl011_silence() takes it back and is for its handler. */
void pl011_listen(void);
void pl011_silence(void);

#endif
