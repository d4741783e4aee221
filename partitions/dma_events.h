/* SPDX-License-Identifier: Apache-2.0 */
/* What SMMUs have to say: accesses that were blocked, and troubles of their own. On the service core alone. */
#ifndef PARTITIONS_DMA_EVENTS_H
#define PARTITIONS_DMA_EVENTS_H

#include "lib/types.h"

/* The service core takes the SMMUs' interrupts from here on. */
void dma_events_start(void);

/* A few events become records, or are counted. True: there may be more to take now. */
bool dma_events_take(void);

/* CNTPCT at which there is something to do again, interrupts aside; 0: never. */
uint64_t dma_events_due(void);

/* Trouble with a device or an SMMU (enum bulkhead_dma_trouble); partition: index, or TRACE_NOBODY. */
void dma_events_trouble(uint32_t partition, uint32_t trouble, uint64_t more, uint64_t who);

#endif
