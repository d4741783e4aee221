/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a partition's DMA masters when it stops and starts, and of what they do that they may not.
 *
 * SMMUs, and the configuration of PCI functions, are the board's: the service core alone works on them. When the last vCPU of a
 * partition has left (DETACHING), and when it is about to start (ATTACHING), the core of its boot vCPU asks, and goes on with
 * whatever else it has until the answer comes as a POST_VCPU. The service core works in short steps, at POST_DMA and at its
 * timer; nothing ever waits for it in place.
 *
 *   detach   bus mastering off - streams blocked, translations forgotten, both synchronised - idle_us - is it idle? - reset
 *   attach   addresses of PCI functions - streams let through, synchronised
 *
 * The first attach after boot does the detach before: nobody knows what a boot loader has left running. Every wait has a limit.
 * When it is over, the partition stays off for good: its memory is given to nobody, its streams stay blocked. dma_none.c is
 * for systems without streams and functions.
 */
#ifndef PARTITIONS_DMA_H
#define PARTITIONS_DMA_H

#include "partitions/state.h"

/* Boot core, before any partition is loaded: every stream is blocked, every assigned function quiet. Or the system ends. */
void dma_init(void);
/* Service core, at its start. */
void dma_start_service(void);

/* Asks, if it has DMA masters. Returns the phase that comes now: DETACHING or RELEASING. By its last core. [lock] */
enum partition_phase dma_detach(struct partition_state *partition);
/* Asks, and it is in ATTACHING. False: it has no DMA masters, and nothing has to be waited for. On the boot vCPU's core. */
bool dma_attach(struct partition_state *partition);
/* What follows from the answer. True: it can start. On the boot vCPU's core, in DETACHING or ATTACHING. */
bool dma_answered(struct partition_state *partition);

/* Service core: the next step of whatever there is to do. */
void dma_service(void);
/* True if this interrupt is an SMMU's: the service core, which has taken it, will look. */
bool dma_interrupt(uint32_t intid);

/* Any core, in the fault path: every SMMU blocks everything. */
void dma_stop(void);

#endif
