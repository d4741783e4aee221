/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory of the partitions and the hypervisor.
 * @implements REQ-CONFIG-013
 * @implements REQ-CONFIG-014
 */
#include "check.h"

#include "board_parts.h"

/* An address whose halves seem to have changed places. */
static const char *check_halves(uint64_t address)
{
    return address != 0 && address % (1ULL << 32) == 0 ? "; is the high half first?" : "";
}

static bool check_shape(const struct model *model, const struct partition *partition, const struct memory *memory)
{
    const struct tree *tree = &model->tree;
    int node = partition->node;
    if (memory->size == 0) {
        tree_error(tree, node, "memory", "%s: memory at 0x%llx has size 0", partition->name, HEX(memory->ipa));
    } else if (memory->ipa % SIZE_4K != 0 || memory->size % SIZE_4K != 0) {
        tree_error(tree, node, "memory", "%s: memory at 0x%llx (size 0x%llx) is not made of whole 4 KiB pages",
                   partition->name, HEX(memory->ipa), HEX(memory->size));
    } else if (memory->ipa >= ADDRESS_LIMIT || memory->size > ADDRESS_LIMIT - memory->ipa) {
        tree_error(tree, node, "memory",
                   "%s: memory at 0x%llx (size 0x%llx) ends beyond the %u address bits that are "
                   "supported%s",
                   partition->name, HEX(memory->ipa), HEX(memory->size), ADDRESS_BITS, check_halves(memory->ipa));
    } else if (memory->fixed && memory->pa % SIZE_4K != 0) {
        tree_error(tree, node, "physical", "%s: physical address 0x%llx is not a multiple of 4 KiB (0x1000)",
                   partition->name, HEX(memory->pa));
    } else if (memory->fixed && (memory->pa >= ADDRESS_LIMIT || memory->size > ADDRESS_LIMIT - memory->pa)) {
        tree_error(tree, node, "physical",
                   "%s: physical memory at 0x%llx (size 0x%llx) ends beyond the %u address "
                   "bits that are supported%s",
                   partition->name, HEX(memory->pa), HEX(memory->size), ADDRESS_BITS, check_halves(memory->pa));
    } else {
        return true;
    }
    return false;
}

void check_memory_shape(struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        struct partition *partition = &model->partitions[i];
        bool good = true;
        for (uint32_t j = 0; j < partition->memory_count; j++) {
            good = check_shape(model, partition, &partition->memory[j]) && good;
        }
        if (!good) {
            partition->memory_count = 0;
        }
    }
}

static bool check_in_ram(const struct board *board, struct region region)
{
    for (uint32_t i = 0; i < board->ram_count; i++) {
        if (region_contains(board->ram[i], region)) {
            return true;
        }
    }
    return board->ram_count == 0; /* which has been reported */
}

static void check_note_ram(const struct model *model)
{
    for (uint32_t i = 0; i < model->board.ram_count; i++) {
        diag_note(tree_at(&model->tree, model->board.ram_nodes[i], "reg"), "the board has RAM at 0x%llx (size 0x%llx)",
                  HEX(model->board.ram[i].base), HEX(model->board.ram[i].size));
    }
    board_note_disabled_ram(&model->tree, &model->board);
}

static void check_note_reserved(const struct model *model, uint32_t bank)
{
    int node = model->board.reserved_nodes[bank];
    diag_note(tree_at(&model->tree, node, "reg"), "'%s' reserves it here; choose another place",
              tree_title(&model->tree, node));
}

