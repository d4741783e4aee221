/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guest sees, held against what the model allows. Each freedom that docs/vgic.md documents under "Limits"
 * is one function or one condition in compare.c, and named there; nothing else is let through.
 */
#ifndef TESTS_FUZZ_VGIC_COMPARE_H
#define TESTS_FUZZ_VGIC_COMPARE_H

#include "tests/fuzz/vgic/reference.h"

/* Nothing is on its way any more: after a power-on. */
void compare_begin(void);
/*
 * An operation is over. dirty: cores that have something to do (one bit each); drained: those that did all they had to,
 * at some moment since the last call.
 */
void compare_step(uint32_t dirty, uint32_t drained);
/* The vCPU read ICC_IAR. maintenance: a maintenance interrupt waited; running: ICC_RPR_EL1 afterwards. Fails if it may not be so. */
void compare_acknowledged(uint32_t vcpu, uint32_t intid, bool maintenance, uint32_t running);
/* It writes ICC_EOIR for what it acknowledged last. */
void compare_ended(uint32_t vcpu);
/* It writes ICC_DIR. */
void compare_deactivated(uint32_t vcpu, uint32_t intid);
/* What ref_read() was last called for reads as `value`. */
void compare_saw(uint32_t value);

#endif
