/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds VMSAv8-64 translation tables with a 4 KiB granule (Arm DDI 0487, chapter D8) from ranges, with the largest
 * blocks that alignment allows. What the attributes mean is the caller's: the same code makes stage 1 and stage 2.
 *
 * A table for 2^bits addresses starts at level 1 up to 40 bits for stage 2 (concatenated tables) and up to 39 bits
 * for stage 1, else at level 0; the root has just the entries that are needed.
 */
#ifndef CONFIG_COMPILER_TABLE_H
#define CONFIG_COMPILER_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/* Descriptor types, D8.3.1. */
#define TABLE_VALID 1ULL
#define TABLE_TABLE 3ULL /* next-level table at levels 0 to 2 */
#define TABLE_PAGE 3ULL  /* page at level 3 */
#define TABLE_BLOCK 1ULL /* block at levels 1 and 2 */
#define TABLE_ENTRIES 512U

enum table_kind {
    TABLE_EMPTY,
    TABLE_LEAF,   /* value is the descriptor */
    TABLE_NEXT,   /* next is the table below */
    TABLE_SYMBOL, /* the table below is a symbol of the linker script */
};

struct table;

struct table_entry {
    enum table_kind kind;
    uint64_t value;
    struct table *next;
    const char *symbol;
};

struct table {
    unsigned level;
    uint32_t count; /* entries */
    struct table_entry *entries;
};

/* Address bits, at least `least`, to reach below `limit`. */
unsigned table_bits(uint64_t limit, unsigned least);

/* An empty root for 2^bits addresses. */
struct table *table_new_root(unsigned level, unsigned bits);

/*
 * Maps [address, address + size) to output. attributes: lower and upper attributes of a leaf, without type bits.
 * All three are multiples of 4 KiB. False if something is mapped there already, or it is beyond the root.
 */
bool table_map(struct table *root, uint64_t address, uint64_t output, uint64_t size, uint64_t attributes);

/* Has the 2 MiB at address described by the level 3 table that the linker script calls symbol. */
bool table_map_symbol(struct table *root, uint64_t address, const char *symbol);

/* What an address is translated to: the leaf's descriptor and its level; 0 if nothing is mapped there. */
uint64_t table_walk(const struct table *root, uint64_t address, unsigned *level);

#endif
