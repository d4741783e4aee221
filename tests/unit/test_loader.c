/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loader (partitions/loader.c): after it, memory is the image and zeros, whatever was there before; every page is
 * cleaned once, after its last store.
 */
#include "tests/unit/fake/test.h"
#include "partitions/loader.h"

#define RAM 0x48000000U
#define RAM_2 0x50000000U
#define IMAGE 0x41000000U
#define PAGES 6U
#define STALE 0xee
#define MAX_COPIES 8U

static uint8_t ram[PAGES * PAGE_SIZE];
static uint8_t ram_2[2U * PAGE_SIZE];
static uint8_t expected[PAGES * PAGE_SIZE];
static uint8_t expected_2[2U * PAGE_SIZE];
static uint8_t image[PAGES * PAGE_SIZE];
static struct memory_config regions[2];
static struct copy_config copies[MAX_COPIES];
static struct partition_config *config;
static struct partition_state *partition;

static int set_up(void **state)
{
    (void)state;
    fake_board_reset();
    fake_memory_reset();
    memset(ram, STALE, sizeof(ram));
    memset(ram_2, STALE, sizeof(ram_2));
    memset(expected, 0, sizeof(expected));
    memset(expected_2, 0, sizeof(expected_2));
    for (uint32_t n = 0U; n < sizeof(image); n++) {
        image[n] = (uint8_t)(1U + n * 7U % 251U);
    }
    fake_memory_add(RAM, ram, sizeof(ram));
    fake_memory_add(RAM_2, ram_2, sizeof(ram_2));
    fake_memory_add(IMAGE, image, sizeof(image));
    regions[0] = (struct memory_config){IPA(0x40000000U), PA(RAM), sizeof(ram)};
    regions[1] = (struct memory_config){IPA(0x60000000U), PA(RAM_2), sizeof(ram_2)};
    config = &fake_partition_configs[SAFETY];
    config->memory = regions;
    config->memory_count = 1U;
    config->copies = copies;
    config->copy_count = 0U;
    partition = &fake_partitions[SAFETY];
    partition->phase = PARTITION_LOADING;
    fake_journal_clear();
    return 0;
}

/* A piece of `size` bytes from `source` in the image to offset `to` of the memory. */
static void piece(uint64_t source, uint64_t to, uint64_t size)
{
    uint64_t padded = (size + 7U) & ~7ULL;

    assert_true(config->copy_count < MAX_COPIES);
    memset(&image[source + size], 0, padded - size); /* as the config compiler pads */
    copies[config->copy_count] = (struct copy_config){PA(IMAGE + source), PA(RAM + to), size};
    config->copy_count++;
    memcpy(&expected[to], &image[source], padded);
}

static void load(void)
{
    uint32_t steps = 1U;

    while (loader_step(partition)) {
        steps++;
        assert_true(steps <= PAGES + 2U);
    }
}

static void assert_loaded(void)
{
    load();
    assert_memory_equal(ram, expected, sizeof(ram));
    for (uint32_t n = 0U; n < PAGES; n++) {
        assert_called("memory_clean_invalidate", n, RAM + n * PAGE_SIZE, PAGE_SIZE, 0U);
    }
    assert_int_equal(fake_count("memory_clean_invalidate"), PAGES + (config->memory_count == 2U ? 2U : 0U));
}

/* @verifies REQ-LOAD-002 */
static void memory_without_an_image_becomes_zero(void **state)
{
    (void)state;
    assert_loaded();
    assert_int_equal(fake_count("memory_scrub"), 2U); /* four pages, and the rest */
    assert_int_equal(fake_count("memory_copy"), 0U);
}

/* @verifies REQ-LOAD-002 */
static void a_piece_that_begins_and_ends_inside_pages_leaves_zeros_around_it(void **state)
{
    (void)state;
    piece(0U, 0x808U, 2U * PAGE_SIZE);
    assert_loaded();
}

