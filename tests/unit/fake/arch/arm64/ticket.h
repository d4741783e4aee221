/* SPDX-License-Identifier: Apache-2.0 */
/* The partition lock on a machine with one thread: finds double acquisition and release of a free lock. */
#ifndef ARCH_ARM64_TICKET_H
#define ARCH_ARM64_TICKET_H

#include <stdint.h>

union ticket_lock {
    uint32_t word;
    struct {
        uint16_t owner;
        uint16_t next;
    } half;
};

void ticket_acquire(union ticket_lock *lock);
void ticket_release(union ticket_lock *lock);

#endif
