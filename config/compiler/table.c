/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table builder: pure data, no diagnostics, tested on its own (tests/config/unit).
 * @implements REQ-CONFIG-019
 */
#include "table.h"

#include "arena.h"

#include <stddef.h>

#define LEAF_LEVEL 3U
#define FIRST_BLOCK_LEVEL 1U /* 1 GiB; level 0 has no blocks with a 4 KiB granule */

/* log2 of what one entry of a level spans: 12, 21, 30, 39. */
static unsigned table_shift(unsigned level)
{
    return 12U + 9U * (LEAF_LEVEL - level);
}

static uint64_t table_span(unsigned level)
{
    return 1ULL << table_shift(level);
}

unsigned table_bits(uint64_t limit, unsigned least)
{
    unsigned bits = least;
    while (bits < 63U && (1ULL << bits) < limit) {
        bits++;
    }
    return bits;
}

static struct table *table_new(unsigned level, uint32_t count)
{
    struct table *table = arena_new(1, sizeof(*table));
    table->level = level;
    table->count = count;
    table->entries = arena_new(count, sizeof(*table->entries));
    return table;
}

struct table *table_new_root(unsigned level, unsigned bits)
{
    unsigned shift = table_shift(level);
    return table_new(level, bits > shift ? 1U << (bits - shift) : 1U);
}

/* Index of an address in a table; the root may have more than 512 entries (concatenated tables). */
static uint64_t table_index(const struct table *table, uint64_t address, bool root)
{
    uint64_t index = address >> table_shift(table->level);
    return root ? index : index % TABLE_ENTRIES;
}

static bool table_can_block(unsigned level, uint64_t address, uint64_t output, uint64_t size)
{
    uint64_t span = table_span(level);
    return level >= FIRST_BLOCK_LEVEL && size >= span && address % span == 0 && output % span == 0;
}

/* The table below an entry, made if the entry is empty; NULL if the entry is taken by something else. */
static struct table *table_descend(const struct table *table, struct table_entry *entry)
{
    if (entry->kind == TABLE_EMPTY) {
        entry->kind = TABLE_NEXT;
        entry->next = table_new(table->level + 1U, TABLE_ENTRIES);
    }
    return entry->kind == TABLE_NEXT ? entry->next : NULL;
}

/* Maps the first piece of a range with one leaf, the largest that fits. Returns its size, 0 if it cannot. */
static uint64_t table_map_leaf(struct table *root, uint64_t address, uint64_t output, uint64_t size,
                               uint64_t attributes)
{
    struct table *table = root;
    uint64_t index = table_index(root, address, true);
    if (index >= root->count) {
        return 0;
    }
    while (!table_can_block(table->level, address, output, size)) {
        if (table->level == LEAF_LEVEL) {
            return 0;
        }
        table = table_descend(table, &table->entries[index]);
        if (table == NULL) {
            return 0;
        }
        index = table_index(table, address, false);
    }
    struct table_entry *entry = &table->entries[index];
    if (entry->kind != TABLE_EMPTY) {
        return 0;
    }
    entry->kind = TABLE_LEAF;
    entry->value = output | attributes | (table->level == LEAF_LEVEL ? TABLE_PAGE : TABLE_BLOCK);
    return table_span(table->level);
}

bool table_map(struct table *root, uint64_t address, uint64_t output, uint64_t size, uint64_t attributes)
{
    while (size > 0) {
        uint64_t done = table_map_leaf(root, address, output, size, attributes);
        if (done == 0) {
            return false;
        }
        address += done;
        output += done;
        size -= done;
    }
    return true;
}

bool table_map_symbol(struct table *root, uint64_t address, const char *symbol)
{
    struct table *table = root;
    uint64_t index = table_index(root, address, true);
    while (index < table->count && table->level < LEAF_LEVEL - 1U) {
        table = table_descend(table, &table->entries[index]);
        if (table == NULL) {
            return false;
        }
        index = table_index(table, address, false);
    }
    if (index >= table->count || table->entries[index].kind != TABLE_EMPTY) {
        return false;
    }
    table->entries[index].kind = TABLE_SYMBOL;
    table->entries[index].symbol = symbol;
    return true;
}

uint64_t table_walk(const struct table *root, uint64_t address, unsigned *level)
{
    const struct table *table = root;
    uint64_t index = table_index(root, address, true);
    while (index < table->count && table->entries[index].kind == TABLE_NEXT) {
        table = table->entries[index].next;
        index = table_index(table, address, false);
    }
    *level = table->level;
    bool leaf = index < table->count && table->entries[index].kind == TABLE_LEAF;
    return leaf ? table->entries[index].value : 0;
}
