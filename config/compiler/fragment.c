/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users add nodes and properties; what the compiler has generated stays as it is, because the tables say the same.
 * @implements REQ-CONFIG-031
 */
#include "fragment.h"

#include "arena.h"
#include "fragment_check.h"

#include <libfdt.h>
#include <string.h>

struct merge {
    const struct model *model;
    const struct partition *partition;
    void *blob;
};

static void fragment_require(const struct merge *merge, int result)
{
    if (result < 0) {
        diag_fatal("cannot add to the device tree of %s: %s", merge->partition->name, fdt_strerror(result));
    }
}

/* Memory and cores are given elsewhere, and mapped. */
static bool fragment_is_allowed(const struct merge *merge, int from, const char *name, const void *value, int size)
{
    const struct tree *tree = &merge->model->tree;
    bool memory = size == 7 && memcmp(value, "memory", 7) == 0;
    bool cpu = size == 4 && memcmp(value, "cpu", 4) == 0;
    if (strcmp(name, "device_type") == 0 && (memory || cpu)) {
        tree_error(tree, from, name, "%s: a guest's %s cannot be added in 'device-tree'; %s", merge->partition->name,
                   memory ? "memory" : "cores", memory ? "add a region to 'memory'" : "add a vcpu node");
        return false;
    }
    return true;
}

static void fragment_add_property(const struct merge *merge, int from, int to, int property)
{
    const struct tree *tree = &merge->model->tree;
    const char *name = NULL;
    int size = 0;
    int old_size = 0;
    const void *value = fdt_getprop_by_offset(tree->blob, property, &name, &size);
    const void *old = value == NULL ? NULL : fdt_getprop(merge->blob, to, name, &old_size);
    if (value == NULL || !fragment_is_allowed(merge, from, name, value, size)) {
        return;
    }
    if (old == NULL) {
        fragment_require(merge, fdt_setprop(merge->blob, to, name, value, size));
    } else if ((old_size != size || memcmp(old, value, (size_t)size) != 0) && strcmp(name, "phandle") != 0) {
        tree_error(tree, from, name, "%s: '%s' of %s in the guest's device tree is generated and cannot be changed",
                   merge->partition->name, name, to == 0 ? "the root" : fdt_get_name(merge->blob, to, NULL));
    }
}

/* Nodes move when properties are added, so each is looked up again by its parent and name. */
static void fragment_add_node(const struct merge *merge, int from, int to)
{
    const struct tree *tree = &merge->model->tree;
    int property = 0;
    fdt_for_each_property_offset(property, tree->blob, from)
    {
        fragment_add_property(merge, from, to, property);
    }
    for (int child = tree_first(tree, from); child >= 0; child = tree_next(tree, child)) {
        const char *name = tree_node_name(tree, child);
        int node = fdt_subnode_offset(merge->blob, to, name);
        if (node < 0) {
            node = fdt_add_subnode(merge->blob, to, name);
        }
        fragment_require(merge, node);
        fragment_add_node(merge, child, node);
    }
}

void fragment_merge(const struct model *model, const struct partition *partition, void *blob)
{
    struct merge merge = {model, partition, blob};
    size_t size = fdt_totalsize(blob);
    if (partition->fragment_node >= 0) {
        const void *before = memcpy(arena_new(1, size), blob, size);
        fragment_add_node(&merge, partition->fragment_node, 0);
        fragment_check(model, partition, before, blob);
    }
}
