/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The architecture's own answers to a guest: synchronous exceptions to EL1, taken when the vCPU resumes.
 * For the vCPU on this core, its registers live. Arm DDI 0487, D1.4 (exception entry) and D17.2.37 (ESR).
 */
#ifndef PARTITIONS_INJECT_H
#define PARTITIONS_INJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/arm64/sysreg.h"

#define SPSR_SS (1ULL << 21)
#define SPSR_BTYPE (3ULL << 10)

/* The instruction at ELR_EL2 was emulated: on to the next one, as if it had been executed. syndrome: ESR_EL2. */
void inject_nothing(uint64_t syndrome);

/* The same for an instruction of AArch64, at `pc`, with the guest's `spsr`: no step or branch target is left over. */
static inline void inject_step(uint64_t pc, uint64_t spsr)
{
    sysreg_write(elr_el2, pc + 4U);
    spsr &= ~SPSR_SS;
    __asm__("" : "+r"(spsr)); /* two immediates are one instruction less than both bits in one constant */
    sysreg_write(spsr_el2, spsr & ~SPSR_BTYPE);
}

/* The instruction at ELR_EL2 is UNDEFINED. */
void inject_undefined(void);

/*
 * The access or fetch at ELR_EL2, which came here with this `syndrome` (ESR_EL2 of a data or instruction abort from a lower
 * level), ended in a synchronous external abort at virtual address `far`. status: its fault status code, walk.h has those
 * of table walks.
 */
#define INJECT_EXTERNAL 0x10U /* not on a table walk */
void inject_external_abort(uint64_t far, uint64_t syndrome, uint32_t status);

#endif
