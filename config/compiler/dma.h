/* SPDX-License-Identifier: Apache-2.0 */
/* Which nodes of a board are DMA masters: devices that read and write memory by themselves. */
#ifndef CONFIG_COMPILER_DMA_H
#define CONFIG_COMPILER_DMA_H

#include "model.h"

#define DMA_IDLE "bulkhead,idle-us"

/* What in the node says that it is a master, for messages; NULL: it is none, as far as the board file says. */
const char *dma_evidence(const struct tree *tree, int node);

/* Its DMA has ended so many microseconds after its driver has gone; 0 also if the node does not say. Prints nothing. */
uint32_t dma_idle_us(const struct tree *tree, int node);

/* The most of that among the partition's devices. */
uint32_t dma_idle_most(const struct tree *tree, const struct partition *partition);

#endif
