/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices: reg with #address-cells and #size-cells, ranges of the buses above (Devicetree Specification 0.4, section
 * 2.3.8), and interrupts of a GICv3 (Linux binding arm,gic-v3: type, number, trigger).
 * @implements REQ-CONFIG-004
 * @implements REQ-CONFIG-016
 */
#include "device.h"

#include "pci.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

#define PL011_SIZE 0x1000U

static uint64_t device_number(const fdt32_t *cells, uint32_t count)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < count; i++) {
        value = value << 32 | fdt32_ld(&cells[i]);
    }
    return value;
}

/* One bus upwards: the address on `bus` becomes one on its parent. False if the bus does not pass it on. */
static bool device_translate(const struct tree *tree, int bus, struct region *region)
{
    uint32_t size = 0;
    const fdt32_t *ranges = tree_property(tree, bus, "ranges", &size);
    if (ranges == NULL || size == 0) {
        return ranges != NULL;
    }
    uint32_t child = tree_address_cells(tree, bus);
    uint32_t parent = tree_address_cells(tree, tree_parent(tree, bus));
    uint32_t length = tree_size_cells(tree, bus);
    uint32_t group = child + parent + length;
    for (uint32_t i = 0; i + group <= size / 4U; i += group) {
        struct region window = {device_number(&ranges[i], child), device_number(&ranges[i + child + parent], length)};
        if (region_contains(window, *region)) {
            region->base = region->base - window.base + device_number(&ranges[i + child], parent);
            return true;
        }
    }
    return false;
}

/* The bus that does not pass the region on, or 0 if all do. */
static int device_to_physical(const struct tree *tree, int node, struct region *region)
{
    int bus = tree_parent(tree, node);
    while (bus > 0 && device_translate(tree, bus, region)) {
        bus = tree_parent(tree, bus);
    }
    return bus > 0 ? bus : 0;
}

static bool device_has(const struct device *device, struct region region)
{
    for (uint32_t i = 0; i < device->region_count; i++) {
        if (region_overlaps(device->regions[i], region)) {
            return true;
        }
    }
    return false;
}

/* False after a diagnostic. */
static bool device_add_region(const struct tree *tree, struct device *device, struct region region)
{
    struct region wanted = region;
    int bus = device_to_physical(tree, device->node, &region);
    if (region.size == 0) {
        tree_error(tree, device->node, "reg", "%s: a region of 'reg' at 0x%llx has size 0", device->name,
                   HEX(region.base));
    } else if (bus != 0) {
        tree_error(tree, device->node, "reg", "%s: bus '%s' does not pass 0x%llx (size 0x%llx) on to the cores",
                   device->name, tree_title(tree, bus), HEX(wanted.base), HEX(wanted.size));
        diag_note(tree_at(tree, bus, "ranges"), "what it passes on is what its 'ranges' says");
    } else if (region.base >= ADDRESS_LIMIT || region.size > ADDRESS_LIMIT - region.base) {
        tree_error(tree, device->node, "reg",
                   "%s: 0x%llx (size 0x%llx) is beyond the %u address bits that are supported", device->name,
                   HEX(region.base), HEX(region.size), ADDRESS_BITS);
    } else if (device_has(device, region)) {
        tree_error(tree, device->node, "reg", "%s: the region at 0x%llx (size 0x%llx) overlaps another one of 'reg'",
                   device->name, HEX(region.base), HEX(region.size));
    } else if (device->region_count == MAX_DEVICE_REGIONS) {
        tree_error(tree, device->node, "reg", "%s: more than %u register regions", device->name, MAX_DEVICE_REGIONS);
    } else {
        device->regions[device->region_count++] = region;
        return true;
    }
    return false;
}

/* Region `index` of reg as it stands there, an address of the node's bus. Prints nothing. */
static bool device_stated_region(const struct tree *tree, int node, uint32_t index, struct region *region)
{
    int parent = tree_parent(tree, node);
    uint32_t address = tree_address_cells(tree, parent);
    uint32_t length = tree_size_cells(tree, parent);
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, node, "reg", &size);
    if (length == 0 || address > 2U || length > 2U || size / 4U < (index + 1U) * (address + length)) {
        return false;
    }
    cells = cells + (size_t)index * (address + length);
    *region = (struct region){device_number(cells, address), device_number(cells + address, length)};
    return true;
}

