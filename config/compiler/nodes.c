/* SPDX-License-Identifier: Apache-2.0 */
/* One pass with fdt_next_node(); then binary search. */
#include "nodes.h"

#include "arena.h"

#include <libfdt.h>
#include <stddef.h>

static uint32_t nodes_count(const void *blob)
{
    uint32_t count = 0;
    int depth = 0;
    for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(blob, node, &depth)) {
        count++;
    }
    return count;
}

/* The chain of nodes above the one that comes next: the last entry at each depth, found by going up from `last`. */
static int nodes_above(const struct nodes *nodes, int last, uint32_t depth)
{
    while (last >= 0 && nodes->list[last].depth > depth) {
        last = nodes->list[last].parent;
    }
    return last;
}

static void nodes_add(struct nodes *nodes, int offset, uint32_t depth)
{
    int index = (int)nodes->count;
    int brother = nodes_above(nodes, index - 1, depth);
    int parent = nodes_above(nodes, brother, depth - 1U);
    nodes->list[nodes->count++] = (struct node){offset, parent, -1, -1, depth};
    if (brother >= 0 && nodes->list[brother].depth == depth) {
        nodes->list[brother].next = index;
    } else if (parent >= 0) {
        nodes->list[parent].first = index;
    }
}

struct nodes nodes_read(const void *blob)
{
    struct nodes nodes = {arena_new(nodes_count(blob), sizeof(*nodes.list)), 0};
    int depth = 0;
    for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(blob, node, &depth)) {
        nodes_add(&nodes, node, (uint32_t)depth + 1U);
    }
    return nodes;
}

const struct node *nodes_find(const struct nodes *nodes, int offset)
{
    uint32_t low = 0;
    uint32_t high = nodes->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2U;
        if (nodes->list[middle].offset < offset) {
            low = middle + 1U;
        } else {
            high = middle;
        }
    }
    return low < nodes->count && nodes->list[low].offset == offset ? &nodes->list[low] : NULL;
}