/* @verifies REQ-LOAD-002 */
static void several_pieces_in_one_page_are_all_there(void **state)
{
    (void)state;
    piece(0U, PAGE_SIZE, 8U);
    piece(0x100U, PAGE_SIZE + 0x10U, 0x20U);
    piece(0x200U, PAGE_SIZE + 0x30U, 0x100U);
    piece(0x400U, PAGE_SIZE + 0xff8U, 8U);
    assert_loaded();
}

/* @verifies REQ-LOAD-002 */
static void a_page_with_the_end_of_one_piece_and_the_start_of_the_next_has_both(void **state)
{
    (void)state;
    piece(0U, 0x800U, PAGE_SIZE);
    piece(0x2000U, 0x1800U, 2U * PAGE_SIZE);
    piece(0x4800U, 0x3800U, 0x10U);
    assert_loaded();
}

/* @verifies REQ-LOAD-002 */
static void a_piece_may_fill_the_memory_to_its_last_byte(void **state)
{
    (void)state;
    piece(0U, 0U, PAGES * PAGE_SIZE);
    assert_loaded();
    assert_int_equal(fake_count("memory_zero_page") + fake_count("memory_scrub"), 0U);
    assert_int_equal(fake_count("memory_copy_page"), PAGES);
}

/* @verifies REQ-LOAD-002 */
static void a_size_that_is_no_multiple_of_eight_is_copied_to_its_last_byte(void **state)
{
    (void)state;
    piece(0x10U, 0x20U, 13U);
    piece(0x1000U, PAGE_SIZE, PAGE_SIZE - 3U);
    piece(0x3000U, 3U * PAGE_SIZE, PAGE_SIZE + 1U);
    piece(0x5000U, 5U * PAGE_SIZE + 0xff0U, 9U);
    assert_loaded();
}

/* @verifies REQ-LOAD-002 */
static void an_empty_piece_copies_nothing(void **state)
{
    (void)state;
    piece(0U, 0x100U, 0U);
    piece(0x100U, PAGE_SIZE, 0U);
    piece(0x800U, PAGE_SIZE, 0x40U);
    assert_loaded();
}

/* @verifies REQ-LOAD-002 */
static void pieces_reach_every_region(void **state)
{
    (void)state;
    config->memory_count = 2U;
    piece(0U, 5U * PAGE_SIZE + 0x10U, 0xff0U);
    copies[1] = (struct copy_config){PA(IMAGE + 0x2000U), PA(RAM_2 + 0xf00U), 0x200U};
    config->copy_count = 2U;
    memcpy(&expected_2[0xf00U], &image[0x2000U], 0x200U);
    assert_loaded();
    assert_memory_equal(ram_2, expected_2, sizeof(ram_2));
    assert_called("memory_clean_invalidate", PAGES, RAM_2, PAGE_SIZE, 0U);
    assert_called("memory_clean_invalidate", PAGES + 1U, RAM_2 + PAGE_SIZE, PAGE_SIZE, 0U);
}

/* @verifies REQ-LOAD-002 */
static void regions_need_not_be_in_the_order_of_their_addresses(void **state)
{
    struct memory_config high = regions[1];

    (void)state;
    regions[1] = regions[0];
    regions[0] = high;
    config->memory_count = 2U;
    piece(0U, 0x10U, 0x10U);
    piece(0x1000U, 5U * PAGE_SIZE + 0xf00U, 0x100U);
    copies[2] = (struct copy_config){PA(IMAGE + 0x2000U), PA(RAM_2 + 0xf00U), 0x200U};
    config->copy_count = 3U;
    memcpy(&expected_2[0xf00U], &image[0x2000U], 0x200U);
    load();
    assert_memory_equal(ram, expected, sizeof(ram));
    assert_memory_equal(ram_2, expected_2, sizeof(ram_2));
}

