/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has which device, and whether a page or an interrupt has two owners.
 * @implements REQ-CONFIG-016
 * @implements REQ-CONFIG-017
 */
#include "check.h"

#define MAX_OWNED (2U + MAX_SMMUS + MAX_PARTITIONS * (1U + MAX_ACCESS))

/* One device in the hands of one owner, and the property that put it there. */
struct owned {
    const struct device *device;
    const struct partition *partition; /* NULL: the hypervisor */
    const char *property;
};

struct inventory {
    struct owned items[MAX_OWNED];
    uint32_t count;
};

static void check_add(struct inventory *inventory, const struct device *device, const struct partition *partition,
                      const char *property)
{
    if (device->node >= 0) {
        inventory->items[inventory->count++] = (struct owned){device, partition, property};
    }
}

static void check_collect(const struct model *model, struct inventory *inventory)
{
    check_add(inventory, &model->board.gic, NULL, NULL);
    check_add(inventory, &model->hypervisor.console, NULL, "console");
    for (uint32_t i = 0; i < model->board.smmu_count; i++) {
        check_add(inventory, &model->board.smmus[i].device, NULL, NULL);
    }
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        check_add(inventory, &partition->uart, partition, "console");
        for (uint32_t j = 0; j < partition->access_count; j++) {
            check_add(inventory, &partition->access[j], partition, "access");
        }
    }
}

static const char *check_owner_name(const struct owned *owned)
{
    return owned->partition == NULL ? "the hypervisor" : owned->partition->name;
}

static struct position check_owned_at(const struct model *model, const struct owned *owned)
{
    int node = owned->partition == NULL ? model->hypervisor.node : owned->partition->node;
    return owned->property == NULL ? tree_at(&model->tree, owned->device->node, NULL)
                                   : tree_at(&model->tree, node, owned->property);
}

static void check_given_twice(const struct model *model, const struct owned *first, const struct owned *second)
{
    diag_error(check_owned_at(model, second), "%s: device '%s' is already given to %s", check_owner_name(second),
               second->device->name, check_owner_name(first));
    diag_note(check_owned_at(model, first), "it is given to %s here", check_owner_name(first));
}

/* A page is the smallest thing that can be given away. */
static void check_pages(const struct model *model, const struct owned *first, const struct owned *second)
{
    for (uint32_t i = 0; i < first->device->region_count; i++) {
        for (uint32_t j = 0; j < second->device->region_count; j++) {
            struct region a = region_pages(first->device->regions[i]);
            struct region b = region_pages(second->device->regions[j]);
            if (region_overlaps(a, b)) {
                uint64_t page = a.base > b.base ? a.base : b.base;
                diag_error(check_owned_at(model, second), "%s: device '%s' shares the page at 0x%llx with '%s' of %s",
                           check_owner_name(second), second->device->name, HEX(page), first->device->name,
                           check_owner_name(first));
                diag_note(check_owned_at(model, first), "'%s' is given to %s here", first->device->name,
                          check_owner_name(first));
                return;
            }
        }
    }
}

static void check_report_ram(const struct model *model, const struct owned *owned, struct region pages, int bank)
{
    const struct hypervisor *hypervisor = &model->hypervisor;
    struct region own = {hypervisor->base, hypervisor->end - hypervisor->base};
    diag_error(check_owned_at(model, owned), "%s: '%s' at 0x%llx (size 0x%llx) is in RAM", check_owner_name(owned),
               owned->device->name, HEX(pages.base), HEX(pages.size));
    diag_note(tree_at(&model->tree, owned->device->node, "reg"), "'%s' says so here", owned->device->name);
    diag_note(tree_at(&model->tree, bank, "reg"), "and '%s' says here that this is RAM; one of the two is wrong",
              tree_title(&model->tree, bank));
    if (hypervisor->placed && region_overlaps(pages, own)) {
        diag_note(tree_at(&model->tree, hypervisor->node, "load-address"),
                  "the hypervisor itself is there, at 0x%llx (size 0x%llx)", HEX(own.base), HEX(own.size));
    }
}