bool device_reach(const struct tree *tree, int node, uint32_t index, struct region *region)
{
    return device_stated_region(tree, node, index, region) && device_to_physical(tree, node, region) == 0;
}

bool device_region(const struct tree *tree, int node, uint32_t index, struct region *region)
{
    return device_reach(tree, node, index, region) && region->base < ADDRESS_LIMIT &&
           region->size <= ADDRESS_LIMIT - region->base;
}

void device_read_regions(const struct tree *tree, struct device *device)
{
    int parent = tree_parent(tree, device->node);
    uint32_t group = tree_address_cells(tree, parent) + tree_size_cells(tree, parent);
    struct region region = {0};
    uint32_t *cells = NULL;
    device->region_count = 0;
    if (tree_size_cells(tree, parent) == 0 ||
        values_cells(tree, device->node, "reg", group, "address and size", &cells) == 0) {
        return;
    }
    for (uint32_t i = 0; device_stated_region(tree, device->node, i, &region); i++) {
        if (!device_add_region(tree, device, region)) {
            return;
        }
    }
}

/* The node whose interrupt-parent holds for a node: itself or the nearest above; negative: none. */
static int device_interrupt_source(const struct tree *tree, int node)
{
    while (node >= 0 && !tree_has(tree, node, "interrupt-parent")) {
        node = tree_parent(tree, node);
    }
    return node;
}

int device_interrupt_parent(const struct tree *tree, int node)
{
    int source = device_interrupt_source(tree, node);
    uint32_t size = 0;
    const fdt32_t *cell = source < 0 ? NULL : tree_property(tree, source, "interrupt-parent", &size);
    return cell != NULL && size == 4U ? tree_by_phandle(tree, fdt32_ld(cell)) : -1;
}

/* The mistake is where the interrupts are sent elsewhere, if anywhere. */
static void device_report_parent(const struct tree *tree, int node)
{
    int source = device_interrupt_source(tree, node);
    if (source < 0) {
        tree_error(
            tree, node, "interrupts",
            "%s: its interrupts do not go to the GIC: there is no 'interrupt-parent'; write it into this node or "
            "the root",
            tree_title(tree, node));
    } else {
        tree_error(tree, source, "interrupt-parent",
                   "%s: its interrupts do not go to the GIC; for example: interrupt-parent = <&gic>;",
                   tree_title(tree, node));
        diag_note(tree_at(tree, node, "interrupts"), "they are described here");
    }
}

uint32_t device_interrupt_cells(const struct model *model, int node, uint32_t **cells)
{
    const struct tree *tree = &model->tree;
    if (model->board.gic.node >= 0 && device_interrupt_parent(tree, node) != model->board.gic.node) {
        device_report_parent(tree, node);
        return 0;
    }
    return values_cells(tree, node, "interrupts", 3, "type, number and trigger", cells);
}

bool device_is_level(uint32_t trigger)
{
    return trigger == 4U || trigger == 8U;
}

static bool device_raises(const struct device *device, uint32_t intid)
{
    for (uint32_t i = 0; i < device->interrupt_count; i++) {
        if (device->interrupts[i].intid == intid) {
            return true;
        }
    }
    return false;
}

