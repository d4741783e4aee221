/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two images share. They stand in for real-time systems that others have made and that no test here can fetch:
 * they are neither, and share no code with them; each does, in the same order, what such a system does to its machine.
 */
#ifndef GUESTS_RTOS_RTOS_H
#define GUESTS_RTOS_RTOS_H

#include <stdint.h>

/* start.S */
extern const uint32_t rtos_vectors[];
_Noreturn void rtos_main(void);
/* Called with interrupts masked; may unmask them. */
void rtos_irq(void);

/* A character at a time, waiting for FR.TXFF alone: the UART may not have been set up. At most 200 characters. */
void rtos_say(const char *pattern, ...) __attribute__((format(printf, 1, 2)));
/* For the vectors: says what has happened, and stops. */
_Noreturn void rtos_unexpected(uint64_t vector);

#endif
