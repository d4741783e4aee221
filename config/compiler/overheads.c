/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the hypervisor itself costs on a board: the node with compatible "bulkhead,overheads".
 * @implements REQ-RTA-005
 */
#include "task.h"

#include "board.h"
#include "schema.h"
#include "values.h"

#define COMPATIBLE "bulkhead,overheads"

static void overheads_read_time(const struct tree *tree, int node, const char *property, const char *example,
                                uint64_t *ns)
{
    uint32_t value = 0;
    if (!values_require(tree, node, property, example) || !values_u32(tree, node, property, &value)) {
        return;
    }
    if (value == 0) {
        tree_error(tree, node, property,
                   "%s: %s is 0, which no board needs; docs/response-times.md says how to measure it",
                   tree_title(tree, node), property);
    }
    *ns = value;
}

static void overheads_read_node(const struct tree *tree, int node, struct overheads *overheads)
{
    unsigned errors = diag_errors();
    overheads->node = node;
    schema_check(tree, node, SCHEMA_OVERHEADS);
    overheads_read_time(tree, node, "interrupt-ns", "interrupt-ns = <5000>;", &overheads->interrupt);
    overheads_read_time(tree, node, "section-ns", "section-ns = <10000>;", &overheads->section);
    overheads_read_time(tree, node, "switch-ns", "switch-ns = <5000>;", &overheads->switching);
    if (values_require(tree, node, "basis", "basis = \"measured on board 7, 2026-11-02\";")) {
        (void)values_string(tree, node, "basis", &overheads->basis);
    }
    overheads->broken = diag_errors() != errors;
}

void overheads_read(const struct tree *tree, struct overheads *overheads)
{
    overheads->node = -1;
    for (int node = board_next_node(tree, 0); node >= 0; node = board_next_node(tree, node)) {
        if (!tree_compatible(tree, node, COMPATIBLE)) {
            continue;
        }
        if (overheads->node < 0) {
            overheads_read_node(tree, node, overheads);
        } else {
            tree_error(tree, node, NULL, "%s: a second node with compatible \"" COMPATIBLE "\"",
                       tree_title(tree, node));
            diag_note(tree_at(tree, overheads->node, NULL), "the first one is here");
        }
    }
}
