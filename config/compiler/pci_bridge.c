/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PCI host bridge: its configuration space, the windows of memory that it passes on, and where it sends the interrupts of its
 * root bus (interrupt-map, Devicetree Specification 0.4, section 2.4.3).
 * @implements REQ-CONFIG-071
 */
#include "pci.h"

#include "device.h"
#include "values.h"

#include <libfdt.h>

#define ECAM "pci-host-ecam-generic"
#define BUS_SIZE 0x100000ULL
#define GIC_CELLS 3U
#define PCI_CELLS 3U
#define LIMIT_32 0x100000000ULL

static bool pci_check_kind(const struct tree *tree, int node)
{
    if (!tree_compatible(tree, node, ECAM)) {
        tree_error(tree, node, "compatible", "%s: functions can be given away behind a \"" ECAM "\" alone",
                   tree_title(tree, node));
    } else if (tree_address_cells(tree, node) != PCI_CELLS || tree_size_cells(tree, node) != 2U) {
        tree_error(tree, node, "#address-cells", "%s: a PCI bus has #address-cells = <3> and #size-cells = <2>",
                   tree_title(tree, node));
    } else {
        return true;
    }
    return false;
}

static bool pci_read_buses(const struct tree *tree, int node, struct pci_bridge *bridge)
{
    uint32_t size = 0;
    const fdt32_t *range = tree_property(tree, node, "bus-range", &size);
    bridge->first_bus = range == NULL || size != 8U ? 0U : fdt32_ld(range);
    if ((range != NULL && size != 8U) || bridge->first_bus > 0xffU) {
        tree_error(tree, node, "bus-range", "%s: 'bus-range' must be two bus numbers, the first and the last",
                   tree_title(tree, node));
        return false;
    }
    if (!device_region(tree, node, 0, &bridge->config) || bridge->config.size < BUS_SIZE ||
        bridge->config.base % SIZE_4K != 0) {
        tree_error(tree, node, "reg", "%s: 'reg' must be the configuration space, 1 MiB at least for the root bus",
                   tree_title(tree, node));
        return false;
    }
    return true;
}

/* Windows that 32-bit base address registers cannot be in are left alone. */
static void pci_add_window(struct pci_bridge *bridge, uint32_t space, const struct pci_window *window)
{
    bool usable = space == PCI_SPACE_MEMORY && window->bus.size != 0 && window->bus.base < LIMIT_32 &&
                  window->bus.size <= LIMIT_32 - window->bus.base && window->physical < ADDRESS_LIMIT;
    if (usable && bridge->window_count < MAX_PCI_WINDOWS) {
        bridge->windows[bridge->window_count++] = *window;
    }
}

static bool pci_read_windows(const struct tree *tree, int node, struct pci_bridge *bridge)
{
    uint32_t parent = tree_address_cells(tree, tree_parent(tree, node));
    uint32_t group = PCI_CELLS + parent + 2U;
    uint32_t *cells = NULL;
    uint32_t count = values_cells(tree, node, "ranges", group, "PCI address, address and size", &cells);
    for (uint32_t i = 0; parent != 0 && parent <= 2U && i < count; i += group) {
        const uint32_t *entry = &cells[i];
        struct pci_window window = {{values_join(entry + 1), values_join(entry + 3 + parent)}, entry[2U + parent]};
        window.physical |= parent == 2U ? (uint64_t)entry[3] << 32 : 0U;
        pci_add_window(bridge, PCI_SPACE(entry[0]), &window);
        if (region_overlaps((struct region){window.physical, window.bus.size}, bridge->config)) {
            tree_error(tree, node, "ranges",
                       "%s: the window at 0x%llx in 'ranges' is where 'reg' has the configuration space",
                       tree_title(tree, node), HEX(window.physical));
            return false;
        }
    }
    if (bridge->window_count == 0) {
        tree_error(tree, node, tree_has(tree, node, "ranges") ? "ranges" : NULL,
                   "%s: passes on no 32-bit memory space: 'ranges' has no such entry", tree_title(tree, node));
    }
    return bridge->window_count != 0;
}

bool pci_read_bridge(const struct tree *tree, int node, struct pci_bridge *bridge)
{
    *bridge = (struct pci_bridge){.node = node};
    if (tree_parent(tree, node) != 0) {
        tree_error(tree, node, NULL, "%s: a PCI host bridge must stand directly below the root",
                   tree_title(tree, node));
        return false;
    }
    return pci_check_kind(tree, node) && pci_read_buses(tree, node, bridge) && pci_read_windows(tree, node, bridge);
}

