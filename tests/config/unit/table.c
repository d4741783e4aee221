/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table builder by itself.
 * @verifies REQ-CONFIG-019
 */
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define KIB_4 0x1000ULL
#define MIB_2 0x200000ULL
#define GIB_1 0x40000000ULL
#define ATTRIBUTES 0x0040000000000700ULL
#define OUTPUT_MASK 0x0000fffffffff000ULL

static void expect(const struct table *root, uint64_t address, uint64_t output, unsigned level)
{
    unsigned found = 9;
    uint64_t leaf = table_walk(root, address, &found);
    assert_int_equal(found, level);
    assert_int_equal(leaf, output | ATTRIBUTES | (level == 3U ? TABLE_PAGE : TABLE_BLOCK));
}

static void expect_none(const struct table *root, uint64_t address)
{
    unsigned level = 0;
    assert_int_equal(table_walk(root, address, &level), 0);
}

static void root_has_as_many_entries_as_bits_need(void **state)
{
    (void)state;
    assert_int_equal(table_new_root(1, 32)->count, 4);
    assert_int_equal(table_new_root(1, 39)->count, 512);
    assert_int_equal(table_new_root(1, 40)->count, 1024);
    assert_int_equal(table_new_root(0, 40)->count, 2);
}

static void bits_reach_the_last_address(void **state)
{
    (void)state;
    assert_int_equal(table_bits(0, 32), 32);
    assert_int_equal(table_bits(1ULL << 32, 32), 32);
    assert_int_equal(table_bits((1ULL << 32) + 1U, 32), 33);
    assert_int_equal(table_bits(1ULL << 40, 32), 40);
}

static void aligned_gib_is_one_block(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 32);
    assert_true(table_map(root, GIB_1, 2U * GIB_1, GIB_1, ATTRIBUTES));
    expect(root, GIB_1 + 5U * MIB_2, 2U * GIB_1, 1);
    expect_none(root, 0);
    expect_none(root, 2U * GIB_1);
}

static void range_uses_each_size_where_it_fits(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 33);
    uint64_t start = GIB_1 - MIB_2 - KIB_4;
    assert_true(table_map(root, start, start, GIB_1 + 2U * MIB_2 + 2U * KIB_4, ATTRIBUTES));
    expect(root, start, start, 3);
    expect(root, GIB_1 - MIB_2, GIB_1 - MIB_2, 2);
    expect(root, GIB_1, GIB_1, 1);
    expect(root, 2U * GIB_1, 2U * GIB_1, 2);
    expect(root, 2U * GIB_1 + MIB_2, 2U * GIB_1 + MIB_2, 3);
    expect_none(root, start - KIB_4);
    expect_none(root, 2U * GIB_1 + MIB_2 + KIB_4);
}

static void output_that_is_not_congruent_takes_pages(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 32);
    assert_true(table_map(root, MIB_2, MIB_2 + KIB_4, MIB_2, ATTRIBUTES));
    expect(root, MIB_2, MIB_2 + KIB_4, 3);
    expect(root, 2U * MIB_2 - KIB_4, 2U * MIB_2, 3);
}

static void nothing_is_mapped_twice(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 32);
    assert_true(table_map(root, GIB_1, 0, MIB_2, ATTRIBUTES));
    assert_false(table_map(root, GIB_1 + KIB_4, 0, KIB_4, ATTRIBUTES));
    assert_false(table_map(root, GIB_1, 0, MIB_2, ATTRIBUTES));
    assert_false(table_map(root, GIB_1, 0, GIB_1, ATTRIBUTES));
    assert_true(table_map(root, 0, 0, KIB_4, ATTRIBUTES));
    assert_false(table_map(root, 0, 0, MIB_2, ATTRIBUTES));
}

