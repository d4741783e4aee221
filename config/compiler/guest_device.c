/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device's node is copied without what refers to parts of the board that the guest does not have: only fixed clocks
 * go along. Addresses are the physical ones, interrupts the same SPIs.
 * @implements REQ-CONFIG-024
 */
#include "guest_device.h"

#include "arena.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

#define MAX_CLOCKS 16U

struct clocks {
    int nodes[MAX_CLOCKS];
    uint32_t count;
    uint32_t first_phandle;
};

/* Written anew, or a reference to something that is not in the guest's tree. */
static bool guest_device_drops(const char *name)
{
    static const char *const names[] = {
        "phandle",
        "linux,phandle",
        "status",
        "reg",
        "interrupts",
        "interrupt-parent",
        "interrupts-extended",
        "clocks",
        "clock-names",
        "iommus",
        "iommu-map",
        "dmas",
        "dma-names",
        "power-domains",
        "power-domain-names",
        "resets",
        "reset-names",
        "msi-parent",
        "phys",
        "phy-names",
        "phy-handle",
        "operating-points-v2",
        "interconnects",
        "mboxes",
        "nvmem-cells",
        "memory-region",
        "assigned-clocks",
        "assigned-clock-parents",
        "assigned-clock-rates",
    };
    static const char *const endings[] = {"-supply", "-gpios", "-gpio"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcmp(name + length - ending, endings[i]) == 0) {
            return true;
        }
    }
    return strncmp(name, "pinctrl-", 8) == 0;
}

static void guest_device_copy_properties(struct fdt_writer *writer, const struct tree *tree, int node)
{
    int property = 0;
    fdt_for_each_property_offset(property, tree->blob, node)
    {
        const char *name = NULL;
        int size = 0;
        const void *value = fdt_getprop_by_offset(tree->blob, property, &name, &size);
        if (value != NULL && !guest_device_drops(name)) {
            fdt_writer_bytes(writer, name, value, (uint32_t)size);
        }
    }
}

/* The fixed-clock node a cell refers to, or a negative value. */
static int guest_device_clock(const struct tree *tree, uint32_t cell)
{
    int clock = tree_by_phandle(tree, cell);
    return clock >= 0 && tree_compatible(tree, clock, "fixed-clock") ? clock : -1;
}

static uint32_t guest_device_clock_phandle(struct clocks *clocks, int node)
{
    for (uint32_t i = 0; i < clocks->count; i++) {
        if (clocks->nodes[i] == node) {
            return clocks->first_phandle + i;
        }
    }
    clocks->nodes[clocks->count] = node;
    return clocks->first_phandle + clocks->count++;
}

/* clocks and clock-names, if every clock is a fixed one and there is room for them. */
static void guest_device_write_clocks(struct fdt_writer *writer, const struct tree *tree, int node,
                                      struct clocks *clocks)
{
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, node, "clocks", &size);
    uint32_t count = size / 4U;
    uint32_t phandles[MAX_CLOCKS];
    if (cells == NULL || count > MAX_CLOCKS - clocks->count) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        int clock = guest_device_clock(tree, fdt32_ld(&cells[i]));
        if (clock < 0) {
            return;
        }
        phandles[i] = guest_device_clock_phandle(clocks, clock);
    }
    fdt_writer_cells(writer, "clocks", phandles, count);
    const char *names = tree_property(tree, node, "clock-names", &size);
    if (names != NULL) {
        fdt_writer_bytes(writer, "clock-names", names, size);
    }
}

uint32_t guest_device_clock_hz(const struct tree *tree, int node)
{
    uint32_t size = 0;
    uint32_t frequency = 0;
    const fdt32_t *cells = tree_property(tree, node, "clocks", &size);
    int clock = cells == NULL || size < 4U ? -1 : guest_device_clock(tree, fdt32_ld(cells));
    if (clock >= 0) {
        (void)values_u32(tree, clock, "clock-frequency", &frequency);
    }
    return frequency;
}