/* One region of one partition against RAM, the hypervisor and what firmware keeps. */
static void check_place(const struct model *model, const struct partition *partition, const struct memory *memory)
{
    const struct hypervisor *hypervisor = &model->hypervisor;
    struct region region = {memory->pa, memory->size};
    struct region own = {hypervisor->base, hypervisor->end - hypervisor->base};
    struct position at = tree_at(&model->tree, partition->node, "physical");
    if (!check_in_ram(&model->board, region)) {
        diag_error(at, "%s: physical memory at 0x%llx (size 0x%llx) is outside RAM", partition->name, HEX(region.base),
                   HEX(region.size));
        check_note_ram(model);
    }
    if (hypervisor->placed && region_overlaps(region, own)) {
        diag_error(at, "%s: physical memory at 0x%llx (size 0x%llx) overlaps the hypervisor's at 0x%llx (size 0x%llx)",
                   partition->name, HEX(region.base), HEX(region.size), HEX(own.base), HEX(own.size));
        diag_note(tree_at(&model->tree, hypervisor->node, "load-address"),
                  "the hypervisor and the guest images take 0x%llx (size 0x%llx); leave 'physical' out to have the "
                  "compiler place memory",
                  HEX(own.base), HEX(own.size));
    }
    for (uint32_t i = 0; i < model->board.reserved_count; i++) {
        struct region reserved = model->board.reserved[i];
        if (region_overlaps(region, reserved)) {
            diag_error(at,
                       "%s: physical memory at 0x%llx (size 0x%llx) overlaps /reserved-memory at 0x%llx "
                       "(size 0x%llx)",
                       partition->name, HEX(region.base), HEX(region.size), HEX(reserved.base), HEX(reserved.size));
            check_note_reserved(model, i);
        }
    }
}

static void check_pair(const struct model *model, const struct partition *a, const struct memory *one,
                       const struct partition *b, const struct memory *other)
{
    if (!one->placed || !other->placed ||
        !region_overlaps((struct region){one->pa, one->size}, (struct region){other->pa, other->size})) {
        return;
    }
    tree_error(&model->tree, b->node, "physical",
               "%s: physical memory at 0x%llx (size 0x%llx) overlaps that of %s at 0x%llx (size 0x%llx)", b->name,
               HEX(other->pa), HEX(other->size), a->name, HEX(one->pa), HEX(one->size));
    diag_note(tree_at(&model->tree, a->node, "physical"),
              "memory of %s is here; leave 'physical' out to have the compiler place memory", a->name);
}

/* Every pair of regions once: region j of partition i against all that come after it. */
static void check_against_later(const struct model *model, uint32_t i, uint32_t j)
{
    const struct partition *a = &model->partitions[i];
    for (uint32_t k = i; k < model->partition_count; k++) {
        const struct partition *b = &model->partitions[k];
        for (uint32_t l = k == i ? j + 1U : 0; l < b->memory_count; l++) {
            check_pair(model, a, &a->memory[j], b, &b->memory[l]);
        }
    }
}

void check_hypervisor_place(struct model *model)
{
    struct hypervisor *hypervisor = &model->hypervisor;
    struct region region = {hypervisor->base, hypervisor->end - hypervisor->base};
    if (!hypervisor->placed) {
        return;
    }
    struct position at = tree_at(&model->tree, hypervisor->node, "load-address");
    if (!check_in_ram(&model->board, region)) {
        diag_error(at, "hypervisor: its region at 0x%llx (size 0x%llx) is outside RAM", HEX(region.base),
                   HEX(region.size));
        check_note_ram(model);
        hypervisor->placed = false;
    }
    for (uint32_t i = 0; i < model->board.reserved_count; i++) {
        struct region reserved = model->board.reserved[i];
        if (region_overlaps(region, reserved)) {
            diag_error(at,
                       "hypervisor: its region at 0x%llx (size 0x%llx) overlaps /reserved-memory at 0x%llx "
                       "(size 0x%llx)",
                       HEX(region.base), HEX(region.size), HEX(reserved.base), HEX(reserved.size));
            check_note_reserved(model, i);
        }
    }
}

/* Where physical and guest address are not congruent modulo a block, each 2 MiB take a table of pages. */
static void check_tables(const struct model *model, const struct partition *partition, const struct memory *memory)
{
    uint64_t tables = memory->size / SIZE_2M;
    if ((memory->ipa - memory->pa) % SIZE_2M != 0 && tables > MAX_PAGE_TABLES) {
        tree_error(&model->tree, partition->node, "physical",
                   "%s: guest address 0x%llx and physical address 0x%llx do not differ by a multiple of 2 MiB: mapping "
                   "0x%llx bytes by pages takes %llu tables, at most %u are supported",
                   partition->name, HEX(memory->ipa), HEX(memory->pa), HEX(memory->size), HEX(tables), MAX_PAGE_TABLES);
    }
}

void check_memory_places(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->memory_count; j++) {
            if (partition->memory[j].fixed) {
                check_place(model, partition, &partition->memory[j]);
                check_tables(model, partition, &partition->memory[j]);
            }
            check_against_later(model, i, j);
        }
    }
}
