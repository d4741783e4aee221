/* SPDX-License-Identifier: Apache-2.0 */
/* Trapped system registers: a policy for each that is listed, UNDEFINED for the rest. */
#ifndef PARTITIONS_SYSREG_H
#define PARTITIONS_SYSREG_H

#include "partitions/state.h"

/* Answers and steps over the instruction, or injects an undefined instruction and leaves an event. */
void sysreg_answer(struct vcpu_state *vcpu, struct frame *frame, uint64_t syndrome);

#endif