/* @verifies REQ-LOAD-001 */
static void a_page_is_cleaned_after_its_last_store_and_before_the_step_ends(void **state)
{
    (void)state;
    piece(0U, 0U, 0x10U);
    piece(0x100U, 0x800U, 0x10U);
    assert_true(loader_step(partition));
    assert_int_equal(fake_count("memory_clean_invalidate"), 1U);
    assert_true(fake_position("memory_zero_page", 0U) < fake_position("memory_copy", 0U));
    assert_true(fake_position("memory_copy", 1U) < fake_position("memory_clean_invalidate", 0U));
}

/* @verifies REQ-LOAD-002 */
static void one_step_is_one_page_of_the_image_or_four_empty_ones(void **state)
{
    (void)state;
    piece(0U, 0U, PAGE_SIZE);
    piece(PAGE_SIZE, 5U * PAGE_SIZE + 0x10U, 0x10U);
    assert_true(loader_step(partition));
    assert_int_equal(fake_count("memory_clean_invalidate"), 1U);
    assert_int_equal(ram[PAGE_SIZE], STALE);
    assert_true(loader_step(partition));
    assert_int_equal(fake_count("memory_clean_invalidate"), 5U);
    assert_memory_equal(ram, expected, 5U * PAGE_SIZE);
    assert_int_equal(ram[5U * PAGE_SIZE], STALE);
    assert_false(loader_step(partition));
    assert_memory_equal(ram, expected, sizeof(ram));
}

/* @verifies REQ-LOAD-002 */
static void a_pending_interrupt_ends_a_run_after_one_step(void **state)
{
    (void)state;
    fake_gic_reset();
    assert_false(loader_run(partition));
    partition->loader = (struct loader_state){0};
    fake_journal_clear();
    fake_gic_raise(40U);
    assert_true(loader_run(partition));
    assert_int_equal(fake_count("memory_clean_invalidate"), 4U);
    assert_false(loader_run(partition));
    assert_int_equal(fake_count("memory_clean_invalidate"), PAGES);
}

/* @verifies REQ-LOAD-002 */
static void a_second_load_undoes_what_the_guest_did(void **state)
{
    (void)state;
    piece(0U, 0x1010U, 0x1100U);
    assert_loaded();
    memset(ram, STALE, sizeof(ram));
    partition->loader = (struct loader_state){0};
    fake_journal_clear();
    assert_loaded();
}

static void the_partitions_memory_is_mapped_only_in_between(void **state)
{
    (void)state;
    loader_open(partition);
    loader_close();
    assert_called("memory_use_root", 0U, config->load_root.value, 0U, 0U);
    assert_called("memory_use_root", 1U, el2_root, 0U, 0U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(memory_without_an_image_becomes_zero, set_up),
        cmocka_unit_test_setup(a_piece_that_begins_and_ends_inside_pages_leaves_zeros_around_it, set_up),
        cmocka_unit_test_setup(several_pieces_in_one_page_are_all_there, set_up),
        cmocka_unit_test_setup(a_page_with_the_end_of_one_piece_and_the_start_of_the_next_has_both, set_up),
        cmocka_unit_test_setup(a_piece_may_fill_the_memory_to_its_last_byte, set_up),
        cmocka_unit_test_setup(a_size_that_is_no_multiple_of_eight_is_copied_to_its_last_byte, set_up),
        cmocka_unit_test_setup(an_empty_piece_copies_nothing, set_up),
        cmocka_unit_test_setup(pieces_reach_every_region, set_up),
        cmocka_unit_test_setup(regions_need_not_be_in_the_order_of_their_addresses, set_up),
        cmocka_unit_test_setup(a_page_is_cleaned_after_its_last_store_and_before_the_step_ends, set_up),
        cmocka_unit_test_setup(one_step_is_one_page_of_the_image_or_four_empty_ones, set_up),
        cmocka_unit_test_setup(a_pending_interrupt_ends_a_run_after_one_step, set_up),
        cmocka_unit_test_setup(a_second_load_undoes_what_the_guest_did, set_up),
        cmocka_unit_test_setup(the_partitions_memory_is_mapped_only_in_between, set_up),
    };

    return cmocka_run_group_tests_name("loader", tests, NULL, NULL);
}
