/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address map of each guest: nothing may be in two things.
 * @implements REQ-CONFIG-015
 */
#include "check.h"

#include "arena.h"

#define HEX(x) ((unsigned long long)(x))

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

static void check_collect(const struct partition *partition, struct map *map)
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
    for (uint32_t i = 0; i < partition->access_count; i++) {
        const struct device *device = &partition->access[i];
        for (uint32_t j = 0; j < device->region_count; j++) {
            check_add(map, region_pages(device->regions[j]), arena_print("device '%s'", device->name), node,
                      "access");
        }
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
    check_collect(partition, &map);
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
