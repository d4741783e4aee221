/* SPDX-License-Identifier: Apache-2.0 */
/* The partition lock on a machine with one thread: finds double acquisition and release of a free lock. */
#ifndef ARCH_ARM64_TICKET_H
#define ARCH_ARM64_TICKET_H

#include <stdint.h>

struct ticket_lock {
    uint32_t next;
    uint32_t owner;
};

void ticket_acquire(struct ticket_lock *lock);
void ticket_release(struct ticket_lock *lock);

#endif
