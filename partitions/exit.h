/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exit dispatcher: why a guest came to EL2, and who answers. Called by the vectors alone, except
 * exit_take_interrupt(). A result other than zero asks for run_switch().
 */
#ifndef PARTITIONS_EXIT_H
#define PARTITIONS_EXIT_H

#include "arch/arm64/frame.h"

/* HVC or SMC; x0-x18 and x30 are in the frame. */
uint32_t exit_call(struct frame *frame, uint64_t syndrome);
/* Every other synchronous exception; the whole frame. */
uint32_t exit_sync(struct frame *frame, uint64_t syndrome);
/* A physical interrupt; the frame is not looked at. */
uint32_t exit_irq(struct frame *frame);
/* A physical SError, caused by the guest. */
uint32_t exit_serror(struct frame *frame);

/* Takes at most one pending interrupt while no vCPU is on the core. */
void exit_take_interrupt(void);

#endif
