/* SPDX-License-Identifier: Apache-2.0 */
/* Between the parts of partitions/dma*.c. */
#ifndef PARTITIONS_DMA_DEADLINE_H
#define PARTITIONS_DMA_DEADLINE_H

#include "lib/types.h"

/* CNTPCT, so many microseconds from now: at most 10^9. */
uint64_t deadline_after(uint64_t microseconds);

/*
 * Boot core, when the other cores should have come: if the service core has not, partitions with DMA masters do not start, and
 * each is an event.
 */
void dma_look_for_service(void);

#endif
