/* SPDX-License-Identifier: Apache-2.0 */
/* Which function handles which interrupt. Handlers run with IRQs masked, on the vCPU that took the interrupt. */
#ifndef GUESTS_LIB_INTERRUPT_H
#define GUESTS_LIB_INTERRUPT_H

#include <stdint.h>

typedef void (*interrupt_handler)(uint32_t intid);

/* intid below MACHINE_INTIDS; before the interrupt is enabled. An interrupt without a handler is counted. */
void interrupt_handle(uint32_t intid, interrupt_handler handler);
/* Runs after each taken interrupt is ended, IRQs masked; may unmask them, must mask them again. */
void interrupt_set_exit(void (*exit)(void));
/* Interrupts taken that had no handler. */
uint32_t interrupt_strays(void);

#endif
