/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Setting SMMUv3 up (smmu/smmuv3.c), against a model of its registers (tests/unit/smmu).
 * sources: smmu/smmuv3.c smmu/smmuv3_queue.c smmu/smmuv3_events.c tests/unit/smmu/smmuv3_model.c
 * sources: tests/unit/smmu/smmuv3_fixture.c tests/unit/fake/machine.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake/machine.h"
#include "tests/unit/smmu/smmuv3_fixture.h"
#include "tests/unit/smmu/smmuv3_model.h"

/* @verifies REQ-DMA-001 */
static void there_is_no_moment_in_which_a_device_is_let_through(void **state)
{
    (void)state;
    smmuv3_fill_entries(0xdU); /* an image that an earlier run has left */
    assert_true(model_access(1U, IVI_VMID));
    smmuv3_init();
    assert_false(model.bypassed);
    assert_int_equal(model.gbpa & 1U << 20, 1U << 20);
    for (uint32_t n = 1U; n < MODEL_STREAMS; n++) {
        assert_false(model_access(n, IVI_VMID));
        assert_false(model_access(n, 3U));
        assert_int_equal(*ENTRY(n), 0U);
    }
}

/* @verifies REQ-DMA-001 */
static void an_smmu_that_a_boot_loader_left_on_is_set_up_anew(void **state)
{
    (void)state;
    smmuv3_init();
    smmuv3_attach_ivi();
    assert_true(model_access(1U, IVI_VMID)); /* its entry and translations are cached now */
    model_event(4U | 1ULL << 32, 0U, 0U, 0U);
    model_error(4U);
    smmuv3_init();
    assert_false(model.bypassed);
    assert_int_equal(model.written_while_enabled, 0U);
    assert_false(model_access(1U, IVI_VMID));
    assert_int_equal(smmu_check(0U, &(uint64_t){0U}), SMMU_WELL);
    assert_false(smmu_next_event(0U, &(struct smmu_event){0U}));
}

/* @verifies REQ-DMA-001 */
static void the_registers_say_where_tables_and_queues_are_and_how_to_read_them(void **state)
{
    (void)state;
    smmuv3_init();
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x28U, 4U), 0xd75U);
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x2cU, 4U), 6U);
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x80U, 4U), (uint32_t)smmuv3_config.table);
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x84U, 4U), smmuv3_config.table >> 32);
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x88U, 4U), 2U);
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x90U, 4U), (uint32_t)(uint64_t)model_commands | MODEL_COMMANDS_LOG2);
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x94U, 4U), ((uint64_t)model_commands | 1ULL << 62) >> 32);
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0xa0U, 4U), (uint32_t)(uint64_t)model_events | MODEL_EVENTS_LOG2);
    assert_int_equal(model.cr0, 0xdU);
    assert_int_equal(model.irq_ctrl, 5U);
    assert_int_equal(model.log[0][0] & 0xffU, 0x04U);
    assert_int_equal(model.log[1][0], 0x30U);
    assert_int_equal(model.log[2][0], 0x46U);
    assert_int_equal(model.commands, 3U);
}

/* @verifies REQ-DMA-001 */
static void requests_that_claim_to_be_translated_are_looked_up_where_devices_can_make_them(void **state)
{
    (void)state;
    model.idr0 |= 1U << 10; /* ATS */
    smmuv3_init();
    assert_int_equal(model.cr0, 0x1dU);
}

static void refused(const char *what, uint64_t found, uint64_t expected)
{
    uint64_t is = 77U;
    uint64_t should = 77U;

    assert_string_equal(smmu_init(0U, &is, &should), what);
    assert_int_equal(is, found);
    assert_int_equal(should, expected);
    assert_int_equal(model.cr0 & 1U, 0U);
    assert_int_equal(model.gbpa & 1U << 20, 1U << 20);
    (void)smmuv3_set_up(NULL);
}

