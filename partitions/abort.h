/* SPDX-License-Identifier: Apache-2.0 */
/* Stage-2 aborts: accesses that stage 2 does not map are a virtual device's or nobody's. */
#ifndef PARTITIONS_ABORT_H
#define PARTITIONS_ABORT_H

#include "partitions/state.h"

/* Emulates the access or gives the guest an external abort and leaves an event. The frame is complete. */
void abort_answer(struct vcpu_state *vcpu, struct frame *frame, uint64_t syndrome);

#endif
