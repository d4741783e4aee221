/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device's node is copied without what refers to parts of the board that the guest does not have. Phandles are those of
 * the board's tree, so that references between devices of one partition hold. Addresses are the physical ones, interrupts
 * the same SPIs, and clocks whose provider stays behind become fixed clocks.
 * @implements REQ-CONFIG-024
 */
#include "guest_device.h"

#include "arena.h"
#include "clock.h"
#include "reference.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

/* A fixed clock that stands for one or more of the board's. */
struct stand_in {
    uint32_t rate;
    uint32_t phandle;
    struct stand_in *next;
};

/* One partition's devices on their way into its tree. */
struct copy {
    struct fdt_writer *writer;
    const struct model *model;
    const struct partition *partition;
    struct stand_in *clocks;
    uint32_t next_phandle;
};

/* Written anew, or about things of which a guest knows nothing. */
static bool guest_device_drops(const char *name)
{
    static const char *const names[] = {
        "linux,phandle",       "status",        "reg",         "interrupts",     "interrupt-parent",
        "interrupts-extended", "clocks",        "clock-names", "iommus",         "iommu-map",
        "operating-points-v2", "memory-region", "msi-parent",  "iommu-map-mask",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return strncmp(name, "bulkhead,", 9) == 0;
}

/* The list that a property goes with: it stays or goes together with that; the property itself if it is a list. */
static const char *guest_device_list(const char *name)
{
    static const struct {
        const char *name;
        const char *list;
    } pairs[] = {
        {"reset-names", "resets"},
        {"power-domain-names", "power-domains"},
        {"dma-names", "dmas"},
        {"phy-names", "phys"},
        {"mbox-names", "mboxes"},
        {"interconnect-names", "interconnects"},
        {"pinctrl-names", "pinctrl-0"},
        {"nvmem-cell-names", "nvmem-cells"},
        {"pwm-names", "pwms"},
        {"assigned-clock-rates", "assigned-clocks"},
        {"io-channel-names", "io-channels"},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (strcmp(name, pairs[i].name) == 0) {
            return pairs[i].list;
        }
    }
    return reference_kind(name) == NULL ? NULL : name;
}

static void guest_device_copy_properties(const struct copy *copy, int node)
{
    int property = 0;
    fdt_for_each_property_offset(property, copy->model->tree.blob, node)
    {
        const char *name = NULL;
        int size = 0;
        const void *value = fdt_getprop_by_offset(copy->model->tree.blob, property, &name, &size);
        if (value == NULL || guest_device_drops(name)) {
            continue;
        }
        const char *list = guest_device_list(name);
        if (list == NULL || (tree_has(&copy->model->tree, node, list) &&
                             reference_is_inside(copy->model, copy->partition, node, list))) {
            fdt_writer_bytes(copy->writer, name, value, (uint32_t)size);
        }
    }
}

static uint32_t guest_device_stand_in(struct copy *copy, uint32_t rate)
{
    for (const struct stand_in *clock = copy->clocks; clock != NULL; clock = clock->next) {
        if (clock->rate == rate) {
            return clock->phandle;
        }
    }
    struct stand_in *clock = arena_new(1, sizeof(*clock));
    *clock = (struct stand_in){rate, copy->next_phandle++, copy->clocks};
    copy->clocks = clock;
    return clock->phandle;
}

/* clocks and clock-names; without clocks whose rate is not known, check_needs.c has told of it. */
static void guest_device_write_clocks(struct copy *copy, int node)
{
    const struct tree *tree = &copy->model->tree;
    struct reference clock = {.next = 0};
    bool broken = false;
    uint32_t size = 0;
    uint32_t used = 0;
    if (tree_property(tree, node, "clocks", &size) == NULL) {
        return;
    }
    uint8_t *value = arena_new(1, size + 1U);
    while (reference_read(tree, node, "clocks", clock.next, &clock, &broken)) {
        if (reference_owner(copy->model, clock.provider) == copy->partition) {
            memcpy(value + used, clock.entry, clock.size);
            used += clock.size;
        } else {
            fdt32_st(value + used, guest_device_stand_in(copy, clock_rate(tree, node, &clock)));
            used += 4U;
        }
    }
    fdt_writer_bytes(copy->writer, "clocks", value, used);
    const char *names = tree_property(tree, node, "clock-names", &size);
    if (names != NULL) {
        fdt_writer_bytes(copy->writer, "clock-names", names, size);
    }
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

static void guest_device_copy_children(struct copy *copy, int node);

static void guest_device_copy_child(struct copy *copy, int node)
{
    const struct tree *tree = &copy->model->tree;
    uint32_t size = 0;
    const void *reg = tree_property(tree, node, "reg", &size);
    fdt_writer_begin(copy->writer, tree_node_name(tree, node));
    guest_device_copy_properties(copy, node);
    if (reg != NULL) {
        fdt_writer_bytes(copy->writer, "reg", reg, size);
    }
    guest_device_write_clocks(copy, node);
    guest_device_copy_children(copy, node);
    fdt_writer_end(copy->writer);
}

static void guest_device_copy_children(struct copy *copy, int node)
{
    const struct tree *tree = &copy->model->tree;
    for (int child = tree_first(tree, node); child >= 0; child = tree_next(tree, child)) {
        guest_device_copy_child(copy, child);
    }
}

static void guest_device_write_one(struct copy *copy, const struct device *device)
{
    char *name = arena_print("%s", tree_node_name(&copy->model->tree, device->node));
    name[strcspn(name, "@")] = '\0';
    fdt_writer_begin(copy->writer, arena_print("%s@%llx", name, HEX(device->regions[0].base)));
    guest_device_copy_properties(copy, device->node);
    guest_device_write_reg(copy->writer, device);
    guest_device_write_interrupts(copy->writer, device);
    guest_device_write_clocks(copy, device->node);
    guest_device_copy_children(copy, device->node);
    fdt_writer_end(copy->writer);
}

void guest_device_write(struct fdt_writer *writer, const struct model *model, const struct partition *partition,
                        uint32_t first_phandle)
{
    struct copy copy = {writer, model, partition, NULL, first_phandle};
    for (uint32_t i = 0; i < partition->access_count; i++) {
        if (partition->access[i].function == NULL) {
            guest_device_write_one(&copy, &partition->access[i]);
        }
    }
    for (const struct stand_in *clock = copy.clocks; clock != NULL; clock = clock->next) {
        fdt_writer_begin(writer, arena_print("clock-%u", clock->phandle - first_phandle));
        fdt_writer_string(writer, "compatible", "fixed-clock");
        fdt_writer_u32(writer, "#clock-cells", 0);
        fdt_writer_u32(writer, "clock-frequency", clock->rate);
        fdt_writer_u32(writer, "phandle", clock->phandle);
        fdt_writer_end(writer);
    }
}
