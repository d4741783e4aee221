/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the node of a PCI function says: reg has an entry for the function itself, in configuration space, and one for each base
 * address register, with its size.
 * @implements REQ-CONFIG-070
 */
#include "pci.h"

#include "values.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#define REG_CELLS 5U
#define LEAST_BAR 16U
#define MOST_BAR 0x80000000ULL
#define ROM_REGISTER 0x30U
#define MAX_PIN 4U

bool pci_is_bridge(const struct tree *tree, int node)
{
    return node > 0 && values_says(tree, node, "device_type", "pci");
}

int pci_port_of(const struct tree *tree, int node)
{
    int parent = tree_parent(tree, node);
    return pci_is_bridge(tree, parent) && pci_is_bridge(tree, tree_parent(tree, parent)) ? parent : -1;
}

int pci_host_of(const struct tree *tree, int node)
{
    int parent = tree_parent(tree, node);
    bool root_bus = pci_is_bridge(tree, parent) && !pci_is_bridge(tree, tree_parent(tree, parent));
    return root_bus && !pci_is_bridge(tree, node) ? parent : -1;
}

/* Up to four hexadecimal digits, and the character behind them. NULL if that is not so. */
static const char *pci_hex(const char *text, char end, uint32_t *value)
{
    char *behind = NULL;
    *value = (uint32_t)strtoul(text, &behind, 16);
    size_t digits = strspn(text, "0123456789abcdefABCDEF");
    return digits != 0 && digits <= 4U && text[digits] == end ? behind + 1 : NULL;
}

/* "pciVVVV,DDDD" among the strings of compatible. */
static bool pci_read_id(const struct tree *tree, int node, uint32_t *id)
{
    const char *text = NULL;
    for (int i = 0; (text = fdt_stringlist_get(tree->blob, node, "compatible", i, NULL)) != NULL; i++) {
        uint32_t vendor = 0;
        uint32_t device = 0;
        const char *rest = strncmp(text, "pci", 3) == 0 ? pci_hex(text + 3, ',', &vendor) : NULL;
        if (rest != NULL && pci_hex(rest, '\0', &device) != NULL) {
            *id = device << 16 | vendor;
            return true;
        }
    }
    tree_error(tree, node, tree_has(tree, node, "compatible") ? "compatible" : NULL,
               "%s: which device this is must be known; for example: compatible = \"pci1af4,1042\"; (vendor, device)",
               tree_title(tree, node));
    return false;
}

/* What is wrong with an entry of reg that is to be a base address register; NULL: nothing. */
static const char *pci_bar_fault(const struct pci_function *function, const uint32_t *entry, uint64_t size)
{
    uint32_t number = (PCI_REGISTER(entry[0]) - PCI_BAR_FIRST) / 4U;
    bool wide = PCI_SPACE(entry[0]) == PCI_SPACE_MEMORY_64;
    if (PCI_RID(entry[0]) != function->rid) {
        return "is of another function than the first entry";
    }
    if (PCI_REGISTER(entry[0]) == ROM_REGISTER) {
        return "is the expansion ROM, which a guest does not get; take it out";
    }
    if (PCI_SPACE(entry[0]) == PCI_SPACE_IO) {
        return "is in I/O space, which a guest does not have and which stays off; take it out";
    }
    if (PCI_SPACE(entry[0]) == PCI_SPACE_CONFIG || PCI_REGISTER(entry[0]) % 4U != 0 ||
        number >= PCI_BARS - (wide ? 1U : 0U)) {
        return "is no base address register; one is <0x02000010 0 0 0x0 0x1000>, for example";
    }
    if (function->bars[number].size != 0 || (wide && function->bars[number + 1U].size != 0) ||
        (number != 0 && (function->bars[number - 1U].flags & PCI_BAR_64) != 0)) {
        return "is a base address register that another entry describes already";
    }
    if (size < LEAST_BAR || size > MOST_BAR || (size & (size - 1U)) != 0) {
        return "has a size that no base address register can have: powers of two from 16 to 0x80000000";
    }
    return NULL;
}

