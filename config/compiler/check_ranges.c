/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The windows of a bus (Devicetree Specification 0.4, section 2.3.8): an address leads to one place, and a place has one
 * address.
 * @implements REQ-CONFIG-054
 */
#include "check_board.h"

#include "arena.h"
#include "values.h"

#include <libfdt.h>

/* One entry of ranges. */
struct window {
    struct region child;
    struct region parent;
};

struct bus {
    const struct tree *tree;
    int node;
    uint32_t child; /* cells of an address on the bus, of one above it, and of a size */
    uint32_t parent;
    uint32_t length;
};

static uint64_t check_number(const fdt32_t *cells, uint32_t count)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < count; i++) {
        value = value << 32 | fdt32_ld(&cells[i]);
    }
    return value;
}

/* Ends beyond what as many cells can name. */
static bool check_wraps(struct region region, uint32_t cells)
{
    uint64_t most = cells == 1U ? UINT32_MAX : UINT64_MAX;
    return region.size - 1U > most - region.base;
}

/* False after a diagnostic. */
static bool check_window(const struct bus *bus, const struct window *window)
{
    const char *title = tree_title(bus->tree, bus->node);
    if (window->child.size == 0) {
        tree_error(bus->tree, bus->node, "ranges", "%s: the window at 0x%llx in 'ranges' has size 0", title,
                   HEX(window->child.base));
        return false;
    }
    if (check_wraps(window->child, bus->child) || check_wraps(window->parent, bus->parent)) {
        tree_error(bus->tree, bus->node, "ranges",
                   "%s: the window at 0x%llx in 'ranges' (size 0x%llx, to 0x%llx) goes beyond the last address", title,
                   HEX(window->child.base), HEX(window->child.size), HEX(window->parent.base));
        return false;
    }
    return true;
}

/* Inclusive ends: a window may end with the last address there is. */
static bool check_meet(struct region a, struct region b)
{
    return a.base <= b.base + (b.size - 1U) && b.base <= a.base + (a.size - 1U);
}

static void check_windows(const struct bus *bus, const struct window *one, const struct window *other)
{
    if (check_meet(one->child, other->child) || check_meet(one->parent, other->parent)) {
        tree_error(bus->tree, bus->node, "ranges",
                   "%s: the windows at 0x%llx (size 0x%llx, to 0x%llx) and at 0x%llx (size 0x%llx, to 0x%llx) overlap",
                   tree_title(bus->tree, bus->node), HEX(one->child.base), HEX(one->child.size), HEX(one->parent.base),
                   HEX(other->child.base), HEX(other->child.size), HEX(other->parent.base));
    }
}

static void check_all_windows(const struct bus *bus, const fdt32_t *ranges, uint32_t cells)
{
    uint32_t group = bus->child + bus->parent + bus->length;
    uint32_t count = 0;
    struct window *windows = arena_new(cells / group + 1U, sizeof(*windows));
    for (uint32_t i = 0; i + group <= cells; i += group) {
        uint64_t size = check_number(&ranges[i + bus->child + bus->parent], bus->length);
        struct window *window = &windows[count];
        *window = (struct window){{check_number(&ranges[i], bus->child), size},
                                  {check_number(&ranges[i + bus->child], bus->parent), size}};
        if (!check_window(bus, window)) {
            return;
        }
        for (uint32_t j = 0; j < count; j++) {
            check_windows(bus, &windows[j], window);
        }
        count++;
    }
}

/* PCI has addresses of its own kind, and no device of it is given away. */
void check_ranges(const struct tree *tree, int node)
{
    uint32_t size = 0;
    const fdt32_t *ranges = tree_property(tree, node, "ranges", &size);
    struct bus bus = {tree, node, tree_address_cells(tree, node), tree_address_cells(tree, tree_parent(tree, node)),
                      tree_size_cells(tree, node)};
    bool pci = values_says(tree, node, "device_type", "pci") || bus.child > 2U;
    if (ranges == NULL || size == 0 || pci) {
        return;
    }
    if (bus.child == 0 || bus.parent == 0 || bus.parent > 2U || bus.length == 0 || bus.length > 2U) {
        tree_error(tree, node, "ranges", "%s: a bus with 'ranges' needs #address-cells and #size-cells of 1 or 2",
                   tree_title(tree, node));
        return;
    }
    check_all_windows(&bus, ranges, size / 4U);
}
