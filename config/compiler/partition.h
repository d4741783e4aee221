/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one partition's node: memory, vCPUs, console, devices, names of its image files. */
#ifndef CONFIG_COMPILER_PARTITION_H
#define CONFIG_COMPILER_PARTITION_H

#include "model.h"

/* partition->index is set. */
void partition_read(struct model *model, int node, struct partition *partition);

#endif