static bool pci_add_bar(const struct tree *tree, int node, const uint32_t *entry, struct pci_function *function)
{
    uint64_t size = values_join(entry + 3);
    const char *fault = pci_bar_fault(function, entry, size);
    if (fault != NULL) {
        tree_error(tree, node, "reg", "%s: the entry <0x%08x ... 0x%llx> of 'reg' %s", tree_title(tree, node), entry[0],
                   HEX(size), fault);
        return false;
    }
    struct pci_bar *bar = &function->bars[(PCI_REGISTER(entry[0]) - PCI_BAR_FIRST) / 4U];
    bar->size = size;
    bar->flags = (PCI_SPACE(entry[0]) == PCI_SPACE_MEMORY_64 ? PCI_BAR_64 : 0U) |
                 ((entry[0] & PCI_PREFETCHABLE) != 0 ? PCI_BAR_PREFETCHABLE : 0U);
    return true;
}

static bool pci_read_reg(const struct tree *tree, int node, struct pci_function *function)
{
    uint32_t *cells = NULL;
    if (!values_require(tree, node, "reg", "reg = <0x0800 0 0 0 0>, <0x02000810 0 0 0 0x1000>;")) {
        return false;
    }
    uint32_t count = values_cells(tree, node, "reg", REG_CELLS, "PCI address and size", &cells);
    if (count == 0) {
        return false;
    }
    if (PCI_SPACE(cells[0]) != PCI_SPACE_CONFIG || PCI_REGISTER(cells[0]) != 0) {
        tree_error(tree, node, "reg",
                   "%s: the first entry of 'reg' must be the function itself, in configuration space: <0x%04x 0 0 0 0>",
                   tree_title(tree, node), PCI_RID(cells[0]) << 8);
        return false;
    }
    function->rid = PCI_RID(cells[0]);
    bool good = true;
    for (uint32_t i = REG_CELLS; i < count; i += REG_CELLS) {
        good = pci_add_bar(tree, node, &cells[i], function) && good;
    }
    if (good && count == REG_CELLS) {
        tree_error(tree, node, "reg", "%s: 'reg' has no base address register; a function without one is of no use",
                   tree_title(tree, node));
        return false;
    }
    return good;
}

static bool pci_read_pin(const struct tree *tree, int node, uint32_t *pin)
{
    if (!tree_has(tree, node, "interrupts")) {
        return true;
    }
    if (!values_u32(tree, node, "interrupts", pin)) {
        return false;
    }
    if (*pin == 0 || *pin > MAX_PIN) {
        tree_error(tree, node, "interrupts", "%s: 'interrupts' is %u; a PCI function has one of the pins 1 (INTA) to 4",
                   tree_title(tree, node), *pin);
        return false;
    }
    return true;
}

bool pci_read_node(const struct tree *tree, int node, struct pci_function *function)
{
    *function = (struct pci_function){.node = node, .host = pci_host_of(tree, node)};
    bool good = pci_read_id(tree, node, &function->id);
    good = pci_read_reg(tree, node, function) && good;
    uint32_t *cells = NULL;
    if (tree_has(tree, node, "assigned-addresses")) {
        good = values_cells(tree, node, "assigned-addresses", REG_CELLS, "PCI address and size", &cells) != 0 && good;
    }
    return pci_read_pin(tree, node, &function->pin) && good;
}

bool pci_read(const struct model *model, struct device *device)
{
    const struct pci_bridge *bridge = NULL;
    const struct pci_function *function = pci_function_of(&model->tree, device->node, &bridge);
    if (function == NULL || !pci_read_interrupt(model, bridge, function, device)) {
        return false;
    }
    for (uint32_t i = 0; i < PCI_BARS; i++) {
        if (function->bars[i].size != 0) {
            device->regions[device->region_count++] =
                (struct region){function->bars[i].physical, function->bars[i].size};
        }
    }
    device->function = function;
    return true;
}

uint32_t pci_count(const struct partition *partition)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < partition->access_count; i++) {
        count += partition->access[i].function != NULL ? 1U : 0U;
    }
    return count;
}

const struct pci_function *pci_first(const struct partition *partition)
{
    for (uint32_t i = 0; i < partition->access_count; i++) {
        if (partition->access[i].function != NULL) {
            return partition->access[i].function;
        }
    }
    return NULL;
}