static bool device_add_interrupt(const struct tree *tree, struct device *device, const uint32_t *cells)
{
    uint32_t trigger = cells[2];
    if (cells[0] == DEVICE_PPI) {
        tree_error(tree, device->node, "interrupts",
                   "%s: PPI %u is private to a core; only shared interrupts (GIC_SPI) can be given to a partition",
                   device->name, cells[1]);
    } else if (cells[0] != DEVICE_SPI) {
        tree_error(tree, device->node, "interrupts", "%s: interrupt type %u is neither GIC_SPI (0) nor GIC_PPI (1)",
                   device->name, cells[0]);
    } else if (cells[1] >= MAX_INTIDS - FIRST_SPI) {
        tree_error(tree, device->node, "interrupts", "%s: SPI %u is beyond the %u that a partition's GIC has",
                   device->name, cells[1], MAX_INTIDS - FIRST_SPI);
    } else if (trigger != 1U && trigger != 4U) {
        tree_error(tree, device->node, "interrupts",
                   "%s: SPI %u has trigger type %u; the GIC has rising edge (1) and high level (4)", device->name,
                   cells[1], trigger);
    } else if (device_raises(device, FIRST_SPI + cells[1])) {
        tree_error(tree, device->node, "interrupts", "%s: SPI %u is listed twice", device->name, cells[1]);
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
    uint32_t count = device_interrupt_cells(model, device->node, &cells);
    bool good = count != 0;
    for (uint32_t i = 0; i < count; i += 3U) {
        good = good && device_add_interrupt(tree, device, &cells[i]);
    }
    return good;
}

/* What only the hypervisor may touch, or is not handled yet. NULL: neither. */
static const char *device_refusal(const struct tree *tree, int node)
{
    for (int above = node; above > 0; above = tree_parent(tree, above)) {
        uint32_t size = 0;
        const char *type = tree_property(tree, above, "device_type", &size);
        if (above == node && pci_is_bridge(tree, node)) {
            return pci_is_bridge(tree, tree_parent(tree, node))
                       ? "is a PCI bridge; give functions of the root bus instead"
                       : "is a PCI host bridge; give the functions behind it instead";
        }
        if (above == node && pci_port_of(tree, node) >= 0) {
            return "is behind a PCI bridge, where functions reach each other, and no SMMU is asked; those of a root "
                   "bus "
                   "alone can be given";
        }
        if (above != node && pci_is_bridge(tree, above) && tree_parent(tree, node) != above) {
            return "is a part of a PCI function";
        }
        if (tree_compatible(tree, above, "arm,gic-v3-its")) {
            return "is the interrupt translation service, which writes memory for all";
        }
        if (tree_has(tree, above, "#iommu-cells")) {
            return "is an SMMU, which only the hypervisor may drive";
        }
        if (above == node && type != NULL && size == 7U && memcmp(type, "memory", 7) == 0) {
            return "is RAM, not a device; a partition gets RAM by 'memory'";
        }
    }
    return NULL;
}

static uint32_t device_count_strings(const struct tree *tree, int node, const char *name)
{
    uint32_t size = 0;
    uint32_t count = 0;
    const char *text = tree_property(tree, node, name, &size);
    for (uint32_t i = 0; i < size; i++) {
        count += text[i] == '\0' ? 1U : 0U;
    }
    return count;
}

/* As many names as there are things: a list that was cut or extended on one side only. */
static bool device_check_names(const struct tree *tree, const struct device *device)
{
    uint32_t interrupts = device_count_strings(tree, device->node, "interrupt-names");
    uint32_t regions = device_count_strings(tree, device->node, "reg-names");
    if (interrupts != 0 && interrupts != device->interrupt_count) {
        tree_error(tree, device->node, "interrupt-names", "%s: has %u interrupt%s for %u name%s", device->name,
                   device->interrupt_count, device->interrupt_count == 1U ? "" : "s", interrupts,
                   interrupts == 1U ? "" : "s");
        return false;
    }
    if (regions != 0 && regions != device->region_count) {
        tree_error(tree, device->node, "reg-names", "%s: has %u region%s of registers for %u name%s", device->name,
                   device->region_count, device->region_count == 1U ? "" : "s", regions, regions == 1U ? "" : "s");
        return false;
    }
    return true;
}

/* Devices that are of no use without their interrupt. */
static bool device_check_interrupt(const struct tree *tree, const struct device *device, int user, const char *from)
{
    static const char *const needy[] = {PL011, "virtio,mmio", "arm,sp804", "arm,sp805", "arm,pl330", "arm,pl080"};
    for (size_t i = 0; device->interrupt_count == 0 && i < sizeof(needy) / sizeof(needy[0]); i++) {
        if (tree_compatible(tree, device->node, needy[i])) {
            tree_error(tree, user, from, "%s: device '%s' has no interrupt, which \"%s\" needs", tree_title(tree, user),
                       device->name, needy[i]);
            diag_note(tree_at(tree, device->node, NULL), "'%s' is described here; add 'interrupts'", device->name);
            return false;
        }
    }
    return true;
}

/* The first node, it or one above it, that is not to be used; 0 if none. */
static int device_disabled_at(const struct tree *tree, int node)
{
    while (node > 0 && tree_enabled(tree, node)) {
        node = tree_parent(tree, node);
    }
    return node > 0 ? node : 0;
}

/* That its registers could not be read is known: of itself, or of the bus. */
static bool device_is_reported(const struct tree *tree, int node)
{
    return tree_is_muted(tree, node, "reg") || tree_is_muted(tree, tree_parent(tree, node), "#address-cells");
}

/* Nothing is to be given away that is not there, not a device, or not a partition's to have. */
static bool device_may_be_given(const struct model *model, const struct device *device, int user, const char *from)
{
    const struct tree *tree = &model->tree;
    int node = device->node;
    int disabled = device_disabled_at(tree, node);
    const char *refusal = device_refusal(tree, node);
    if (disabled != 0 && tree_is_muted(tree, disabled, "status")) {
        return false;
    }
    if (disabled != 0 && disabled != node) {
        tree_error(tree, user, from, "%s: device '%s' is on '%s', which is disabled on this board (status)",
                   tree_title(tree, user), device->name, tree_title(tree, disabled));
        diag_note(tree_at(tree, disabled, "status"), "its 'status' is here");
    } else if (disabled != 0) {
        tree_error(tree, user, from, "%s: device '%s' is disabled on this board (status); choose another one",
                   tree_title(tree, user), device->name);
        diag_note(tree_at(tree, disabled, "status"), "its 'status' is here");
    } else if (node == model->board.gic.node) {
        tree_error(tree, user, from, "%s: '%s' belongs to the hypervisor", tree_title(tree, user), device->name);
    } else if (refusal != NULL) {
        tree_error(tree, user, from, "%s: '%s' %s; take it out of '%s'", tree_title(tree, user), device->name, refusal,
                   from);
        diag_note(tree_at(tree, node, NULL), "'%s' is described here", device->name);
        tree_mute(tree, node, NULL);
    } else if (tree_has(tree, node, "reg") && pci_host_of(tree, node) < 0 &&
               device_count_strings(tree, node, "compatible") == 0) {
        tree_error(tree, user, from, "%s: device '%s' has no 'compatible', by which a guest would know what it is",
                   tree_title(tree, user), device->name);
        diag_note(tree_at(tree, node, NULL), "'%s' is described here", device->name);
    } else {
        return true;
    }
    return false;
}

/* A PL011 has its identification at the end of 4 KiB (Arm DDI 0183G, 3.2). */
static bool device_check_uart(const struct tree *tree, const struct device *device)
{
    if (tree_compatible(tree, device->node, PL011) && device->regions[0].size < PL011_SIZE) {
        tree_error(tree, device->node, "reg", "%s: a PL011 has 0x%x bytes of registers; 'reg' gives it 0x%llx",
                   device->name, PL011_SIZE, HEX(device->regions[0].size));
        return false;
    }
    return true;
}

bool device_read(const struct model *model, int node, int user, const char *from, struct device *device)
{
    const struct tree *tree = &model->tree;
    *device = (struct device){.node = node, .name = tree_title(tree, node)};
    if (!device_may_be_given(model, device, user, from)) {
        return false;
    }
    if (pci_host_of(tree, node) >= 0) {
        return pci_read(model, device);
    }
    unsigned errors = diag_errors();
    device_read_regions(tree, device);
    if (device->region_count == 0 && diag_errors() == errors && device_is_reported(tree, node)) {
        return false;
    }
    if (device->region_count == 0 && diag_errors() == errors) {
        tree_error(tree, user, from, "%s: '%s' is not a device with registers ('reg'); choose another one",
                   tree_title(tree, user), device->name);
        diag_note(tree_at(tree, node, NULL), "'%s' is described here", device->name);
        return false;
    }
    return diag_errors() == errors && device_check_uart(tree, device) && device_read_interrupts(model, device) &&
           device_check_names(tree, device) && device_check_interrupt(tree, device, user, from);
}
