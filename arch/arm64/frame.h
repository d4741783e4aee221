/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vectors leave on the EL2 stack.
 *
 * An exit starts with an empty EL2 stack, so the guest's general registers always stand at the same place, at its
 * top; they move into the vCPU's context only when it leaves the core. Most exits store the first 16 slots alone:
 * what C at EL2 may change. It preserves x19-x29, and never names x15-x18 (EL2_FLAGS; make check-el2 looks).
 */
#ifndef ARCH_ARM64_FRAME_H
#define ARCH_ARM64_FRAME_H

#include <stdint.h>

#include "arch/arm64/offsets.h"

#define FRAME_LINK 30U /* x30 comes after the short frame's registers, then x15 to x29 */
#define FRAME_ZERO 31U /* the zero register's: what is read from it is 0 and what is put there is lost */

struct frame {
    uint64_t slot[32];
};

/* Where register n of an access stands: 0-30, or 31, the zero register. */
static inline uint32_t frame_slot(uint32_t n)
{
    if (n < FRAME_SHORT || n == FRAME_ZERO) {
        return n;
    }
    return n == FRAME_LINK ? FRAME_SHORT : n + 1U;
}

/* The registers of an EL2 fault. Only x0 is lost to nobody: it travels through SP_EL0, which the fault ends anyway. */
struct fault_frame {
    uint64_t x[31];
    uint64_t sp;
    uint64_t vector; /* enum fault_vector */
    uint64_t reserved[3];
};

/* Offset of the vector taken, in the table of D1.10.2 (Arm DDI 0487). */
enum fault_vector {
    FAULT_SP0_SYNC = 0x000,
    FAULT_SP0_IRQ = 0x080,
    FAULT_SP0_FIQ = 0x100,
    FAULT_SP0_SERROR = 0x180,
    FAULT_SYNC = 0x200,
    FAULT_IRQ = 0x280,
    FAULT_FIQ = 0x300,
    FAULT_SERROR = 0x380,
    FAULT_GUEST_FIQ = 0x500,
    FAULT_AARCH32_SYNC = 0x600,
    FAULT_AARCH32_IRQ = 0x680,
    FAULT_AARCH32_FIQ = 0x700,
    FAULT_AARCH32_SERROR = 0x780,
};

#endif
