/* SPDX-License-Identifier: Apache-2.0 */
/*
 * (Re)loading a partition's memory from its pristine image, on the core of its boot vCPU, a page at a time.
 *
 * The caller (partitions/run.c) calls loader_step() while nothing else is due; each step is one page, so it stays
 * within the bound of an EL2 section (docs/limits.md).
 */
#ifndef PARTITIONS_LOADER_H
#define PARTITIONS_LOADER_H

#include "partitions/state.h"

/* Maps the partition's memory at EL2 on this core, and unmaps it again. No guest runs in between. */
void loader_open(const struct partition_state *partition);
void loader_close(void);

/* Makes the next page what the image says, visible to a guest with caches off. Returns false after the last. */
bool loader_step(struct partition_state *partition);

#endif