static void guest_device_write_reg(struct fdt_writer *writer, const struct device *device)
{
    uint32_t cells[MAX_DEVICE_REGIONS * 4U];
    for (uint32_t i = 0; i < device->region_count; i++) {
        const struct region *region = &device->regions[i];
        uint32_t *entry = &cells[(size_t)i * 4U];
        entry[0] = (uint32_t)(region->base >> 32);
        entry[1] = (uint32_t)region->base;
        entry[2] = (uint32_t)(region->size >> 32);
        entry[3] = (uint32_t)region->size;
    }
    fdt_writer_cells(writer, "reg", cells, device->region_count * 4U);
}

static void guest_device_write_interrupts(struct fdt_writer *writer, const struct device *device)
{
    uint32_t cells[MAX_DEVICE_INTERRUPTS * 3U];
    for (uint32_t i = 0; i < device->interrupt_count; i++) {
        uint32_t *entry = &cells[(size_t)i * 3U];
        entry[0] = 0; /* SPI */
        entry[1] = device->interrupts[i].intid - FIRST_SPI;
        entry[2] = device->interrupts[i].edge ? 1U : 4U;
    }
    if (device->interrupt_count != 0) {
        fdt_writer_cells(writer, "interrupts", cells, device->interrupt_count * 3U);
    }
}

static void guest_device_copy_children(struct fdt_writer *writer, const struct tree *tree, int node);

static void guest_device_copy_child(struct fdt_writer *writer, const struct tree *tree, int node)
{
    uint32_t size = 0;
    const void *reg = tree_property(tree, node, "reg", &size);
    fdt_writer_begin(writer, tree_node_name(tree, node));
    guest_device_copy_properties(writer, tree, node);
    if (reg != NULL) {
        fdt_writer_bytes(writer, "reg", reg, size);
    }
    guest_device_copy_children(writer, tree, node);
    fdt_writer_end(writer);
}

static void guest_device_copy_children(struct fdt_writer *writer, const struct tree *tree, int node)
{
    for (int child = tree_first(tree, node); child >= 0; child = tree_next(tree, child)) {
        guest_device_copy_child(writer, tree, child);
    }
}

static void guest_device_write_one(struct fdt_writer *writer, const struct tree *tree, const struct device *device,
                                   struct clocks *clocks)
{
    char *name = arena_print("%s", tree_node_name(tree, device->node));
    name[strcspn(name, "@")] = '\0';
    fdt_writer_begin(writer, arena_print("%s@%llx", name, HEX(device->regions[0].base)));
    guest_device_copy_properties(writer, tree, device->node);
    guest_device_write_reg(writer, device);
    guest_device_write_interrupts(writer, device);
    guest_device_write_clocks(writer, tree, device->node, clocks);
    guest_device_copy_children(writer, tree, device->node);
    fdt_writer_end(writer);
}

void guest_device_write(struct fdt_writer *writer, const struct model *model, const struct partition *partition,
                        uint32_t first_phandle)
{
    const struct tree *tree = &model->tree;
    struct clocks clocks = {.first_phandle = first_phandle};
    for (uint32_t i = 0; i < partition->access_count; i++) {
        guest_device_write_one(writer, tree, &partition->access[i], &clocks);
    }
    for (uint32_t i = 0; i < clocks.count; i++) {
        uint32_t frequency = 0;
        (void)values_u32(tree, clocks.nodes[i], "clock-frequency", &frequency);
        fdt_writer_begin(writer, arena_print("clock-%u", i));
        fdt_writer_string(writer, "compatible", "fixed-clock");
        fdt_writer_u32(writer, "#clock-cells", 0);
        fdt_writer_u32(writer, "clock-frequency", frequency);
        fdt_writer_u32(writer, "phandle", first_phandle + i);
        fdt_writer_end(writer);
    }
}