/* An entry of interrupt-map, from its first cell on. */
struct map_entry {
    const fdt32_t *child;  /* address and pin */
    const fdt32_t *parent; /* specifier */
    int controller;
    uint32_t cells; /* of the whole */
};

/* False if it cannot be read, or is not all there. */
static bool pci_read_entry(const struct tree *tree, const fdt32_t *cells, uint32_t left, struct map_entry *entry)
{
    uint32_t head = PCI_CELLS + 2U;
    uint32_t size = 0;
    if (left < head) {
        return false;
    }
    int controller = tree_by_phandle(tree, fdt32_ld(&cells[head - 1U]));
    const fdt32_t *count = controller < 0 ? NULL : tree_property(tree, controller, "#interrupt-cells", &size);
    const void *address = controller < 0 ? NULL : tree_property(tree, controller, "#address-cells", &size);
    uint32_t between = address == NULL ? 0U : tree_address_cells(tree, controller);
    if (count == NULL || fdt32_ld(count) != GIC_CELLS || left < head + between + GIC_CELLS) {
        return false;
    }
    *entry = (struct map_entry){cells, cells + head + between, controller, head + between + GIC_CELLS};
    return true;
}

/* Bits that interrupt-map-mask leaves of a cell. */
static uint32_t pci_mask(const struct tree *tree, int node, uint32_t cell)
{
    uint32_t size = 0;
    const fdt32_t *mask = tree_property(tree, node, "interrupt-map-mask", &size);
    return mask == NULL || size != (PCI_CELLS + 1U) * 4U ? UINT32_MAX : fdt32_ld(&mask[cell]);
}

static bool pci_entry_fits(const struct tree *tree, int node, const struct map_entry *entry,
                           const struct pci_function *function)
{
    const uint32_t wanted[] = {function->rid << 8, 0, 0, function->pin};
    bool fits = true;
    for (uint32_t i = 0; i < PCI_CELLS + 1U; i++) {
        uint32_t mask = pci_mask(tree, node, i);
        fits = fits && ((fdt32_ld(&entry->child[i]) ^ wanted[i]) & mask) == 0;
    }
    return fits;
}

/* The entry for the function's pin; false, after a diagnostic, if there is none. */
static bool pci_find_entry(const struct tree *tree, int node, const struct pci_function *function,
                           struct map_entry *entry)
{
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, node, "interrupt-map", &size);
    uint32_t left = size / 4U;
    while (left != 0 && pci_read_entry(tree, cells, left, entry)) {
        if (pci_entry_fits(tree, node, entry, function)) {
            return true;
        }
        cells += entry->cells;
        left -= entry->cells;
    }
    if (left != 0) {
        tree_error(tree, node, "interrupt-map",
                   "%s: 'interrupt-map' is not made of PCI address, pin, controller and its interrupt",
                   tree_title(tree, node));
        tree_mute(tree, node, "interrupt-map");
        return false;
    }
    tree_error(tree, function->node, "interrupts",
               "%s: 'interrupt-map' of '%s' has no entry for pin %u of this function", tree_title(tree, function->node),
               tree_title(tree, node), function->pin);
    return false;
}

bool pci_read_interrupt(const struct model *model, const struct pci_bridge *bridge, const struct pci_function *function,
                        struct device *device)
{
    const struct tree *tree = &model->tree;
    struct map_entry entry;
    if (function->pin == 0) {
        return true;
    }
    if (!pci_find_entry(tree, bridge->node, function, &entry)) {
        return false;
    }
    uint32_t number = fdt32_ld(&entry.parent[1]);
    bool level = device_is_level(fdt32_ld(&entry.parent[2]));
    if (entry.controller != model->board.gic.node || fdt32_ld(entry.parent) != DEVICE_SPI ||
        number >= MAX_INTIDS - FIRST_SPI || !level) {
        tree_error(tree, bridge->node, "interrupt-map",
                   "%s: 'interrupt-map' sends pin %u of '%s' elsewhere than to a shared level interrupt of the GIC",
                   tree_title(tree, bridge->node), function->pin, device->name);
        return false;
    }
    device->interrupts[device->interrupt_count++] = (struct interrupt){FIRST_SPI + number, false};
    return true;
}
