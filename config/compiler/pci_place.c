/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where base address registers go: what assigned-addresses says, and the rest, of all functions that are described below the
 * host bridge, first fit in the order of the file, each in pages of its own. So a function's addresses do not depend on
 * who has it, and no two functions meet.
 * @implements REQ-CONFIG-072
 */
#include "pci.h"

#include "arena.h"

#include <libfdt.h>

#define ASSIGNED_CELLS 5U
#define MAX_TAKEN (256U * PCI_BARS)

/* The root bus of a host bridge. */
struct pci_bus {
    struct pci_bridge bridge;
    struct pci_function *functions;
    uint32_t function_count;
    bool good;
    struct pci_bus *next;
};

struct taken {
    struct region items[MAX_TAKEN]; /* PCI addresses, whole pages */
    uint32_t count;
};

static const struct region *pci_find_taken(const struct taken *taken, struct region pages)
{
    for (uint32_t i = 0; i < taken->count; i++) {
        if (region_overlaps(taken->items[i], pages)) {
            return &taken->items[i];
        }
    }
    return NULL;
}

static void pci_take(struct taken *taken, struct region region)
{
    if (taken->count < MAX_TAKEN) {
        taken->items[taken->count++] = region_pages(region);
    }
}

/* The window that has a stretch of PCI addresses, or NULL. */
static const struct pci_window *pci_find_window(const struct pci_bridge *bridge, struct region region)
{
    for (uint32_t i = 0; i < bridge->window_count; i++) {
        if (region_contains(bridge->windows[i].bus, region)) {
            return &bridge->windows[i];
        }
    }
    return NULL;
}

/* The address that assigned-addresses gives to a base address register. False if it gives none. */
static bool pci_assigned(const struct tree *tree, int node, uint32_t number, uint64_t *address)
{
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, node, "assigned-addresses", &size);
    for (uint32_t i = 0; i + ASSIGNED_CELLS <= size / 4U; i += ASSIGNED_CELLS) {
        if (PCI_REGISTER(fdt32_ld(&cells[i])) == PCI_BAR_FIRST + 4U * number) {
            *address = (uint64_t)fdt32_ld(&cells[i + 1U]) << 32 | fdt32_ld(&cells[i + 2U]);
            return true;
        }
    }
    return false;
}

static bool pci_fix(const struct tree *tree, const struct pci_bridge *bridge, struct taken *taken,
                    const struct pci_function *function, uint32_t number)
{
    uint64_t size = function->bars[number].size;
    uint64_t address = 0;
    if (size == 0 || !pci_assigned(tree, function->node, number, &address)) {
        return true;
    }
    struct region region = {address, size};
    const char *fault = address % (size > SIZE_4K ? size : SIZE_4K) != 0 ? "is not a multiple of its size and of 4 KiB"
                        : pci_find_window(bridge, region_pages(region)) == NULL ? "is in no 32-bit window of the bridge"
                        : pci_find_taken(taken, region_pages(region)) != NULL
                            ? "is, or shares a page with, another one's"
                            : NULL;
    if (fault != NULL) {
        tree_error(tree, function->node, "assigned-addresses",
                   "%s: the address 0x%llx (size 0x%llx) of base address register %u %s",
                   tree_title(tree, function->node), HEX(address), HEX(size), number, fault);
        return false;
    }
    pci_take(taken, region);
    return true;
}

/* First fit, aligned to the size and to a page. 0: there is no room. */
static uint64_t pci_fit(const struct pci_window *window, const struct taken *taken, uint64_t size)
{
    uint64_t step = size > SIZE_4K ? size : SIZE_4K;
    struct region region = {align_up(window->bus.base, step), step};
    while (region_contains(window->bus, region)) {
        const struct region *other = pci_find_taken(taken, region);
        if (other == NULL) {
            return region.base;
        }
        region.base = align_up(other->base + other->size, step);
    }
    return 0;
}

