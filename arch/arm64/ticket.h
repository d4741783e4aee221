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

/* One word, so that drawing a ticket tells whether it is its turn. Little-endian: `owner` is the low half. */
union ticket_lock {
    uint32_t word;
    struct {
        uint16_t owner; /* the ticket that holds the lock */
        uint16_t next;  /* the ticket the next contender draws */
    } half;
};

static inline void ticket_acquire(union ticket_lock *lock)
{
    uint32_t drawn;
    uint32_t scratch;
    uint32_t failed;

    /* All of it in one piece: who counts what EL2 waits for finds the same loop whatever the compiler does. */
    __asm__ volatile("1: ldaxr %w0, %3\n"
                     "   add   %w1, %w0, #0x10, lsl #12\n"
                     "   stxr  %w2, %w1, %3\n"
                     "   cbnz  %w2, 1b\n"
                     "   eor   %w1, %w0, %w0, ror #16\n"
                     "   cbz   %w1, 3f\n"
                     "2: yield\n"
                     "   ldarh %w1, %3\n"
                     "   cmp   %w1, %w0, lsr #16\n"
                     "   b.ne  2b\n"
                     "3:\n"
                     : "=&r"(drawn), "=&r"(scratch), "=&r"(failed), "+Q"(lock->word)
                     :
                     : "memory", "cc");
}

static inline void ticket_release(union ticket_lock *lock)
{
    __atomic_store_n(&lock->half.owner, (uint16_t)(lock->half.owner + 1U), __ATOMIC_RELEASE);
}

#endif
