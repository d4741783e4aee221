/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Life of a partition: stopped, loading, running, stopping.
 *
 * STOPPED -> LOADING -> RUNNING -> STOPPING -> STOPPED, or -> LOADING again for a restart; LOADING -> STOPPED if the load
 * fails. A request only marks the partition and posts to its cores; each core takes its own vCPU off, the last one to do
 * so completes the stop. So no core waits for another. Functions marked [lock] need the partition's lock.
 */
#ifndef PARTITIONS_PARTITION_H
#define PARTITIONS_PARTITION_H

#include "partitions/state.h"

/* At boot, on the boot core, before any other core runs: every partition is about to be loaded. */
void partition_init_all(void);

/* Asks for the end of a running partition, from one of its own cores. Returns false if it is not running. */
bool partition_request_stop(struct partition_state *partition, bool restart);

/* A vCPU has left its core; completes a stop when it was the last. [lock] */
void partition_settle(struct partition_state *partition);

/* The memory is loaded: power-on state, vCPU 0 about to start. On the boot vCPU's core. */
void partition_run(struct partition_state *partition);

/* The load has failed: the partition stays off. On the boot vCPU's core, while it loads. */
void partition_give_up(struct partition_state *partition);

/* Asks every core that has a vCPU of this partition to look at it, this core included. */
void partition_post_all(const struct partition_state *partition);

#endif
