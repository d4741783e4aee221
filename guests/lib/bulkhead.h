/* SPDX-License-Identifier: Apache-2.0 */
/* Bulkhead's own hypercalls, and how a guest ends. The ABI is include/bulkhead/hypercall.h. */
#ifndef GUESTS_LIB_BULKHEAD_H
#define GUESTS_LIB_BULKHEAD_H

#include <stdbool.h>
#include <stdint.h>

/* Codes this library hands to BULKHEAD_CRASH; an application's own start at BULKHEAD_CRASH_APPLICATION. */
#define BULKHEAD_CRASH_EXCEPTION 0x1U
#define BULKHEAD_CRASH_RETURNED 0x2U
#define BULKHEAD_CRASH_APPLICATION 0x100U

struct bulkhead_info {
    uint64_t partition; /* index in the device tree's order */
    uint64_t restarts;
};

/* False, and zeroes, where no Bulkhead answers. */
bool bulkhead_info(struct bulkhead_info *info);

/*
 * Writes out what the console still holds (for half a second at most) and declares this guest broken. Where nobody
 * takes the call, switches the machine off.
 */
_Noreturn void bulkhead_crash(uint64_t code);

/* For start.S: a secondary vCPU's function has returned. */
_Noreturn void guest_ended(void);

#endif
