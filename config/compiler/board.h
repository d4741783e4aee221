/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the hardware: cores, RAM, interrupt controller, timer. */
#ifndef CONFIG_COMPILER_BOARD_H
#define CONFIG_COMPILER_BOARD_H

#include "model.h"

void board_read(const struct tree *tree, struct board *board);

/* The core with this node, or NULL. */
struct core *board_core(struct board *board, int node);

/* A node, below the root or a bus, that describes hardware which is there: not /cpus, /partitions and the like. */
bool board_is_hardware(const struct tree *tree, int node);

#endif