/* @verifies REQ-DMA-002 */
static void an_smmu_that_is_not_the_one_configured_is_refused_and_blocks(void **state)
{
    (void)state;
    model.idr0 &= ~1U;
    refused("stage 2 (IDR0.S2P)", 0U, 1U);
    model.idr0 = (model.idr0 & ~0xcU) | 0x4U;
    refused("AArch64 tables (IDR0.TTF)", 1U, 2U);
    model.idr0 &= ~0x10U;
    refused("coherent walks (IDR0.COHACC)", 0U, 1U);
    model.idr0 |= 0x600000U;
    refused("little-endian tables (IDR0.TTENDIAN)", 3U, 2U);
    model.idr0 = (model.idr0 & ~0x3000000U) | 0x2000000U;
    refused("faults that end (IDR0.STALL_MODEL)", 2U, 1U);
    model.idr0 &= ~0x18000000U;
    smmuv3_config.table_config = 1U << 16 | 6U << 6 | 8U;
    refused("two-level stream table (IDR0.ST_LEVEL)", 0U, 1U);
    model.idr1 |= 1U << 30;
    refused("tables at any address (IDR1.TABLES_PRESET, QUEUES_PRESET)", 2U, 0U);
    model.idr1 |= 1U << 29;
    refused("tables at any address (IDR1.TABLES_PRESET, QUEUES_PRESET)", 1U, 0U);
    smmuv3_config.id_bits = 17U;
    refused("StreamID bits (IDR1.SIDSIZE)", 16U, 17U);
    model.idr1 = (model.idr1 & ~0x3e00000U) | 2U << 21;
    refused("command queue (IDR1.CMDQS)", 2U, 3U);
    model.idr1 = (model.idr1 & ~0x1f0000U) | 2U << 16;
    refused("event queue (IDR1.EVENTQS)", 2U, 3U);
    model.idr5 = 0x71U;
    refused("address bits (IDR5.OAS)", 36U, 40U);
    model.idr5 = 0x64U;
    refused("4 KiB granule (IDR5.GRAN4K)", 0U, 1U);
}

/* @verifies REQ-DMA-002 */
static void what_is_only_just_enough_is_accepted(void **state)
{
    (void)state;
    model.idr1 = 3U << 21 | 3U << 16 | 2U;
    model.idr5 = 0x12U;
    smmuv3_init();
    (void)smmuv3_set_up(NULL);
    smmuv3_config.coherent = false;
    model.coherent = false;
    model.idr0 &= ~0x18000010U; /* neither coherent nor with two levels */
    smmuv3_init();
    assert_int_equal(fake_mmio_read(MODEL_BASE + 0x28U, 4U), 0U);
}

/* @verifies REQ-DMA-003 */
static void no_answer_is_waited_for_without_end(void **state)
{
    (void)state;
    model.deaf_gbpa = true;
    assert_string_equal(smmu_init(0U, &(uint64_t){0U}, &(uint64_t){0U}), "answer to GBPA.ABORT");
    assert_string_equal(smmu_init(0U, &(uint64_t){0U}, &(uint64_t){0U}), "answer to GBPA.ABORT");
    (void)smmuv3_set_up(NULL);
    model.deaf_cr0 = true;
    refused("answer to CR0 or IRQ_CTRL of 0", 0U, 1U);
    model.deaf_irq = true;
    refused("answer to CR0 or IRQ_CTRL of 0", 0U, 1U);
    model.stuck = true;
    refused("answer to the first commands", 0U, 1U);
    model.refuse = 0x30U;
    refused("answer to the first commands", 0U, 1U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(there_is_no_moment_in_which_a_device_is_let_through, smmuv3_set_up),
        cmocka_unit_test_setup(an_smmu_that_a_boot_loader_left_on_is_set_up_anew, smmuv3_set_up),
        cmocka_unit_test_setup(the_registers_say_where_tables_and_queues_are_and_how_to_read_them, smmuv3_set_up),
        cmocka_unit_test_setup(requests_that_claim_to_be_translated_are_looked_up_where_devices_can_make_them,
                               smmuv3_set_up),
        cmocka_unit_test_setup(an_smmu_that_is_not_the_one_configured_is_refused_and_blocks, smmuv3_set_up),
        cmocka_unit_test_setup(what_is_only_just_enough_is_accepted, smmuv3_set_up),
        cmocka_unit_test_setup(no_answer_is_waited_for_without_end, smmuv3_set_up),
    };

    return cmocka_run_group_tests_name("smmuv3_init", tests, NULL, NULL);
}
