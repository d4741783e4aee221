/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board part of the device tree, in Linux's bindings (Devicetree Specification 0.4). What each part of it must be
 * is in board_*.c.
 * @implements REQ-CONFIG-003
 */
#include "board.h"

#include "board_parts.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

/* Everything below is read with these; without them all numbers would be guesses. */
static bool board_check_root(const struct tree *tree)
{
    uint32_t address = tree_address_cells(tree, 0);
    uint32_t size = tree_size_cells(tree, 0);
    bool good = address >= 1U && address <= 2U && size >= 1U && size <= 2U;
    if (!good) {
        tree_error(tree, 0, address >= 1U && address <= 2U ? "#size-cells" : "#address-cells",
                   "the root's #address-cells and #size-cells must be 1 or 2");
    }
    return good;
}

void board_read(const struct tree *tree, struct board *board)
{
    board->gic.node = -1;
    board->no_ram = -1;
    board_read_cores(tree, board);
    if (board_check_root(tree)) {
        board_read_ram(tree, board);
        board_read_reserved(tree, board);
        board_read_gic(tree, board);
    }
    board_read_timer(tree, board);
    board_read_firmware(tree);
}

struct core *board_core(struct board *board, int node)
{
    for (uint32_t i = 0; i < board->core_count; i++) {
        if (board->cores[i].node == node) {
            return &board->cores[i];
        }
    }
    return NULL;
}

void board_report_no_core(const struct tree *tree, int node, const char *property, int target)
{
    int cpus = tree_by_path(tree, "/cpus");
    bool known = tree_is_muted(tree, target, NULL) || tree_is_muted(tree, target, "reg") ||
                 tree_is_muted(tree, cpus, "#address-cells");
    if (!known) {
        tree_error(tree, node, property, "%s: '%s' of '%s' is not a core of /cpus; for example: %s = <&cpu0>;",
                   tree_title(tree, node), tree_title(tree, target), property, property);
        diag_note(tree_at(tree, target, NULL), "'%s' is here", tree_title(tree, target));
    }
}

int board_next_node(const struct tree *tree, int node)
{
    int next = fdt_next_node(tree->blob, node, NULL);
    return next >= 0 && next == tree_by_path(tree, "/partitions") ? tree_next(tree, next) : next;
}

bool board_is_enabled(const struct tree *tree, int node)
{
    while (node > 0 && tree_enabled(tree, node)) {
        node = tree_parent(tree, node);
    }
    return node <= 0;
}

bool board_is_memory(const struct tree *tree, int node)
{
    const char *name = tree_node_name(tree, node);
    return values_says(tree, node, "device_type", "memory") ||
           (tree_parent(tree, node) == 0 && (strcmp(name, "memory") == 0 || strncmp(name, "memory@", 7) == 0));
}

bool board_is_hardware(const struct tree *tree, int node)
{
    static const char *const names[] = {"partitions", "cpus", "reserved-memory", "chosen", "aliases", "__symbols__"};
    for (size_t i = 0; tree_parent(tree, node) == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(tree_node_name(tree, node), names[i]) == 0) {
            return false;
        }
    }
    return !board_is_memory(tree, node) && !values_says(tree, node, "status", "disabled");
}