/* A partition's device must not be a window onto somebody's RAM. */
static void check_not_ram(const struct model *model, const struct owned *owned)
{
    for (uint32_t i = 0; i < owned->device->region_count; i++) {
        struct region pages = region_pages(owned->device->regions[i]);
        for (uint32_t j = 0; j < model->board.ram_count; j++) {
            if (region_overlaps(pages, model->board.ram[j])) {
                check_report_ram(model, owned, pages, model->board.ram_nodes[j]);
            }
        }
    }
}

/* A node that stands below another one is a part of that device. */
static void check_part(const struct model *model, const struct owned *part, const struct owned *whole)
{
    int above = part->device->node;
    while (above > 0 && above != whole->device->node) {
        above = tree_parent(&model->tree, above);
    }
    if (above == whole->device->node && part->partition != whole->partition) {
        diag_error(check_owned_at(model, part), "%s: device '%s' is a part of '%s', which belongs to %s",
                   check_owner_name(part), part->device->name, whole->device->name, check_owner_name(whole));
        diag_note(check_owned_at(model, whole), "'%s' is given to %s here", whole->device->name,
                  check_owner_name(whole));
    }
}

void check_devices(const struct model *model)
{
    struct inventory inventory = {.count = 0};
    check_collect(model, &inventory);
    for (uint32_t i = 0; i < inventory.count; i++) {
        const struct owned *first = &inventory.items[i];
        check_not_ram(model, first);
        for (uint32_t j = i + 1U; j < inventory.count; j++) {
            const struct owned *second = &inventory.items[j];
            if (first->device->node == second->device->node) {
                check_given_twice(model, first, second);
            } else if (first->partition != second->partition || first->partition == NULL) {
                check_pages(model, first, second);
                check_part(model, first, second);
                check_part(model, second, first);
            }
        }
    }
}

/* Lines of PCI are made to be shared: by functions of one owner. */
static bool check_may_share(const struct owned *first, const struct owned *second)
{
    return first->device->function != NULL && second->device->function != NULL && first->partition == second->partition;
}

/* Two different devices that raise the same interrupt. */
static void check_same_interrupt(const struct model *model, const struct owned *first, const struct owned *second)
{
    for (uint32_t i = 0; i < first->device->interrupt_count; i++) {
        for (uint32_t j = 0; j < second->device->interrupt_count; j++) {
            uint32_t intid = first->device->interrupts[i].intid;
            if (intid == second->device->interrupts[j].intid) {
                diag_error(check_owned_at(model, second),
                           "%s: interrupt SPI %u (INTID %u) of '%s' is already given, with '%s', to %s",
                           check_owner_name(second), intid - FIRST_SPI, intid, second->device->name,
                           first->device->name, check_owner_name(first));
                diag_note(check_owned_at(model, first), "'%s' is given to %s here", first->device->name,
                          check_owner_name(first));
            }
        }
    }
}

/* The guest's console is INTID 33; a device that is passed through keeps its own number. */
static void check_console_interrupt(const struct model *model, const struct owned *owned)
{
    bool console = owned->partition != NULL && owned->partition->console != CONSOLE_NONE;
    bool refused = owned->device->node == model->hypervisor.console.node; /* which has been reported */
    if (!console || refused || owned->device == &owned->partition->uart) {
        return;
    }
    for (uint32_t i = 0; i < owned->device->interrupt_count; i++) {
        if (owned->device->interrupts[i].intid == GUEST_UART_INTID) {
            diag_error(check_owned_at(model, owned),
                       "%s: device '%s' has interrupt SPI %u, which in this partition is the console's",
                       check_owner_name(owned), owned->device->name, GUEST_UART_INTID - FIRST_SPI);
            diag_note(check_owned_at(model, owned), "console = \"none\"; leaves the interrupt to the device");
        }
    }
}

void check_interrupts(const struct model *model)
{
    struct inventory inventory = {.count = 0};
    check_collect(model, &inventory);
    for (uint32_t i = 0; i < inventory.count; i++) {
        const struct owned *first = &inventory.items[i];
        check_console_interrupt(model, first);
        for (uint32_t j = i + 1U; j < inventory.count; j++) {
            const struct owned *second = &inventory.items[j];
            if (first->device->node != second->device->node && !check_may_share(first, second)) {
                check_same_interrupt(model, first, second);
            }
        }
    }
}
