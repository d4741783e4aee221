/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk over the board's nodes, whether a partition uses them or not: a mistake there is one all the same, and who gives
 * the device away next year would not find it.
 * @implements REQ-CONFIG-054
 */
#include "check.h"

#include "arena.h"
#include "board.h"
#include "check_board.h"
#include "schema.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

/* PCI's; memory has two of each. */
#define MAX_ADDRESS_CELLS 3U
#define MAX_SIZE_CELLS 2U

/* Devicetree Specification 0.4, section 2.3.4: a word that is none of these would count as "disabled". */
static void check_status(const struct tree *tree, int node)
{
    static const char *const words[] = {"okay", "disabled", "ok", "reserved", "fail", NULL};
    const char *status = NULL;
    if (!values_string(tree, node, "status", &status) || strncmp(status, "fail-", 5) == 0) {
        return;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(status, words[i]) == 0) {
            return;
        }
    }
    const char *guess = schema_guess(status, words);
    tree_error(tree, node, "status", "%s: status is \"%s\"; it must be \"okay\" or \"disabled\"%s",
               tree_title(tree, node), status, guess == NULL ? "" : arena_print("; did you mean \"%s\"?", guess));
}

static void check_cells(const struct tree *tree, int node, const char *name, uint32_t most)
{
    uint32_t cells = 0;
    if (values_u32(tree, node, name, &cells) && cells > most) {
        tree_error(tree, node, name, "%s: %s is %u; it is at most %u", tree_title(tree, node), name, cells, most);
    }
}

static bool check_is_reserved(const struct tree *tree, int node)
{
    int top = tree_by_path(tree, "/reserved-memory");
    return node > 0 && top > 0 && tree_parent(tree, node) == top;
}

static void check_memory_region(const struct tree *tree, int node)
{
    uint32_t *cells = NULL;
    uint32_t count = values_cells(tree, node, "memory-region", 1, "references to nodes of /reserved-memory", &cells);
    for (uint32_t i = 0; i < count; i++) {
        int target = values_follow(tree, node, "memory-region", cells[i]);
        if (target >= 0 && !check_is_reserved(tree, target)) {
            tree_error(tree, node, "memory-region",
                       "%s: memory-region refers to '%s', which is no node of /reserved-memory", tree_title(tree, node),
                       tree_title(tree, target));
        }
    }
}

static void check_hardware(const struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    check_ranges(tree, node);
    check_registers(model, node);
    check_memory_region(tree, node);
}

static void check_node(const struct model *model, int node, bool hardware)
{
    const struct tree *tree = &model->tree;
    check_status(tree, node);
    check_cells(tree, node, "#address-cells", MAX_ADDRESS_CELLS);
    check_cells(tree, node, "#size-cells", MAX_SIZE_CELLS);
    check_unit(tree, node);
    if (values_says(tree, node, "device_type", "memory") && tree_parent(tree, node) != 0) {
        tree_error(tree, node, "device_type", "%s: RAM is described directly below the root; here nobody looks for it",
                   tree_title(tree, node));
    }
    if (values_says(tree, node, "device_type", "cpu") && tree_parent(tree, node) != tree_by_path(tree, "/cpus")) {
        tree_error(tree, node, "device_type", "%s: a core is described in /cpus; here nobody looks for it",
                   tree_title(tree, node));
    }
    if (hardware && board_is_hardware(tree, node)) {
        check_hardware(model, node);
    }
}

/* What is below a disabled node is not there either. */
static void check_below(const struct model *model, int top, bool hardware)
{
    const struct tree *tree = &model->tree;
    for (int node = tree_first(tree, top); node >= 0; node = tree_next(tree, node)) {
        if (top == 0 && strcmp(tree_node_name(tree, node), "partitions") == 0) {
            continue;
        }
        bool inside = hardware && (board_is_hardware(tree, node) || board_is_memory(tree, node));
        check_node(model, node, hardware);
        if (!values_says(tree, node, "status", "disabled")) {
            check_below(model, node, inside);
        }
    }
}

void check_board(const struct model *model)
{
    if (tree_has(&model->tree, 0, "status")) {
        tree_error(&model->tree, 0, "status", "the root has a status; that of one device stands in its own node");
    }
    check_below(model, 0, true);
    check_paths(&model->tree);
}
