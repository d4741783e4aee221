/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Life of a partition: LOADING -> RESETTING -> RUNNING -> STOPPING -> RELEASING -> STOPPED, or -> LOADING again for a
 * restart; LOADING -> STOPPED if the load fails. With DMA masters there are ATTACHING before RUNNING, and DETACHING after
 * STOPPING; if one of these fails, the partition stays off (partitions/dma.h).
 *
 * A request only marks the partition and posts to its cores; each core takes its own vCPU off, and the last one to do so
 * leaves the rest to the core of the boot vCPU. So no core waits for another. What that core does is done in bounded
 * steps, between which it looks for interrupts (partitions/run.c). Functions marked [lock] need the partition's lock.
 */
#ifndef PARTITIONS_PARTITION_H
#define PARTITIONS_PARTITION_H

#include "partitions/state.h"

/* At boot, on the boot core, before any other core runs: every partition is about to be loaded. */
void partition_init_all(void);

/* Asks for the end of a running partition, from one of its own cores. Returns false if it is not running. */
bool partition_request_stop(struct partition_state *partition, bool restart);

/* A vCPU has left its core; when it was the last, the boot vCPU's core is asked to complete a stop. [lock] */
void partition_settle(struct partition_state *partition);

/* The memory is loaded. On the boot vCPU's core. */
void partition_loaded(struct partition_state *partition);

/*
 * One step of RELEASING or RESETTING, or what follows from the service core's answer in DETACHING or ATTACHING; after the last,
 * vCPU 0 is about to start. On the boot vCPU's core.
 */
void partition_step(struct partition_state *partition);

/* The load has failed: the partition stays off. On the boot vCPU's core, while it loads. */
void partition_give_up(struct partition_state *partition);

/* Asks every core that has a vCPU of this partition to look at it, this core included. */
void partition_post_all(const struct partition_state *partition);

#endif
