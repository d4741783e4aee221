/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A first-come-first-served lock for the state of one partition.
 *
 * Contenders are the cores that partition's vCPUs run on, and no others: at most MAX_VCPUS_PER_PARTITION, so
 * the queue is bounded by that times the longest section under the lock. Never held across an ERET. The
 * exclusive monitor's progress (LDAXR/STXR; the target cores have no LSE) is an assumption of use; it is
 * shared only between the cores of one partition.
 */
#ifndef ARCH_ARM64_TICKET_H
#define ARCH_ARM64_TICKET_H

#include <stdint.h>

struct ticket_lock {
    uint32_t next;  /* the ticket the next contender draws */
    uint32_t owner; /* the ticket that holds the lock */
};

static inline void ticket_acquire(struct ticket_lock *lock)
{
    uint32_t ticket;
    uint32_t bumped;
    uint32_t failed;

    __asm__ volatile("1: ldaxr %w0, %3\n"
                     "   add   %w1, %w0, #1\n"
                     "   stxr  %w2, %w1, %3\n"
                     "   cbnz  %w2, 1b\n"
                     : "=&r"(ticket), "=&r"(bumped), "=&r"(failed), "+Q"(lock->next)
                     :
                     : "memory");
    while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket) {
        __asm__ volatile("yield");
    }
}

static inline void ticket_release(struct ticket_lock *lock)
{
    __atomic_store_n(&lock->owner, lock->owner + 1U, __ATOMIC_RELEASE);
}

#endif
