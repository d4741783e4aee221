/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The EL1 physical timer as a guest has it (CNTP_*, INTID 30).
 *
 * It is the core's own CNTP, which EL1 cannot reach (CNTHCTL_EL2.EL1PCEN = 0) and EL2 has no use for: CNTHP stays EL2's.
 * A compare value and its enable are in the core while the vCPU is, and saved and restored with it, as the virtual
 * timer's. Between the two stands IMASK: when the timer's condition holds, its virtual line is high (vgic_line()) and the
 * core's IMASK set, so that the physical interrupt (PPI 30) comes once and is ended at once. The line falls when the guest
 * changes the timer so that the condition no longer holds. All functions are [current].
 */
#ifndef PARTITIONS_TIMER_H
#define PARTITIONS_TIMER_H

#include "partitions/state.h"

/* CNTP_CTL_EL0 as the guest is to read and to write it. */
uint64_t timer_control(const struct vcpu_state *vcpu);
void timer_set_control(struct vcpu_state *vcpu, uint64_t control);

/* The compare value was written: the line follows. */
void timer_changed(struct vcpu_state *vcpu);

#endif
