/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of any configuration that the compiler accepts, said once more and in another way: whatever is given
 * to different owners is laid out as one list of stretches, and no two of them may have a page in common.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_STRETCHES 4096U
#define PAGE_BITS 12U
#define AFFINITY 0xff00ffffffULL /* the fields of MPIDR_EL1 that are a core's number */

struct stretch {
    uint64_t first; /* page numbers, both inclusive */
    uint64_t last;
    int owner;
};

struct list {
    struct stretch stretches[MAX_STRETCHES];
    size_t count;
    const char *what;
};

static void oracle_demand(bool good, const char *what)
{
    if (!good) {
        (void)fprintf(stderr, "accepted, but not separated: %s\n", what);
        abort();
    }
}

static void oracle_add(struct list *list, uint64_t base, uint64_t size, int owner)
{
    oracle_demand(size != 0 && base + size - 1U >= base, "a stretch without bytes");
    oracle_demand(list->count < MAX_STRETCHES, "more stretches than there can be");
    list->stretches[list->count++] = (struct stretch){base >> PAGE_BITS, (base + size - 1U) >> PAGE_BITS, owner};
}

static void oracle_add_device(struct list *list, const struct device *device, int owner)
{
    for (uint32_t i = 0; device->node >= 0 && i < device->region_count; i++) {
        oracle_add(list, device->regions[i].base, device->regions[i].size, owner);
    }
}

static int oracle_compare(const void *a, const void *b)
{
    const struct stretch *left = a;
    const struct stretch *right = b;
    return left->first < right->first ? -1 : left->first > right->first;
}

/* Owner -1 shares with nobody, not even with itself; the others may have a page in two of their stretches. */
static void oracle_disjoint(struct list *list)
{
    qsort(list->stretches, list->count, sizeof(list->stretches[0]), oracle_compare);
    for (size_t i = 0; i < list->count; i++) {
        const struct stretch *first = &list->stretches[i];
        for (size_t j = i + 1U; j < list->count && list->stretches[j].first <= first->last; j++) {
            int owner = list->stretches[j].owner;
            oracle_demand(owner == first->owner && owner != -1, list->what);
        }
    }
}

static bool oracle_in_ram(const struct model *model, uint64_t base, uint64_t size)
{
    for (uint32_t i = 0; i < model->board.ram_count; i++) {
        const struct region *ram = &model->board.ram[i];
        if (base >= ram->base && base + size <= ram->base + ram->size) {
            return true;
        }
    }
    return false;
}

static void oracle_physical(const struct model *model)
{
    static struct list list;
    list.count = 0;
    list.what = "physical memory or devices of two owners";
    oracle_add(&list, model->hypervisor.base, model->hypervisor.end - model->hypervisor.base, -1);
    oracle_demand(oracle_in_ram(model, model->hypervisor.base, model->hypervisor.end - model->hypervisor.base),
                  "the hypervisor is not in RAM");
    oracle_add_device(&list, &model->board.gic, MAX_PARTITIONS);
    oracle_add_device(&list, &model->hypervisor.console, MAX_PARTITIONS + 1);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->memory_count; j++) {
            const struct memory *memory = &partition->memory[j];
            oracle_demand(memory->placed && oracle_in_ram(model, memory->pa, memory->size), "memory is not in RAM");
            oracle_add(&list, memory->pa, memory->size, -1);
        }
        oracle_add_device(&list, &partition->uart, (int)i);
        for (uint32_t j = 0; j < partition->access_count; j++) {
            oracle_add_device(&list, &partition->access[j], (int)i);
        }
    }
    oracle_disjoint(&list);
}

static void oracle_guest(const struct partition *partition)
{
    static struct list list;
    list.count = 0;
    list.what = "two things at one guest address";
    oracle_add(&list, GUEST_GICD_BASE, GUEST_GICD_SIZE, -1);
    oracle_add(&list, GUEST_GICR_BASE, GUEST_GICR_STRIDE * partition->vcpu_count, -1);
    if (partition->console != CONSOLE_NONE) {
        oracle_add(&list, GUEST_UART_BASE, GUEST_UART_SIZE, -1);
    }
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        oracle_add(&list, partition->memory[i].ipa, partition->memory[i].size, -1);
    }
    for (uint32_t i = 0; i < partition->access_count; i++) {
        oracle_add_device(&list, &partition->access[i], 0);
    }
    oracle_disjoint(&list);
}

static void oracle_cores(const struct model *model)
{
    const struct core *taken[MAX_PARTITIONS * MAX_VCPUS_PER_PARTITION];
    size_t count = 0;
    for (uint32_t i = 0; i < model->partition_count; i++) {
        for (uint32_t j = 0; j < model->partitions[i].vcpu_count; j++) {
            const struct core *core = model->partitions[i].vcpus[j].core;
            oracle_demand(core != NULL && core->enabled, "a vCPU without a core");
            oracle_demand((core->mpidr & ~AFFINITY) == 0 && core->midr_mask != 0, "a core without a number or a type");
            for (size_t k = 0; k < count; k++) {
                oracle_demand(taken[k] != core, "two vCPUs on one core");
                oracle_demand(taken[k]->mpidr != core->mpidr, "two cores with one number");
            }
            taken[count++] = core;
        }
    }
}

void oracle_examine(const struct model *model)
{
    oracle_demand(model->partition_count != 0 && model->hypervisor.node >= 0, "nothing was configured");
    oracle_physical(model);
    oracle_cores(model);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        oracle_demand(partition->vcpu_count != 0 && partition->memory_count != 0, "a partition without a machine");
        oracle_guest(partition);
    }
}
