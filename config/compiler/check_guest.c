/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address map of each guest: nothing may be in two things.
 * @implements REQ-CONFIG-015
 */
#include "check.h"

#include "arena.h"
#include "pci.h"

/* One thing in a guest's address space, and where it comes from. */
struct item {
    struct region region;
    const char *what;
    int node;
    const char *property;
};

struct map {
    struct item items[MAX_PLACES + MAX_ACCESS * MAX_DEVICE_REGIONS];
    uint32_t count;
};

static void check_add(struct map *map, struct region region, const char *what, int node, const char *property)
{
    map->items[map->count++] = (struct item){region, what, node, property};
}

/* check_devices() tells when a partition is given what the hypervisor uses; that is enough. */
static bool check_is_hypervisors(const struct model *model, struct region pages)
{
    const struct device *devices[] = {&model->board.gic, &model->hypervisor.console};
    for (uint32_t i = 0; i < 2U; i++) {
        for (uint32_t j = 0; devices[i]->node >= 0 && j < devices[i]->region_count; j++) {
            if (region_overlaps(region_pages(devices[i]->regions[j]), pages)) {
                return true;
            }
        }
    }
    return false;
}

static void check_collect_device(const struct model *model, const struct partition *partition,
                                 const struct device *device, struct map *map)
{
    for (uint32_t i = 0; i < device->region_count; i++) {
        struct region pages = region_pages(device->regions[i]);
        if (!check_is_hypervisors(model, pages)) {
            check_add(map, pages, arena_print("device '%s'", device->name), partition->node, "access");
        }
    }
}

static void check_collect(const struct model *model, const struct partition *partition, struct map *map)
{
    int node = partition->node;
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        check_add(map, (struct region){partition->memory[i].ipa, partition->memory[i].size}, "memory", node, "memory");
    }
    check_add(map, (struct region){GUEST_GICD_BASE, GUEST_GICD_SIZE}, "the guest's GIC distributor", node, NULL);
    check_add(map, (struct region){GUEST_GICR_BASE, GUEST_GICR_STRIDE * partition->vcpu_count},
              "the guest's GIC redistributors", node, NULL);
    if (partition->console != CONSOLE_NONE) {
        check_add(map, (struct region){GUEST_UART_BASE, GUEST_UART_SIZE}, "the guest's console", node, NULL);
    }
    if (pci_count(partition) != 0) {
        check_add(map, (struct region){GUEST_PCI_BASE, GUEST_PCI_SIZE}, "the guest's PCI configuration space", node,
                  NULL);
    }
    for (uint32_t i = 0; i < partition->access_count; i++) {
        check_collect_device(model, partition, &partition->access[i], map);
    }
}

/* Pages of one device may touch each other; everything else may not. */
static bool check_same_device(const struct item *a, const struct item *b)
{
    return a->property != NULL && b->property != NULL && a->what[0] == 'd' && b->what[0] == 'd';
}

static void check_report(const struct model *model, const struct partition *partition, const struct item *a,
                         const struct item *b)
{
    const struct item *blamed = b->property != NULL ? b : a;
    const struct item *other = blamed == b ? a : b;
    tree_error(&model->tree, blamed->node, blamed->property,
               "%s: %s at guest address 0x%llx (size 0x%llx) overlaps %s at 0x%llx (size 0x%llx)", partition->name,
               blamed->what, HEX(blamed->region.base), HEX(blamed->region.size), other->what, HEX(other->region.base),
               HEX(other->region.size));
    if (other->property != NULL && other->property != blamed->property) {
        diag_note(tree_at(&model->tree, other->node, other->property), "%s comes from here", other->what);
    }
}

static void check_partition(const struct model *model, const struct partition *partition)
{
    struct map map = {.count = 0};
    check_collect(model, partition, &map);
    for (uint32_t i = 0; i < map.count; i++) {
        for (uint32_t j = i + 1U; j < map.count; j++) {
            const struct item *a = &map.items[i];
            const struct item *b = &map.items[j];
            if (region_overlaps(a->region, b->region) && !check_same_device(a, b)) {
                check_report(model, partition, a, b);
            }
        }
    }
}

void check_guest_addresses(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        check_partition(model, &model->partitions[i]);
    }
}
