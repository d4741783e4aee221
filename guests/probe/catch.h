/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a piece of code at any level and in any state, and catches how it ended: every exception is the end (catch.S). With
 * interrupts masked, on one vCPU at a time. Also read by assembly.
 */
#ifndef GUESTS_PROBE_CATCH_H
#define GUESTS_PROBE_CATCH_H

#define CATCH_REGISTERS 4 /* x0-x3 go in and come out */

/* SPSR_EL1 to start with: where the code runs, everything masked. */
#define CATCH_EL0 0x3c0
#define CATCH_EL1T 0x3c4
#define CATCH_EL1H 0x3c5
#define CATCH_A32 0x1d0
#define CATCH_T32 0x1f0
#define CATCH_BIG_ENDIAN (1 << 9)  /* A32, T32 */
#define CATCH_Z (1 << 30)
#define CATCH_STEP (1 << 21)

#ifndef __ASSEMBLER__
#include <stdint.h>

struct catch_start {
    uint64_t pc;
    uint64_t spsr;
    uint64_t x[CATCH_REGISTERS];
};

struct caught {
    uint64_t x[CATCH_REGISTERS];
    uint64_t esr;
    uint64_t far;
    uint64_t elr;
    uint64_t spsr;
    uint64_t vector;  /* offset in the table */
    uint64_t handler; /* PSTATE in the handler: DAIF, CurrentEL and SPSel, as they read */
};

void catch_run(const struct catch_start *start, struct caught *caught);
#endif

#endif
