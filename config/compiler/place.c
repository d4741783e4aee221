/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placement: first fit, in the order of the device tree, above the hypervisor. It depends on nothing but the
 * configuration, so the same input always gives the same map.
 * @implements REQ-CONFIG-009
 */
#include "place.h"

#include "board_parts.h"

/* What RAM is already taken: the hypervisor, reserved memory, partitions. */
#define MAX_TAKEN (1U + MAX_RAM_BANKS + MAX_PARTITIONS * MAX_MEMORY_REGIONS)

struct taken {
    struct region regions[MAX_TAKEN];
    uint32_t count;
};

void place_hypervisor(struct model *model)
{
    uint64_t size = IMAGE_CORE_MAX + FAULT_RECORD_SIZE;
    for (uint32_t i = 0; i < model->blob_count; i++) {
        size += align_up(model->blobs[i].size, SIZE_4K);
    }
    model->hypervisor.end = model->hypervisor.base + align_up(size, SIZE_2M);
}

static void place_take(struct taken *taken, uint64_t base, uint64_t size)
{
    taken->regions[taken->count++] = (struct region){base, size};
}

/* The first taken region that is in the way, or NULL. */
static const struct region *place_obstacle(const struct taken *taken, struct region wanted)
{
    for (uint32_t i = 0; i < taken->count; i++) {
        if (region_overlaps(taken->regions[i], wanted)) {
            return &taken->regions[i];
        }
    }
    return NULL;
}

/* The least address from `from` on that differs from ipa by a multiple of alignment. */
static uint64_t place_congruent(uint64_t from, uint64_t ipa, uint64_t alignment)
{
    return from + ((ipa - from) & (alignment - 1U));
}

/* First fit within one bank, at or above `lowest`. */
static bool place_in_bank(const struct taken *taken, struct region bank, uint64_t lowest, uint64_t alignment,
                          struct memory *memory)
{
    uint64_t from = lowest > bank.base ? lowest : bank.base;
    uint64_t pa = place_congruent(from, memory->ipa, alignment);
    while (region_contains(bank, (struct region){pa, memory->size})) {
        const struct region *obstacle = place_obstacle(taken, (struct region){pa, memory->size});
        if (obstacle == NULL) {
            memory->pa = pa;
            memory->placed = true;
            return true;
        }
        pa = place_congruent(obstacle->base + obstacle->size, memory->ipa, alignment);
    }
    return false;
}

static bool place_aligned(const struct model *model, const struct taken *taken, uint64_t alignment,
                          struct memory *memory)
{
    uint64_t lowest = model->hypervisor.placed ? model->hypervisor.end : 0;
    for (uint32_t i = 0; i < model->board.ram_count; i++) {
        if (place_in_bank(taken, model->board.ram[i], lowest, alignment, memory)) {
            return true;
        }
    }
    return false;
}

/* Congruent to the guest's address modulo the largest block that could be used, so that it can be. */
static bool place_memory(const struct model *model, const struct taken *taken, struct memory *memory)
{
    bool huge = memory->size >= SIZE_1G && place_aligned(model, taken, SIZE_1G, memory);
    return huge || place_aligned(model, taken, memory->size >= SIZE_2M ? SIZE_2M : SIZE_4K, memory);
}

static void place_report_full(const struct model *model, const struct partition *partition, const struct memory *memory)
{
    const struct tree *tree = &model->tree;
    if (model->board.ram_count == 0) {
        return; /* which has been reported */
    }
    tree_error(tree, partition->node, "memory",
               "%s: there is no room in RAM for memory of 0x%llx bytes; make this or other memory smaller",
               partition->name, HEX(memory->size));
    for (uint32_t i = 0; i < model->board.ram_count; i++) {
        diag_note(tree_at(tree, model->board.ram_nodes[i], "reg"), "the board has RAM at 0x%llx (size 0x%llx)",
                  HEX(model->board.ram[i].base), HEX(model->board.ram[i].size));
    }
    board_note_disabled_ram(tree, &model->board);
    if (model->hypervisor.placed) {
        diag_note(tree_at(tree, model->hypervisor.node, "load-address"),
                  "the hypervisor and the guest images take 0x%llx (size 0x%llx)", HEX(model->hypervisor.base),
                  HEX(model->hypervisor.end - model->hypervisor.base));
    }
}

static void place_take_fixed(struct model *model, struct taken *taken)
{
    if (model->hypervisor.placed) {
        place_take(taken, model->hypervisor.base, model->hypervisor.end - model->hypervisor.base);
    }
    for (uint32_t i = 0; i < model->board.reserved_count; i++) {
        place_take(taken, model->board.reserved[i].base, model->board.reserved[i].size);
    }
    for (uint32_t i = 0; i < model->partition_count; i++) {
        for (uint32_t j = 0; j < model->partitions[i].memory_count; j++) {
            struct memory *memory = &model->partitions[i].memory[j];
            if (memory->fixed) {
                memory->placed = true;
                place_take(taken, memory->pa, memory->size);
            }
        }
    }
}

void place_partitions(struct model *model)
{
    struct taken taken = {.count = 0};
    place_take_fixed(model, &taken);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->memory_count; j++) {
            struct memory *memory = &model->partitions[i].memory[j];
            if (memory->fixed) {
                continue;
            }
            if (place_memory(model, &taken, memory)) {
                place_take(&taken, memory->pa, memory->size);
            } else {
                place_report_full(model, partition, memory);
            }
        }
    }
}

void place_remark(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->memory_count; j++) {
            const struct memory *memory = &partition->memory[j];
            if (!memory->fixed) {
                diag_remark(tree_at(&model->tree, partition->node, "memory"),
                            "%s: memory at 0x%llx (size 0x%llx) is placed at physical 0x%llx", partition->name,
                            HEX(memory->ipa), HEX(memory->size), HEX(memory->pa));
            }
        }
    }
}
