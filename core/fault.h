/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First-fault record: what is known when EL2 itself fails, in memory that a warm reset leaves alone.
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include "arch/arm64/frame.h"
#include "include/bulkhead/trace.h"

#define FAULT_MAGIC 0x42484c4b4641554cULL /* "BHLKFAUL" */
#define FAULT_TRACE 4U

/* One for each core, each written by that core alone; the earliest time is the first fault. */
struct fault_record {
    uint64_t magic;
    uint64_t time; /* CNTVCT ticks */
    uint64_t core;
    uint64_t partition; /* index of the one on the core, or ~0 */
    uint64_t vector;    /* enum fault_vector */
    uint64_t esr;
    uint64_t far;
    uint64_t elr;
    uint64_t spsr;
    uint64_t sp;
    uint64_t x[31];
    uint64_t traced; /* entries of `trace` that are valid */
    struct bulkhead_trace trace[FAULT_TRACE];
};

/* From the vectors: records, prints, enters the configured safe state. Does not return. */
void fault_enter(const struct fault_frame *frame) __attribute__((noreturn));

/* Boot core: says what an earlier run left behind, then clears it. */
void fault_report_previous(void);

#endif
