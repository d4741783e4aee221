/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of this language where nobody would look for them: they would be ignored, and nothing is.
 * @implements REQ-CONFIG-011
 */
#include "check.h"

#include "arena.h"
#include "schema.h"
#include "terms.h"

#include <libfdt.h>
#include <string.h>

#define PREFIX "bulkhead,"

static void check_properties(const struct tree *tree, int node)
{
    static const char *const known[] = {"bulkhead,dma-master", "bulkhead,dma-blocked", "bulkhead,dma-trusted",
                                        INTERARRIVAL,          "bulkhead,idle-us",     NULL};
    int property = 0;
    fdt_for_each_property_offset(property, tree->blob, node)
    {
        const char *name = NULL;
        (void)fdt_getprop_by_offset(tree->blob, property, &name, NULL);
        bool own = name != NULL && strncmp(name, PREFIX, strlen(PREFIX)) == 0;
        for (size_t i = 0; own && known[i] != NULL; i++) {
            own = strcmp(name, known[i]) != 0;
        }
        if (own) {
            const char *guess = schema_guess(name, known);
            tree_error(tree, node, name, "%s: unknown property '%s'%s", tree_title(tree, node), name,
                       guess == NULL ? "" : arena_print("; did you mean '%s'?", guess));
        }
    }
}

static void check_below(const struct tree *tree, int top)
{
    int partitions = tree_by_path(tree, "/partitions");
    for (int node = tree_first(tree, top); node >= 0; node = tree_next(tree, node)) {
        if (node == partitions) {
            continue;
        }
        bool ours =
            tree_compatible(tree, node, "bulkhead,partition") || tree_compatible(tree, node, "bulkhead,hypervisor");
        if (ours && partitions >= 0) {
            tree_error(tree, node, NULL, "%s: this node must stand directly in /partitions", tree_title(tree, node));
        }
        check_properties(tree, node);
        check_below(tree, node);
    }
}

void check_strays(const struct model *model)
{
    check_below(&model->tree, 0);
}
