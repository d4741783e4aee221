/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/silicon/count/table.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES 256U
#define FIELDS 4U
#define REGION_SHIFT 20U
#define WRITE_BIT (1U << 19)
#define UNKNOWN_CALL 0xffffffffU

struct entry {
    uint64_t field[FIELDS];
};

struct list {
    const char *name;
    uint32_t fields;
    uint32_t room;
    uint32_t count;
    struct entry *entries;
};

enum { VECTORS, FUNCTION, AREA, LOOK, TURN, RETRY, REGION, LISTS };

static struct entry functions[FUNCTIONS];
static struct entry others[LISTS][ENTRIES];
static struct list lists[LISTS] = {
    {"vectors", 1U, ENTRIES, 0U, others[VECTORS]}, {"function", 2U, FUNCTIONS, 0U, functions},
    {"area", 4U, AREAS, 0U, others[AREA]},         {"look", 2U, ENTRIES, 0U, others[LOOK]},
    {"turn", 2U, ENTRIES, 0U, others[TURN]},       {"retry", 3U, ENTRIES, 0U, others[RETRY]},
    {"region", 3U, ENTRIES, 0U, others[REGION]},
};

static bool take(struct list *list, char *rest)
{
    struct entry *entry = &list->entries[list->count];

    if (list->count == list->room) {
        return false;
    }
    for (uint32_t n = 0U; n < list->fields; n++) {
        char *start = rest;

        entry->field[n] = strtoull(start, &rest, 0);
        if (rest == start) {
            return false;
        }
    }
    list->count++;
    return true;
}

static bool take_line(char *line)
{
    for (uint32_t n = 0U; n < LISTS; n++) {
        size_t length = strlen(lists[n].name);

        if (strncmp(line, lists[n].name, length) == 0 && line[length] == ' ') {
            return take(&lists[n], line + length);
        }
    }
    return false;
}

bool table_read(const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    bool good = file != NULL;

    while (good && fgets(line, sizeof(line), file) != NULL) {
        good = take_line(line);
        if (!good) {
            (void)fprintf(stderr, "count: %s: what is %s", path, line);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return good && lists[VECTORS].count == 1U;
}

static uint32_t function_of(uint64_t address)
{
    uint32_t low = 0U;
    uint32_t high = lists[FUNCTION].count;

    while (low < high) {
        uint32_t middle = (low + high) / 2U;

        if (address >= functions[middle].field[1]) {
            low = middle + 1U;
        } else if (address < functions[middle].field[0]) {
            high = middle;
        } else {
            return middle;
        }
    }
    return NO_FUNCTION;
}

/* The entry whose `field` is this address, or NULL. */
static const struct entry *find(uint32_t list, uint32_t field, uint64_t address)
{
    for (uint32_t n = 0U; n < lists[list].count; n++) {
        if (lists[list].entries[n].field[field] == address) {
            return &lists[list].entries[n];
        }
    }
    return NULL;
}

void table_begin_block(struct block *block, uint64_t first)
{
    const struct entry *area = find(AREA, 1U, first);
    const struct entry *retry = find(RETRY, 1U, first);
    const struct entry *look = find(LOOK, 1U, first);
    uint64_t vector = first - others[VECTORS][0].field[0];

    block->first = first;
    block->function = function_of(first);
    block->area = area == NULL ? NO_AREA : (uint32_t)area->field[0];
    block->way = area == NULL ? AREA_CALL : (enum area_way)area->field[2];
    block->bytes = area == NULL ? 0U : (uint32_t)area->field[3];
    block->retry_from = retry == NULL ? 0U : retry->field[0];
    block->retry = retry == NULL ? 0U : (uint32_t)retry->field[2];
    block->slot = look == NULL ? 0U : SLOT_LOOK + (uint32_t)look->field[0];
    if (vector >= 0x400U && vector < 0x800U && vector % 0x80U == 0U) {
        block->slot = (uint32_t)(vector / 0x80U);
    }
}

void table_instruction(struct block *block, uint64_t address)
{
    const struct entry *turn = find(TURN, 0U, address);

    if (turn != NULL) {
        block->counts[WAITED] += turn->field[1];
        block->counts[INSTRUCTIONS] -= turn->field[1];
    }
}

/*
 * Registers of an array are one: GICD and GICR have arrays of 0x80 bytes below 0x400, of 0x400 below 0xc00, and others of
 * 0x100; IROUTER is 0x6000 to 0x7fff (Arm IHI 0069H, 12.8 to 12.11).
 */
static uint64_t array_of(uint64_t offset)
{
    uint64_t frame = offset & ~0xffffULL;
    uint64_t within = offset & 0xffffU;

    if (within < 0x80U) {
        return frame | (within & ~3ULL);
    }
    if (within < 0x400U) {
        return frame | (within & ~0x7fULL);
    }
    if (within >= 0x6000U && within < 0x8000U) {
        return frame | 0x6000U;
    }
    return frame | (within < 0xc00U ? within & ~0x3ffULL : within & ~0xffULL);
}

uint32_t table_detail_access(uint64_t address, bool write)
{
    for (uint32_t n = 0U; n < lists[REGION].count; n++) {
        const uint64_t *region = others[REGION][n].field;

        if (address >= region[0] && address < region[1]) {
            uint64_t offset = (address - region[0]) % region[2];

            return (n + 1U) << REGION_SHIFT | (write ? WRITE_BIT : 0U) | (uint32_t)array_of(offset);
        }
    }
    return write ? WRITE_BIT : 0U;
}

/* SMCCC (Arm DEN 0028): architecture calls, PSCI, and the hypervisor's own. */
uint32_t table_detail_call(uint64_t x0)
{
    uint32_t function = (uint32_t)x0;
    uint32_t service = function & 0xbfffff00U; /* 32 and 64 bits alike */
    uint32_t number = function & 0xffU;

    if ((service == 0x84000000U && number < 0x20U) || (service == 0x86000000U && number < 0x20U) ||
        (service == 0x80000000U && number < 2U)) {
        return function;
    }
    return UNKNOWN_CALL;
}

uint32_t table_detail_register(uint64_t syndrome)
{
    return (uint32_t)syndrome & 0x1ffffffU & ~(0x1fU << 5);
}
