/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vectors leave on the EL2 stack.
 *
 * An exit starts with an empty EL2 stack, so the guest's general registers always stand at the same place, at its
 * top; they move into the vCPU's context only when it leaves the core. x19-x29 are stored only for exits that may need
 * them (aborts, system register traps, a switch): the compiler preserves them otherwise.
 */
#ifndef ARCH_ARM64_FRAME_H
#define ARCH_ARM64_FRAME_H

#include <stdint.h>

struct frame {
    uint64_t x[31];
    uint64_t reserved; /* keeps the stack 16-byte aligned */
};

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
