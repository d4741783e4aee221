/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions of a guest. Interrupts go to interrupt.h, expected faults to attempt.h; anything else ends in a
 * report on the console and BULKHEAD_CRASH. Also read by vectors.S.
 */
#ifndef GUESTS_LIB_EXCEPTION_H
#define GUESTS_LIB_EXCEPTION_H

#define EXCEPTION_FRAME_SIZE 272
#define EXCEPTION_STACK_OVERFLOW 16 /* a kind beyond the sixteen vectors */

/* ESR_EL1 fields. */
#define EXCEPTION_CLASS(esr) (((esr) >> 26) & 0x3fU)
#define EXCEPTION_CLASS_UNKNOWN 0x00U
#define EXCEPTION_CLASS_TRAPPED_REGISTER 0x18U
#define EXCEPTION_CLASS_SVE 0x19U
#define EXCEPTION_CLASS_DATA_ABORT 0x25U /* from the same exception level */
#define EXCEPTION_FAULT_STATUS(esr) ((esr)&0x3fU)
#define EXCEPTION_FAULT_EXTERNAL 0x10U
#define EXCEPTION_FAULT_PERMISSION 0x0cU /* without the level, bits 1:0 */

#ifndef __ASSEMBLER__
#include <stdint.h>

/* What vectors.S saves on the stack; offsets are known there. */
struct exception_frame {
    uint64_t x[31];
    uint64_t elr;
    uint64_t spsr;
    uint64_t reserved;
};
_Static_assert(sizeof(struct exception_frame) == EXCEPTION_FRAME_SIZE, "vectors.S knows this size");

/* Called by vectors.S with IRQs masked. */
void exception_sync(struct exception_frame *frame);
void exception_irq(void);
/* kind: index of the vector, or EXCEPTION_STACK_OVERFLOW. Does not return. */
_Noreturn void exception_unexpected(const struct exception_frame *frame, uint32_t kind);
#endif

#endif
