/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thin, typed layer over libfdt and positions.c; all knowledge of libfdt's error codes ends here.
 * @implements REQ-FUZZ-001
 * @implements REQ-CONFIG-040
 */
#include "tree.h"

#include "arena.h"
#include "nodes.h"
#include "positions.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#define TREE_VERSION 17U /* what dtc writes (Devicetree Specification 0.4, section 5.2) */
#define REPEATED "does an #include or a macro repeat itself?"
#define TREE_PARTITIONS "/partitions/"

/* The version first: libfdt 1.6.1 follows a null pointer when it looks through trees of some older ones. */
static bool tree_is_whole(const void *blob, size_t size)
{
    return size >= sizeof(struct fdt_header) && fdt_check_header(blob) == 0 && fdt_version(blob) >= TREE_VERSION &&
           fdt_check_full(blob, size) == 0;
}

/* What has been reported: nothing more is to be said of it. */
struct mute {
    struct mute *next;
    int node;
    const char *property; /* NULL: the node as a whole */
};

struct tree tree_load(const char *dtb, const char *positions, const char *file)
{
    size_t size = 0;
    struct tree tree = {.file = file};
    tree.blob = arena_read_file(dtb, &size);
    if (tree.blob == NULL) {
        diag_fatal("cannot read %s: %s", dtb, strerror(errno));
    }
    if (!tree_is_whole(tree.blob, size)) {
        diag_fatal("%s is not a device tree blob", dtb);
    }
    tree.nodes = arena_new(1, sizeof(*tree.nodes));
    *tree.nodes = nodes_read(tree.blob);
    tree.mutes = arena_new(1, sizeof(struct mute *));
    tree.buses = arena_new(1, sizeof(struct pci_bus *));
    tree.positions = positions_load(positions);
    if (tree.positions == NULL) {
        diag_fatal("cannot read %s: %s", positions, strerror(errno));
    }
    return tree;
}

void tree_load_shifted(struct tree *tree, const char *file)
{
    size_t size = 0;
    const void *blob = arena_read_file(file, &size);
    if (blob != NULL && !tree_is_whole(blob, size)) {
        diag_fatal("%s is not a device tree blob", file);
    }
    tree->shifted = blob;
}

/* The cell in one of the two trees; false if it has none there. */
static bool tree_cell(const void *blob, int node, const char *property, uint32_t offset, uint32_t *cell)
{
    int length = 0;
    const uint8_t *data = blob == NULL ? NULL : fdt_getprop(blob, node, property, &length);
    if (data == NULL || length < 4 || offset > (uint32_t)length - 4U) {
        return false;
    }
    *cell = (uint32_t)data[offset] << 24 | (uint32_t)data[offset + 1U] << 16 | (uint32_t)data[offset + 2U] << 8 |
            data[offset + 3U];
    return true;
}

bool tree_is_reference(const struct tree *tree, int node, const char *property, uint32_t offset)
{
    uint32_t here = 0;
    uint32_t there = 0;
    return tree_cell(tree->blob, node, property, offset, &here) &&
           tree_cell(tree->shifted, node, property, offset, &there) && here != there;
}

bool tree_may_refer(const struct tree *tree, int node, const char *property, uint32_t offset)
{
    uint32_t here = 0;
    uint32_t there = 0;
    if (!tree_cell(tree->blob, node, property, offset, &here) ||
        !tree_cell(tree->shifted, node, property, offset, &there) || here != there) {
        return true;
    }
    int target = tree_by_phandle(tree, here);
    return target < 0 || fdt_get_phandle(tree->shifted, target) == here;
}

/* The first node that is too much, with what it breaks; NULL: the tree keeps the limits. */
static const struct node *tree_excess(const struct tree *tree, const char **what)
{
    for (uint32_t i = 0; i < tree->nodes->count; i++) {
        const struct node *node = &tree->nodes->list[i];
        int length = 0;
        (void)fdt_get_name(tree->blob, node->offset, &length);
        *what = i >= MAX_NODES ? arena_print("the tree has more than %u nodes; " REPEATED, MAX_NODES)
                : node->depth > MAX_DEPTH
                    ? arena_print("nodes stand more than %u deep in one another; " REPEATED, MAX_DEPTH)
                : length > (int)MAX_NODE_NAME
                    ? arena_print("a node's name is longer than %u characters; shorten it", MAX_NODE_NAME)
                    : NULL;
        if (*what != NULL) {
            return node;
        }
    }
    return NULL;
}

bool tree_check_limits(const struct tree *tree)
{
    const char *what = NULL;
    const struct node *node = tree_excess(tree, &what);
    if (node == NULL) {
        return true;
    }
    tree_error(tree, node->offset, NULL, "%s", what);
    return false;
}

