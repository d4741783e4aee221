/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dtc numbers the nodes that are referred to, so a small number where a reference belongs is some node's phandle, and
 * would pass for a reference to that node. A number that somebody has given a node with 'phandle' is one, as in a tree
 * that was a blob before.
 * @implements REQ-CONFIG-057
 */
#include "check.h"

#include "reference.h"

#include <libfdt.h>
#include <string.h>

enum shape {
    EACH,  /* every cell is a reference */
    FIRST, /* the first one, and arguments follow */
    MAP,   /* the second of each four */
};

/* Properties with references that reference.h does not know. */
static const struct place {
    const char *name;
    enum shape shape;
    bool ours; /* only in a node right below /partitions */
    const char *example;
} places[] = {
    {"cpu", EACH, false, "<&cpu1>"},         {"service-core", EACH, true, "<&cpu1>"},
    {"console", EACH, true, "<&uart1>"},     {"access", EACH, true, "<&uart1>"},
    {"interrupt-parent", EACH, false, NULL}, {"memory-region", EACH, false, NULL},
    {"next-level-cache", EACH, false, NULL}, {"operating-points-v2", EACH, false, NULL},
    {"iommus", FIRST, false, NULL},          {"iommu-map", MAP, false, "<0x0 &smmu 0x0 0x10000>"},
    {"msi-parent", FIRST, false, NULL},      {"interrupts-extended", FIRST, false, NULL},
};

static const struct place *check_place(const struct tree *tree, int node, const char *name)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strcmp(places[i].name, name) == 0) {
            bool ours = tree_parent(tree, node) == tree_by_path(tree, "/partitions");
            return places[i].ours && !ours ? NULL : &places[i];
        }
    }
    return NULL;
}

/* True if the cell is in order. */
static bool check_cell(const struct tree *tree, int node, const char *name, uint32_t offset, const char *example)
{
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, node, name, &size);
    if (tree_may_refer(tree, node, name, offset)) {
        return true;
    }
    tree_error(tree, node, name, "%s: '%s' is the number %u; write a reference: %s", tree_title(tree, node), name,
               fdt32_ld(&cells[offset / 4U]), example == NULL ? "<&label>" : example);
    tree_mute(tree, node, name);
    return false;
}

static void check_list(const struct tree *tree, int node, const char *name)
{
    struct reference reference = {.next = 0};
    bool broken = false;
    uint32_t offset = 0;
    while (reference_read(tree, node, name, offset, &reference, &broken) &&
           check_cell(tree, node, name, offset, NULL)) {
        offset = reference.next;
    }
}

static void check_property(const struct tree *tree, int node, const char *name, uint32_t size)
{
    const struct place *place = check_place(tree, node, name);
    if (place == NULL) {
        check_list(tree, node, name);
        return;
    }
    uint32_t end = place->shape == FIRST ? 4U : size;
    uint32_t step = place->shape == MAP ? 16U : 4U;
    for (uint32_t i = place->shape == MAP ? 4U : 0U;
         size % 4U == 0 && i < end && check_cell(tree, node, name, i, place->example);) {
        i += step;
    }
}

void check_references(const struct model *model)
{
    const struct tree *tree = &model->tree;
    int property = 0;
    for (int node = 0; node >= 0; node = fdt_next_node(tree->blob, node, NULL)) {
        fdt_for_each_property_offset(property, tree->blob, node)
        {
            const char *name = NULL;
            int size = 0;
            if (fdt_getprop_by_offset(tree->blob, property, &name, &size) != NULL && name != NULL) {
                check_property(tree, node, name, (uint32_t)size);
            }
        }
    }
}
