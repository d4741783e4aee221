/* SPDX-License-Identifier: Apache-2.0 */
/* HVC and SMC: PSCI, SMCCC and Bulkhead's own calls (include/bulkhead/hypercall.h). */
#ifndef PARTITIONS_CALL_H
#define PARTITIONS_CALL_H

#include "partitions/state.h"

/* Answers in the frame. True if the vCPU must leave the core. [current] */
bool call_answer(struct vcpu_state *vcpu, struct frame *frame, uint64_t syndrome);

#endif
