/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shadows of translation tables: what the hardware's walkers could have read. 4 KiB granule; a table is known from the
 * moment its root is in force.
 */
#include "tests/silicon/sanitizer/tlb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES 4096U
#define NOBODYS 0U
#define SHARED UINT16_MAX
#define VTCR_VS (1ULL << 19)
#define VTCR_T0SZ(vtcr) ((uint32_t)(vtcr) & 0x3fU)
#define VTCR_SL0(vtcr) ((uint32_t)(vtcr) >> 6 & 3U)

static struct table *tables[TABLES];
static uint32_t table_count;
/* Of each page: its table (index + 1), its owner (index of vm + 1), when EL2 last wrote to it. */
static uint16_t *table_of_page;
static uint16_t *owner_of_page;
static uint64_t *written_of_page;
static struct vm vms[VMS];

void table_init(void)
{
    table_of_page = kit_shadow(ram_size / PAGE * sizeof(*table_of_page));
    owner_of_page = kit_shadow(ram_size / PAGE * sizeof(*owner_of_page));
    written_of_page = kit_shadow(ram_size / PAGE * sizeof(*written_of_page));
}

uint32_t table_number(void)
{
    return table_count;
}

static void give_up(const char *what)
{
    (void)fprintf(stderr, "sanitizer: too many %s\n", what);
    abort();
}

struct vm *vm_of(uint32_t vmid)
{
    for (uint32_t n = 0U; n < VMS; n++) {
        if (!vms[n].used) {
            vms[n] = (struct vm){.used = true, .vmid = vmid};
        }
        if (vms[n].vmid == vmid) {
            return &vms[n];
        }
    }
    give_up("VMIDs");
    return NULL;
}

uint32_t vm_index(const struct vm *vm)
{
    return (uint32_t)(vm - vms);
}

struct vm *vm_at(uint32_t index)
{
    return &vms[index];
}

/* VTCR_EL2.VS: without it the upper eight bits of the VMID are ignored. */
uint32_t vmid_of(const struct core *core)
{
    uint32_t mask = (core->registers[REG_VTCR_EL2] & VTCR_VS) != 0U ? 0xffffU : 0xffU;

    return (uint32_t)(core->registers[REG_VTTBR_EL2] >> 48) & mask;
}

static uint64_t page_of(uint64_t pa)
{
    return (pa - ram_first) / PAGE;
}

void page_own(const struct core *core, const struct site *site, uint32_t vmid, uint64_t pa, uint64_t size)
{
    struct vm *vm = vm_of(vmid);
    uint16_t owner = (uint16_t)(vm_index(vm) + 1U);

    for (uint64_t at = pa; at < pa + size && is_ram(at); at += PAGE) {
        uint16_t *now = &owner_of_page[page_of(at)];

        *now = *now == NOBODYS || *now == owner ? owner : SHARED;
        if (*now == owner && written_of_page[page_of(at)] > vm->written) {
            vm->written = written_of_page[page_of(at)];
            vm->written_at = at;
        }
    }
    obligation_hand_over(core, site, vmid, pa, size);
}

void page_disown(uint64_t pa, uint64_t size, uint32_t vmid)
{
    uint16_t owner = (uint16_t)(vm_index(vm_of(vmid)) + 1U);

    for (uint64_t at = pa; at < pa + size && is_ram(at); at += PAGE) {
        if (owner_of_page[page_of(at)] == owner) {
            owner_of_page[page_of(at)] = NOBODYS;
        }
    }
}

void page_written(const struct site *site, uint64_t pa)
{
    uint16_t owner = owner_of_page[page_of(pa)];

    written_of_page[page_of(pa)] = tlb_clock;
    if (owner != NOBODYS && owner != SHARED) {
        vms[owner - 1U].written = tlb_clock;
        vms[owner - 1U].writer = site;
        vms[owner - 1U].written_at = pa;
    }
}

struct table *table_at(uint64_t pa)
{
    uint16_t index = is_ram(pa) ? table_of_page[page_of(pa)] : 0U;

    return index == 0U ? NULL : tables[index - 1U];
}

static struct table *new_table(uint64_t pa)
{
    struct table *table = calloc(1U, sizeof(*table));

    if (table == NULL || table_count == TABLES) {
        give_up("translation tables");
        return NULL;
    }
    table->pa = pa;
    memcpy(table->copy, ram_at(pa), sizeof(table->copy));
    tables[table_count] = table;
    table_count++;
    table_of_page[page_of(pa)] = (uint16_t)table_count;
    return table;
}

/* False: known. */
static bool add_place(struct table *table, const struct place *place)
{
    for (uint32_t n = 0U; n < table->place_count; n++) {
        const struct place *old = &table->places[n];

        if (old->regime == place->regime && old->vmid == place->vmid && old->level == place->level &&
            old->base == place->base) {
            return false;
        }
    }
    if (table->place_count == PLACES) {
        give_up("uses of one translation table");
    }
    table->places[table->place_count] = *place;
    table->place_count++;
    return true;
}

