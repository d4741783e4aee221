/* SPDX-License-Identifier: Apache-2.0 */
/* What the service core does to detach and attach a partition's DMA masters, in short steps. On the service core alone. */
#ifndef PARTITIONS_DMA_STEPS_H
#define PARTITIONS_DMA_STEPS_H

#include "partitions/state.h"

enum dma_progress {
    DMA_MORE,
    DMA_FINISHED,
    DMA_GIVEN_UP, /* an event says why; its streams are blocked as far as that could be done */
};

/* The next step for this partition; the first one, after DMA_FINISHED or DMA_GIVEN_UP. */
enum dma_progress dma_steps_next(const struct partition_config *partition, enum dma_wanted wanted);

/* It has nothing to wait for just now. */
bool dma_steps_ready(uint32_t partition);
/* CNTPCT at which that will be so. */
uint64_t dma_steps_due(uint32_t partition);

#endif
