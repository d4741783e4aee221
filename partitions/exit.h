/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exits: why a guest came to EL2, and who answers. Called by the vectors alone, except exit_take_interrupt(), with
 * interrupts masked, on the core whose `current` vCPU the exit is of. A result other than zero asks for run_switch().
 *
 * `slot` is where the register stands that the access names; the zero register's slot reads as 0 (arch/arm64/frame.h).
 */
#ifndef PARTITIONS_EXIT_H
#define PARTITIONS_EXIT_H

#include "arch/arm64/frame.h"

/* HVC #0 or SMC #0 (`smc` is not 0): PSCI, SMCCC and Bulkhead's own calls, answered in the short frame. (call.c) */
uint32_t exit_call(uint32_t smc, struct frame *frame);

/*
 * A data abort: the access is a virtual device's, or it is nobody's and the guest gets an external abort. (abort.c)
 */
void exit_data_abort(uint64_t *slot, uint64_t syndrome);

/* A trapped system register: a policy for each that is listed, UNDEFINED for the rest. (sysreg.c) */
void exit_sysreg(uint64_t *slot, uint64_t syndrome);

/* Every other synchronous exception, calls with another immediate, and the two above for a register that is not in the short frame. (exit.c) */
uint32_t exit_sync(struct frame *frame, uint64_t syndrome);

/* A physical interrupt: one is acknowledged and given to whom it belongs. (irq.c) */
uint32_t exit_irq(void);

/* A physical SError, caused by the guest. (exit.c) */
uint32_t exit_serror(struct frame *frame);

/* Takes at most one pending interrupt while no vCPU is on the core. (irq.c) */
void exit_take_interrupt(void);

#endif
