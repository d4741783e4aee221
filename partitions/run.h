/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a core does next: the switch between vCPUs, and the loop it waits and works in while none can run.
 */
#ifndef PARTITIONS_RUN_H
#define PARTITIONS_RUN_H

#include "arch/arm64/frame.h"
#include "partitions/state.h"

/*
 * Called by the vectors when an exit asked for a switch and at the core's first entry, on an empty stack. Takes the
 * current vCPU off, waits for one that can run, puts it on; on return `frame` holds its registers.
 */
void run_switch(struct frame *frame);

/* Loads, to the end, the partitions whose boot vCPU is this core's. At boot, before other cores start. */
void run_load_own(void);

/* Answers what others posted to this core, except POST_VCPU (irq.c). */
void run_answer_post(enum post_kind kind);

#endif