const void *tree_property(const struct tree *tree, int node, const char *name, uint32_t *size)
{
    int length = 0;
    const void *data = fdt_getprop(tree->blob, node, name, &length);
    *size = data == NULL ? 0U : (uint32_t)length;
    return data;
}

bool tree_has(const struct tree *tree, int node, const char *name)
{
    return fdt_getprop(tree->blob, node, name, NULL) != NULL;
}

bool tree_compatible(const struct tree *tree, int node, const char *compatible)
{
    return fdt_node_check_compatible(tree->blob, node, compatible) == 0;
}

bool tree_enabled(const struct tree *tree, int node)
{
    uint32_t size = 0;
    const char *status = tree_property(tree, node, "status", &size);
    return status == NULL || (size == 5U && memcmp(status, "okay", 5) == 0) ||
           (size == 3U && memcmp(status, "ok", 3) == 0);
}

int tree_by_path(const struct tree *tree, const char *path)
{
    return fdt_path_offset(tree->blob, path);
}

int tree_by_phandle(const struct tree *tree, uint32_t phandle)
{
    return fdt_node_offset_by_phandle(tree->blob, phandle);
}

/* Of an index in tree->nodes. */
static int tree_offset(const struct tree *tree, int index)
{
    return index < 0 ? -1 : tree->nodes->list[index].offset;
}

int tree_parent(const struct tree *tree, int node)
{
    const struct node *found = nodes_find(tree->nodes, node);
    return found == NULL ? -1 : tree_offset(tree, found->parent);
}

int tree_first(const struct tree *tree, int node)
{
    const struct node *found = nodes_find(tree->nodes, node);
    return found == NULL ? -1 : tree_offset(tree, found->first);
}

int tree_next(const struct tree *tree, int node)
{
    const struct node *found = nodes_find(tree->nodes, node);
    return found == NULL ? -1 : tree_offset(tree, found->next);
}

uint32_t tree_address_cells(const struct tree *tree, int node)
{
    int cells = fdt_address_cells(tree->blob, node);
    return cells < 0 ? 0U : (uint32_t)cells;
}

uint32_t tree_size_cells(const struct tree *tree, int node)
{
    int cells = fdt_size_cells(tree->blob, node);
    return cells < 0 ? 0U : (uint32_t)cells;
}

const char *tree_node_name(const struct tree *tree, int node)
{
    const char *name = fdt_get_name(tree->blob, node, NULL);
    return name == NULL ? "?" : name;
}

const char *tree_path(const struct tree *tree, int node)
{
    const char *path = "";
    for (int at = node; at > 0; at = tree_parent(tree, at)) {
        path = arena_print("/%s%s", tree_node_name(tree, at), path);
    }
    return path[0] == '\0' ? "/" : path;
}

/* The first label whose path is this one, or NULL. */
static const char *tree_label(const struct tree *tree, const char *path)
{
    int symbols = tree_by_path(tree, "/__symbols__");
    int property = 0;
    if (symbols < 0) {
        return NULL;
    }
    fdt_for_each_property_offset(property, tree->blob, symbols)
    {
        const char *label = NULL;
        int length = 0;
        const char *target = fdt_getprop_by_offset(tree->blob, property, &label, &length);
        if (target != NULL && (size_t)length == strlen(path) + 1U && strcmp(target, path) == 0) {
            return label;
        }
    }
    return NULL;
}

const char *tree_title(const struct tree *tree, int node)
{
    const char *path = tree_path(tree, node);
    if (strncmp(path, TREE_PARTITIONS, strlen(TREE_PARTITIONS)) == 0) {
        return path + strlen(TREE_PARTITIONS);
    }
    const char *label = tree_label(tree, path);
    return label == NULL ? path : label;
}

struct position tree_at(const struct tree *tree, int node, const char *property)
{
    struct position at = positions_find(tree->positions, tree_path(tree, node), property);
    return at.file == NULL ? (struct position){tree->file, 0, 0} : at;
}

void tree_mute(const struct tree *tree, int node, const char *property)
{
    struct mute *mute = arena_new(1, sizeof(*mute));
    *mute = (struct mute){*tree->mutes, node, property};
    *tree->mutes = mute;
}

bool tree_is_muted(const struct tree *tree, int node, const char *property)
{
    for (const struct mute *mute = *tree->mutes; mute != NULL; mute = mute->next) {
        bool same =
            property == NULL ? mute->property == NULL : mute->property != NULL && strcmp(mute->property, property) == 0;
        if (mute->node == node && same) {
            return true;
        }
    }
    return false;
}

void tree_error(const struct tree *tree, int node, const char *property, const char *format, ...)
{
    va_list arguments;
    if (property != NULL && tree_is_muted(tree, node, property)) {
        diag_skip();
        return;
    }
    va_start(arguments, format);
    diag_error_list(tree_at(tree, node, property), format, arguments);
    va_end(arguments);
}
