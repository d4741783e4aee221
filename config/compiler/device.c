/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices: reg with #address-cells and #size-cells, ranges of the buses above (Devicetree Specification 0.4, section
 * 2.3.8), and interrupts of a GICv3 (Linux binding arm,gic-v3: type, number, trigger).
 * @implements REQ-CONFIG-004
 */
#include "device.h"

#include "values.h"

#include <libfdt.h>
#include <string.h>

#define GIC_CELL_SPI 0U

static uint64_t device_number(const uint32_t *cells, uint32_t count)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < count; i++) {
        value = value << 32 | cells[i];
    }
    return value;
}

/* One bus upwards: the address on `bus` becomes one on its parent. False if the bus does not pass it on. */
static bool device_translate(const struct tree *tree, int bus, struct region *region)
{
    uint32_t size = 0;
    if (tree_property(tree, bus, "ranges", &size) == NULL) {
        return false;
    }
    if (size == 0) {
        return true;
    }
    uint32_t child = tree_address_cells(tree, bus);
    uint32_t parent = tree_address_cells(tree, tree_parent(tree, bus));
    uint32_t length = tree_size_cells(tree, bus);
    uint32_t group = child + parent + length;
    uint32_t *cells = NULL;
    uint32_t count = values_cells(tree, bus, "ranges", group, "child address, parent address and size", &cells);
    for (uint32_t i = 0; i + group <= count; i += group) {
        struct region window = {device_number(&cells[i], child), device_number(&cells[i + child + parent], length)};
        if (region_contains(window, *region)) {
            region->base = region->base - window.base + device_number(&cells[i + child], parent);
            return true;
        }
    }
    return false;
}

static bool device_to_physical(const struct tree *tree, int node, struct region *region)
{
    int bus = tree_parent(tree, node);
    while (bus > 0) {
        if (!device_translate(tree, bus, region)) {
            return false;
        }
        bus = tree_parent(tree, bus);
    }
    return true;
}

static void device_add_region(const struct tree *tree, struct device *device, struct region region)
{
    if (region.size == 0 || !device_to_physical(tree, device->node, &region)) {
        return;
    }
    if (region.base >= ADDRESS_LIMIT || region.size > ADDRESS_LIMIT - region.base) {
        tree_error(tree, device->node, "reg",
                   "%s: 0x%llx (size 0x%llx) is beyond the %u address bits that are supported", device->name,
                   HEX(region.base), HEX(region.size), ADDRESS_BITS);
    } else if (device->region_count == MAX_DEVICE_REGIONS) {
        tree_error(tree, device->node, "reg", "%s: more than %u register regions", device->name, MAX_DEVICE_REGIONS);
    } else {
        device->regions[device->region_count++] = region;
    }
}

void device_read_regions(const struct tree *tree, struct device *device)
{
    int parent = tree_parent(tree, device->node);
    uint32_t address = tree_address_cells(tree, parent);
    uint32_t length = tree_size_cells(tree, parent);
    uint32_t *cells = NULL;
    device->region_count = 0;
    if (length == 0) {
        return;
    }
    uint32_t count = values_cells(tree, device->node, "reg", address + length, "address and size", &cells);
    for (uint32_t i = 0; i < count; i += address + length) {
        struct region region = {device_number(&cells[i], address), device_number(&cells[i + address], length)};
        device_add_region(tree, device, region);
    }
}

/* The interrupt-parent that holds for a node: its own or the nearest above. */
static int device_interrupt_parent(const struct tree *tree, int node)
{
    while (node >= 0) {
        uint32_t size = 0;
        const fdt32_t *cell = tree_property(tree, node, "interrupt-parent", &size);
        if (cell != NULL && size == 4U) {
            return tree_by_phandle(tree, fdt32_ld(cell));
        }
        node = tree_parent(tree, node);
    }
    return -1;
}

static bool device_add_interrupt(const struct tree *tree, struct device *device, const uint32_t *cells)
{
    uint32_t trigger = cells[2] & 0xfU;
    if (cells[0] != GIC_CELL_SPI) {
        tree_error(tree, device->node, "interrupts", "%s: only shared interrupts (GIC_SPI) can be given to a partition",
                   device->name);
    } else if (cells[1] >= MAX_INTIDS - FIRST_SPI) {
        tree_error(tree, device->node, "interrupts", "%s: SPI %u is beyond the %u that a partition's GIC has",
                   device->name, cells[1], MAX_INTIDS - FIRST_SPI);
    } else if (trigger != 1U && trigger != 4U) {
        tree_error(tree, device->node, "interrupts",
                   "%s: SPI %u has trigger type %u; the GIC has rising edge (1) and high level (4)", device->name,
                   cells[1], trigger);
    } else if (device->interrupt_count == MAX_DEVICE_INTERRUPTS) {
        tree_error(tree, device->node, "interrupts", "%s: more than %u interrupts", device->name,
                   MAX_DEVICE_INTERRUPTS);
    } else {
        device->interrupts[device->interrupt_count++] = (struct interrupt){FIRST_SPI + cells[1], trigger == 1U};
        return true;
    }
    return false;
}

static bool device_read_interrupts(const struct model *model, struct device *device)
{
    const struct tree *tree = &model->tree;
    uint32_t *cells = NULL;
    if (tree_has(tree, device->node, "interrupts-extended")) {
        tree_error(tree, device->node, "interrupts-extended",
                   "%s: 'interrupts-extended' is not supported; use 'interrupts'", device->name);
        return false;
    }
    if (!tree_has(tree, device->node, "interrupts")) {
        return true;
    }
    if (device_interrupt_parent(tree, device->node) != model->board.gic.node) {
        tree_error(tree, device->node, "interrupts", "%s: its interrupts do not go to the GIC", device->name);
        return false;
    }
    uint32_t count = values_cells(tree, device->node, "interrupts", 3, "type, number and trigger", &cells);
    bool good = count != 0;
    for (uint32_t i = 0; i < count; i += 3U) {
        good = device_add_interrupt(tree, device, &cells[i]) && good;
    }
    return good;
}

bool device_read(const struct model *model, int node, int user, const char *from, struct device *device)
{
    const struct tree *tree = &model->tree;
    *device = (struct device){.node = node, .name = tree_title(tree, node)};
    if (!tree_enabled(tree, node)) {
        tree_error(tree, user, from, "%s: device '%s' is disabled on this board (status)", tree_title(tree, user),
                   device->name);
        return false;
    }
    device_read_regions(tree, device);
    if (device->region_count == 0) {
        tree_error(tree, user, from, "%s: '%s' is not a device with registers", tree_title(tree, user), device->name);
        diag_note(tree_at(tree, node, NULL), "'%s' is described here", device->name);
        return false;
    }
    return device_read_interrupts(model, device);
}
