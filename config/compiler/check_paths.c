/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /aliases and /chosen (Devicetree Specification 0.4, sections 3.3 and 3.6). The hypervisor needs neither; a path that
 * leads nowhere is a node that was renamed, and what is said there to Linux does not reach a guest.
 * @implements REQ-CONFIG-056
 */
#include "check_board.h"

#include "arena.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

static void check_path(const struct tree *tree, int node, const char *name, bool options)
{
    const char *text = NULL;
    uint32_t size = 0;
    if (tree->broken && tree_property(tree, node, name, &size) != NULL && size == 0) {
        return; /* a reference, which dtc leaves empty in a tree with errors */
    }
    if (!values_string(tree, node, name, &text)) {
        return;
    }
    char *path = arena_print("%s", text);
    if (options) {
        path[strcspn(path, ":")] = '\0';
    }
    if (fdt_path_offset(tree->blob, path) < 0) {
        tree_error(tree, node, name, "%s: '%s' is \"%s\", and there is no such node", tree_title(tree, node), name,
                   text);
    }
}

static void check_aliases(const struct tree *tree, int aliases)
{
    int property = 0;
    fdt_for_each_property_offset(property, tree->blob, aliases)
    {
        const char *name = NULL;
        (void)fdt_getprop_by_offset(tree->blob, property, &name, NULL);
        if (name != NULL && strcmp(name, "phandle") != 0) {
            check_path(tree, aliases, name, false);
        }
    }
}

static void check_chosen(const struct tree *tree, int chosen)
{
    static const char *const guests[] = {"bootargs", "linux,initrd-start", "linux,initrd-end"};
    check_path(tree, chosen, "stdout-path", true);
    for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
        if (tree_has(tree, chosen, guests[i])) {
            tree_error(tree, chosen, guests[i],
                       "/chosen: '%s' reaches no guest; a guest's bootargs and initrd stand in the 'linux' node of its "
                       "partition",
                       guests[i]);
        }
    }
}

void check_paths(const struct tree *tree)
{
    int aliases = tree_by_path(tree, "/aliases");
    int chosen = tree_by_path(tree, "/chosen");
    if (aliases >= 0) {
        check_aliases(tree, aliases);
    }
    if (chosen >= 0) {
        check_chosen(tree, chosen);
    }
}