void table_add(const struct core *core, const struct site *site, uint64_t pa, const struct place *place)
{
    uint64_t size = 1ULL << level_shift(place->level);
    struct table *table;

    if (!is_ram(pa)) {
        return;
    }
    table = table_at(pa);
    table = table != NULL ? table : new_table(pa);
    if (!add_place(table, place)) {
        return;
    }
    for (uint32_t n = place->first; n < place->first + place->count; n++) {
        uint64_t descriptor = table->copy[n];
        struct place below = place_below(place, n);

        if (is_table(descriptor, place->level)) {
            table_add(core, site, descriptor & ADDRESS_MASK, &below);
        } else if (is_valid(descriptor) && place->regime == STAGE2) {
            page_own(core, site, place->vmid, descriptor & ADDRESS_MASK & ~(size - 1U), size);
        }
    }
}

/* A root for so many bits of input address, where it begins. The input address of its page's first descriptor may be below 0. */
static struct place root_at(uint64_t root, enum regime regime, uint32_t level, uint32_t bits)
{
    uint32_t entries = 1U << (bits - level_shift(level));
    uint32_t first = (uint32_t)(root % PAGE / sizeof(uint64_t));

    return (struct place){.regime = regime,
                          .level = level,
                          .first = first,
                          .base = 0U - ((uint64_t)first << level_shift(level)),
                          .count = entries < DESCRIPTORS - first ? entries : DESCRIPTORS - first};
}

/* Concatenated tables (D8.2.7): the start level has as many as the input address needs. */
void table_root_stage2(const struct core *core, const struct site *site)
{
    uint64_t vtcr = core->registers[REG_VTCR_EL2];
    uint64_t root = core->registers[REG_VTTBR_EL2] & ROOT_MASK;
    uint32_t level = 2U - VTCR_SL0(vtcr);
    uint32_t bits = 64U - VTCR_T0SZ(vtcr);
    uint32_t covered = level_shift(level) + 9U;
    uint64_t count = bits > covered ? 1ULL << (bits - covered) : 1U;

    for (uint64_t n = 0U; n < count && VTCR_SL0(vtcr) < 3U; n++) {
        struct place place = root_at(root, STAGE2, level, bits);

        place.vmid = vmid_of(core);
        place.base += n << covered;
        table_add(core, site, (root & ADDRESS_MASK) + n * PAGE, &place);
    }
}

static uint32_t el2_start_level(uint64_t tcr)
{
    uint32_t bits = 64U - ((uint32_t)tcr & 0x3fU);

    return 3U - (bits - 13U) / 9U;
}

void table_root_el2(const struct core *core, const struct site *site)
{
    uint64_t tcr = core->registers[REG_TCR_EL2];
    uint64_t root = core->registers[REG_TTBR0_EL2] & ROOT_MASK;
    struct place place = root_at(root, EL2_STAGE1, el2_start_level(tcr), 64U - ((uint32_t)tcr & 0x3fU));

    table_add(core, site, root & ADDRESS_MASK, &place);
}

/* The same whatever size the block has: the page's address, and the attributes. */
static uint64_t translation_of(uint64_t descriptor, uint32_t level, uint64_t address)
{
    uint64_t offset = address & ((1ULL << level_shift(level)) - PAGE);

    return (descriptor & ~(2U | 1ULL << 52)) | offset;
}

uint64_t table_walk_el2(uint64_t ttbr0, uint64_t tcr, uint64_t address)
{
    uint64_t table = ttbr0 & ROOT_MASK;

    for (uint32_t level = el2_start_level(tcr); level <= LAST_LEVEL; level++) {
        uint64_t index = address >> level_shift(level) & (DESCRIPTORS - 1U);
        uint64_t descriptor = 0U;

        if (!ram_read64(table + index * 8U, &descriptor) || !is_valid(descriptor)) {
            return 0U;
        }
        if (!is_table(descriptor, level)) {
            return translation_of(descriptor, level, address);
        }
        table = descriptor & ADDRESS_MASK;
    }
    return 0U;
}

bool table_maps(uint64_t table, uint32_t level, uint64_t pa, uint64_t size)
{
    uint64_t each = 1ULL << level_shift(level);

    for (uint32_t n = 0U; n < DESCRIPTORS; n++) {
        uint64_t descriptor = 0U;
        uint64_t output;

        if (!ram_read64(table + n * 8U, &descriptor) || !is_valid(descriptor)) {
            continue;
        }
        output = descriptor & ADDRESS_MASK;
        if (is_table(descriptor, level) ? table_maps(output, level + 1U, pa, size)
                                        : pa < output + each && output < pa + size) {
            return true;
        }
    }
    return false;
}
