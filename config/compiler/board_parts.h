/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of board.c, each with its own rules; board_read() calls them in this order. */
#ifndef CONFIG_COMPILER_BOARD_PARTS_H
#define CONFIG_COMPILER_BOARD_PARTS_H

#include "model.h"

void board_read_cores(const struct tree *tree, struct board *board);
void board_read_ram(const struct tree *tree, struct board *board);
/* A note on a bank that is disabled, behind an error that it may explain. */
void board_note_disabled_ram(const struct tree *tree, const struct board *board);
/* After RAM, which it must be in. */
void board_read_reserved(const struct tree *tree, struct board *board);
/* After the cores: there must be a redistributor for each. */
void board_read_gic(const struct tree *tree, struct board *board);
/* After the GIC, which the timer's interrupts go to. */
void board_read_timer(const struct tree *tree, struct board *board);
void board_read_firmware(const struct tree *tree);

#endif
