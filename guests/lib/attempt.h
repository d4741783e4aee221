/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses that may fault: try one, learn whether it did and how, go on. For tests.
 *
 * Between attempt_begin() and attempt_end() on a vCPU, a data abort, an undefined instruction or a trapped register at
 * EL1 is noted and the instruction skipped.
 */
#ifndef GUESTS_LIB_ATTEMPT_H
#define GUESTS_LIB_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/lib/exception.h"

struct attempt {
    uint32_t faults; /* instructions that faulted */
    uint64_t esr;    /* of the last one */
    uint64_t far;    /* of the last one */
};

void attempt_begin(void);
struct attempt attempt_end(void);

/* One access of size 1, 2, 4 or 8 bytes; *value of a read that faults is not changed. */
struct attempt attempt_read(uint64_t address, uint32_t size, uint64_t *value);
struct attempt attempt_write(uint64_t address, uint32_t size, uint64_t value);

/* For exception.c: true if the fault belongs to an attempt; the frame then continues after the instruction. */
bool attempt_fault(struct exception_frame *frame, uint64_t esr, uint64_t far);

#endif