static bool pci_choose(const struct tree *tree, const struct pci_bridge *bridge, struct taken *taken,
                       struct pci_function *function, uint32_t number)
{
    struct pci_bar *bar = &function->bars[number];
    if (bar->size == 0) {
        return true;
    }
    if (!pci_assigned(tree, function->node, number, &bar->address)) {
        for (uint32_t i = 0; i < bridge->window_count && bar->address == 0; i++) {
            bar->address = pci_fit(&bridge->windows[i], taken, bar->size);
        }
        if (bar->address == 0) {
            tree_error(tree, function->node, "reg", "%s: no 32-bit window of '%s' has room for 0x%llx bytes",
                       tree_title(tree, function->node), tree_title(tree, bridge->node), HEX(bar->size));
            return false;
        }
        pci_take(taken, (struct region){bar->address, bar->size});
    }
    const struct pci_window *window = pci_find_window(bridge, (struct region){bar->address, bar->size});
    bar->physical = window == NULL ? 0U : window->physical + (bar->address - window->bus.base);
    return true;
}

/* Addresses for all that is described behind a bridge: first those that are given, then the rest. */
static void pci_place(const struct tree *tree, struct pci_bus *bus)
{
    struct taken *taken = arena_new(1, sizeof(*taken));
    for (uint32_t i = 0; i < bus->function_count * PCI_BARS; i++) {
        struct pci_function *function = &bus->functions[i / PCI_BARS];
        function->good = function->good && pci_fix(tree, &bus->bridge, taken, function, i % PCI_BARS);
    }
    for (uint32_t i = 0; i < bus->function_count * PCI_BARS; i++) {
        struct pci_function *function = &bus->functions[i / PCI_BARS];
        function->good = function->good && pci_choose(tree, &bus->bridge, taken, function, i % PCI_BARS);
    }
}

static bool pci_check_number(const struct tree *tree, const struct pci_bus *bus, const struct pci_function *function)
{
    const char *title = tree_title(tree, function->node);
    if (function->rid >> 8 != bus->bridge.first_bus) {
        tree_error(tree, function->node, "reg", "%s: 'reg' says bus %u; the root bus of '%s' is %u", title,
                   function->rid >> 8, tree_title(tree, bus->bridge.node), bus->bridge.first_bus);
        return false;
    }
    for (uint32_t i = 0; i < bus->function_count; i++) {
        if (bus->functions[i].rid == function->rid) {
            tree_error(tree, function->node, "reg", "%s: '%s' is the same function, %u of device %u", title,
                       tree_title(tree, bus->functions[i].node), function->rid & 7U, function->rid >> 3 & 0x1fU);
            return false;
        }
    }
    return true;
}

/* Every function of the root bus that is described and there. */
static void pci_read_functions(const struct tree *tree, struct pci_bus *bus)
{
    uint32_t room = 0;
    for (int node = tree_first(tree, bus->bridge.node); node >= 0; node = tree_next(tree, node)) {
        room++;
    }
    bus->functions = arena_new(room + 1U, sizeof(*bus->functions));
    for (int node = tree_first(tree, bus->bridge.node); node >= 0; node = tree_next(tree, node)) {
        struct pci_function *function = &bus->functions[bus->function_count];
        if (!tree_enabled(tree, node) || pci_is_bridge(tree, node)) {
            continue;
        }
        function->good = pci_read_node(tree, node, function) && pci_check_number(tree, bus, function);
        function->config = bus->bridge.config.base + ((uint64_t)(function->rid & 0xffU) << 12);
        bus->function_count++;
    }
}

/* Each bus is read once: so its mistakes are reported once. */
static struct pci_bus *pci_bus_of(const struct tree *tree, int host)
{
    struct pci_bus *bus = *tree->buses;
    while (bus != NULL && bus->bridge.node != host) {
        bus = bus->next;
    }
    if (bus == NULL) {
        bus = arena_new(1, sizeof(*bus));
        bus->next = *tree->buses;
        *tree->buses = bus;
        bus->good = pci_read_bridge(tree, host, &bus->bridge);
        if (bus->good) {
            pci_read_functions(tree, bus);
            pci_place(tree, bus);
        }
    }
    return bus;
}

const struct pci_function *pci_function_of(const struct tree *tree, int node, const struct pci_bridge **bridge)
{
    const struct pci_bus *bus = pci_bus_of(tree, pci_host_of(tree, node));
    *bridge = &bus->bridge;
    for (uint32_t i = 0; i < bus->function_count; i++) {
        if (bus->functions[i].node == node && bus->functions[i].good) {
            return &bus->functions[i];
        }
    }
    return NULL;
}