static void nothing_is_mapped_beyond_the_root(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 32);
    assert_false(table_map(root, 4U * GIB_1, 0, KIB_4, ATTRIBUTES));
    assert_false(table_map(root, 4U * GIB_1 - KIB_4, 0, 2U * KIB_4, ATTRIBUTES));
    expect_none(root, 4U * GIB_1);
}

static void part_of_a_page_is_refused(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 32);
    assert_false(table_map(root, 0, 0, KIB_4 / 2U, ATTRIBUTES));
    assert_false(table_map(root, KIB_4 / 2U, 0, KIB_4, ATTRIBUTES));
}

static void concatenated_root_is_indexed_beyond_512(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 40);
    uint64_t last = (1ULL << 40) - GIB_1;
    assert_true(table_map(root, last, GIB_1, GIB_1, ATTRIBUTES));
    expect(root, last, GIB_1, 1);
    expect_none(root, (1ULL << 39) - GIB_1);
}

static void level_0_has_no_blocks(void **state)
{
    (void)state;
    struct table *root = table_new_root(0, 40);
    assert_true(table_map(root, 1ULL << 39, 0, 1ULL << 39, ATTRIBUTES));
    expect(root, 1ULL << 39, 0, 1);
    expect(root, (1ULL << 40) - GIB_1, (1ULL << 39) - GIB_1, 1);
}

static void symbol_stands_for_a_level_3_table(void **state)
{
    (void)state;
    struct table *root = table_new_root(1, 32);
    assert_true(table_map_symbol(root, GIB_1 + MIB_2, "pages"));
    const struct table *middle = root->entries[1].next;
    assert_int_equal(middle->level, 2);
    assert_int_equal(middle->entries[1].kind, TABLE_SYMBOL);
    assert_string_equal(middle->entries[1].symbol, "pages");
    assert_false(table_map_symbol(root, GIB_1 + MIB_2, "other"));
    assert_false(table_map(root, GIB_1 + MIB_2, 0, KIB_4, ATTRIBUTES));
    assert_false(table_map_symbol(root, 4U * GIB_1, "pages"));
}

static uint64_t random_below(uint64_t limit)
{
    uint64_t number = (uint64_t)rand();
    return number % limit;
}

/* Random ranges in separate GiB: every page translates as asked, its neighbours do not. */
static void random_ranges_translate_as_asked(void **state)
{
    (void)state;
    srand(1);
    struct table *root = table_new_root(1, 39);
    for (uint64_t i = 1; i < 500U; i++) {
        uint64_t size = (random_below(2000) + 1U) * KIB_4;
        uint64_t address = i * GIB_1 + random_below(10000) * KIB_4;
        uint64_t output = random_below(3) == 0 ? address + 7U * MIB_2 : random_below(1U << 24) * KIB_4;
        assert_true(table_map(root, address, output, size, ATTRIBUTES));
        for (uint64_t offset = 0; offset < size; offset += KIB_4) {
            unsigned level = 0;
            uint64_t leaf = table_walk(root, address + offset, &level) & OUTPUT_MASK;
            uint64_t within = (address + offset) & ((1ULL << (12U + 9U * (3U - level))) - 1U);
            assert_int_equal(leaf + within, output + offset);
        }
        expect_none(root, address - KIB_4);
        expect_none(root, address + size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_has_as_many_entries_as_bits_need),
        cmocka_unit_test(bits_reach_the_last_address),
        cmocka_unit_test(aligned_gib_is_one_block),
        cmocka_unit_test(range_uses_each_size_where_it_fits),
        cmocka_unit_test(output_that_is_not_congruent_takes_pages),
        cmocka_unit_test(nothing_is_mapped_twice),
        cmocka_unit_test(nothing_is_mapped_beyond_the_root),
        cmocka_unit_test(part_of_a_page_is_refused),
        cmocka_unit_test(concatenated_root_is_indexed_beyond_512),
        cmocka_unit_test(level_0_has_no_blocks),
        cmocka_unit_test(symbol_stands_for_a_level_3_table),
        cmocka_unit_test(random_ranges_translate_as_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
