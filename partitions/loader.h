/* SPDX-License-Identifier: Apache-2.0 */
/*
 * (Re)loading a partition's memory from its pristine image, on the core of its boot vCPU, while no vCPU is on that core.
 * A step is a page of the image or a few empty ones, so it stays within the bound of an EL2 section (docs/bench.md).
 */
#ifndef PARTITIONS_LOADER_H
#define PARTITIONS_LOADER_H

#include "partitions/state.h"

/* Maps the partition's memory at EL2 on this core, and unmaps it again. No guest runs in between. */
void loader_open(const struct partition_state *partition);
void loader_close(void);

/* Makes the next pages what the image says, visible to a guest with caches off. Returns false after the last. */
bool loader_step(struct partition_state *partition);

/*
 * Steps until all is loaded, or until an interrupt wants the core: then the next call goes on where this one stopped. At
 * least one step, so that interrupts without end only slow it down. Returns false after the last.
 */
bool loader_run(struct partition_state *partition);

#endif
