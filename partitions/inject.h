/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The architecture's own answers to a guest: synchronous exceptions to EL1, taken when the vCPU resumes.
 * For the vCPU on this core, its registers live. Arm DDI 0487, D1.4 (exception entry) and D17.2.37 (ESR).
 */
#ifndef PARTITIONS_INJECT_H
#define PARTITIONS_INJECT_H

#include <stdbool.h>
#include <stdint.h>

/* The instruction at ELR_EL2 was emulated: on to the next one, as if it had been executed. syndrome: ESR_EL2. */
void inject_nothing(uint64_t syndrome);

/* The instruction at ELR_EL2 is UNDEFINED. */
void inject_undefined(void);

/* The access or fetch at ELR_EL2 ended in a synchronous external abort at virtual address `far`. */
void inject_external_abort(uint64_t far, bool fetch, bool write);

#endif
