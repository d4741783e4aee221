/* SPDX-License-Identifier: Apache-2.0 */
/* A few instructions at EL0, AArch64 or AArch32, and how they ended. No data of the probe is reachable from there. */
#ifndef GUESTS_PROBE_EL0_H
#define GUESTS_PROBE_EL0_H

#include <stdbool.h>
#include <stdint.h>

struct el0_end {
    uint64_t esr;   /* of the exception that ended it */
    uint64_t elr;   /* where that was */
    uint64_t value; /* x0 or r0 then */
};

#define EL0_CLASS(end) ((uint32_t)((end).esr >> 26) & 0x3fU)
#define EL0_CLASS_SVC 0x15U
#define EL0_CLASS_SVC_AARCH32 0x11U
#define EL0_CLASS_BREAKPOINT 0x30U
#define EL0_CLASS_STEP 0x32U
#define EL0_CLASS_WATCHPOINT 0x34U
#define EL0_CLASS_BRK 0x3cU

#define EL0_STEP (1ULL << 21) /* SPSR_EL1.SS */
#define EL0_AARCH32 0x10ULL

/*
 * Calls `code`, which returns to an SVC, with `argument` in x0. spsr: EL0_STEP, EL0_AARCH32 or 0. Interrupts are masked
 * meanwhile, debug exceptions are not.
 */
struct el0_end el0_call(uint64_t code, uint64_t argument, uint64_t spsr);

/* The CPU runs 32-bit programs (ID_AA64PFR0_EL1.EL0). */
bool el0_has_aarch32(void);

#endif
