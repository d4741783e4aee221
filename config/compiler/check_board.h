/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that check_board() applies to one node after the other. */
#ifndef CONFIG_COMPILER_CHECK_BOARD_H
#define CONFIG_COMPILER_CHECK_BOARD_H

#include "model.h"

/* The unit address in a node's name against its reg. */
void check_unit(const struct tree *tree, int node);

/* The windows of a bus. */
void check_ranges(const struct tree *tree, int node);

/* Registers of a device that nobody has asked for. */
void check_registers(const struct model *model, int node);

/* /aliases and /chosen. */
void check_paths(const struct tree *tree);

#endif
