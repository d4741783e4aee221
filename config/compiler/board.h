/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the hardware: cores, RAM, interrupt controller, timer. */
#ifndef CONFIG_COMPILER_BOARD_H
#define CONFIG_COMPILER_BOARD_H

#include "model.h"

void board_read(const struct tree *tree, struct board *board);

/* The core with this node, or NULL. */
struct core *board_core(struct board *board, int node);

/* The nodes of the board's part in the order of the tree: all but those below /partitions. From 0; negative: no more. */
int board_next_node(const struct tree *tree, int node);

/* The node's status, and that of every node above it, lets it be used. */
bool board_is_enabled(const struct tree *tree, int node);

/* RAM, by its device_type or what its name says it is meant to be. */
bool board_is_memory(const struct tree *tree, int node);

/*
 * A node, below the root or a bus, that describes hardware which is there: not /cpus, /partitions and the like. Hardware
 * whose status is "reserved" is somebody else's, and there.
 */
bool board_is_hardware(const struct tree *tree, int node);

/* Reports that a property's target is no core, unless that follows from an error that was reported. */
void board_report_no_core(const struct tree *tree, int node, const char *property, int target);

#endif
