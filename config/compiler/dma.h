/* SPDX-License-Identifier: Apache-2.0 */
/* Which nodes of a board are DMA masters: devices that read and write memory by themselves. */
#ifndef CONFIG_COMPILER_DMA_H
#define CONFIG_COMPILER_DMA_H

#include "tree.h"

/* What in the node says that it is a master, for messages; NULL: it is none, as far as the board file says. */
const char *dma_evidence(const struct tree *tree, int node);

#endif
