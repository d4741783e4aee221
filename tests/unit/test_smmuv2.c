/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver of SMMUv2 (smmu/smmuv2*.c) against a model of its registers that was written from the specification: what the model
 * has wrong, the driver may have wrong as well.
 * sources: smmu/smmuv2.c smmu/smmuv2_events.c tests/unit/smmu/smmuv2_model.c tests/unit/fake/machine.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "include/bulkhead/trace.h"
#include "smmu/smmuv2.h"
#include "tests/unit/fake/machine.h"
#include "tests/unit/smmu/smmuv2_model.h"

#define IVI_ROOT 0x48001000U
#define VTCR 0x80023558U /* inner shareable, write-back */

static const struct stream_config ivi_streams[] = {{.id = 0x7fffU, .slot = 0U}, {.id = 6U, .slot = 2U}};
static const struct stream_config aux_streams[] = {{.id = 5U, .slot = 1U}};
const uint32_t partition_count = 2U;
const struct partition_config partition_configs[] = {
    {.vmid = 2U, .vtcr = VTCR, .dma_root = {IVI_ROOT}, .stream_count = 2U, .streams = ivi_streams},
    {.vmid = 3U, .vtcr = VTCR, .dma_root = {0x1248002000ULL}, .stream_count = 1U, .streams = aux_streams},
};
const uint32_t smmu_count = 1U;
extern struct smmu_config config __asm__("smmu_configs");
struct smmu_config config;
static uint64_t root;
static uint32_t vmid;

static int set_up(void **state)
{
    (void)state;
    fake_machine_reset();
    model_reset();
    config = (struct smmu_config){.base = {MODEL_BASE}, .id_bits = 15U, .output_bits = 40U, .coherent = true};
    return 0;
}

static void init(void)
{
    uint64_t found;
    uint64_t expected;

    assert_null(smmu_init(0U, &found, &expected));
}

static bool reaches(uint32_t stream)
{
    return model_access(stream, 0x1000U, &root, &vmid);
}

/* @verifies REQ-DMA-014 */
static void once_it_is_on_every_stream_is_blocked(void **state)
{
    (void)state;
    *model_global(0x800U) = 1U << 31 | 6U; /* a boot loader's: let through */
    *model_global(0xc00U) = 1U << 16;
    assert_true(reaches(6U));
    model.bypassed = false;
    init();
    for (uint32_t stream = 0U; stream < 0x8000U; stream++) {
        assert_false(reaches(stream));
    }
    assert_false(model.bypassed);
    assert_true(model.all_invalidated);
    assert_int_equal(model.synchronised, 1U);
    assert_int_equal(*model_bank(1U, 4U) & 2U, 0U); /* no prefetch */
}

/* @verifies REQ-DMA-014 */
static void a_stream_that_is_attached_is_translated_by_its_partitions_tables(void **state)
{
    (void)state;
    init();
    assert_true(smmu_attach(&partition_configs[0], &ivi_streams[0]));
    assert_true(smmu_attach(&partition_configs[1], &aux_streams[0]));
    assert_true(reaches(0x7fffU));
    assert_int_equal(root, IVI_ROOT);
    assert_int_equal(vmid, 2U);
    assert_int_equal(*model_bank(0U, 0x30U), VTCR);
    assert_true(reaches(5U));
    assert_int_equal(root, 0x1248002000ULL);
    assert_int_equal(vmid, 3U);
    assert_false(reaches(6U));
    assert_false(reaches(4U));
    assert_false(model.bypassed);
}

static void walks_that_are_not_coherent_are_not_cached(void **state)
{
    (void)state;
    config.coherent = false;
    model.idr0 &= ~(1U << 14);
    init();
    assert_true(smmu_attach(&partition_configs[0], &ivi_streams[1]));
    assert_int_equal(*model_bank(2U, 0x30U), VTCR & ~0x3f00U);
}

/* @verifies REQ-DMA-014 */
static void a_stream_that_is_detached_is_blocked_and_its_translations_are_forgotten(void **state)
{
    struct smmu_ticket ticket;

    (void)state;
    init();
    assert_true(smmu_attach(&partition_configs[0], &ivi_streams[1]));
    assert_true(reaches(6U));
    model.stuck = true;
    smmu_begin(0U, &ticket);
    assert_true(smmu_detach(&ivi_streams[1]));
    assert_false(reaches(6U));
    assert_true(smmu_forget(0U, &partition_configs[0]));
    assert_int_equal(model.invalidated, 1U << 2);
    assert_true(smmu_sync(0U, &ticket));
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_BUSY);
    *model_global(0x74U) = 0U;
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_DONE);
    assert_false(model.bypassed);
}

static void refused(const char *what, uint64_t found, uint64_t expected)
{
    uint64_t is = 77U;
    uint64_t should = 77U;

    assert_string_equal(smmu_init(0U, &is, &should), what);
    assert_int_equal(is, found);
    assert_int_equal(should, expected);
    assert_false(reaches(6U) && !model.deaf);
    (void)set_up(NULL);
}

/* @verifies REQ-DMA-014 */
static void one_that_is_not_the_one_configured_or_does_not_answer_is_refused(void **state)
{
    (void)state;
    model.idr0 &= ~(1U << 29);
    refused("stage 2 (IDR0.S2TS)", 0U, 1U);
    model.idr0 &= ~(1U << 27);
    refused("stream matching (IDR0.SMS)", 0U, 1U);
    model.idr0 &= ~(1U << 14);
    refused("coherent walks (IDR0.CTTW)", 0U, 1U);
    config.id_bits = 16U;
    refused("StreamID bits (IDR0.NUMSIDB)", 15U, 16U);
    model.idr0 = (model.idr0 & ~0xffU) | 2U;
    refused("stream mapping groups (IDR0.NUMSMRG)", 2U, 3U);
    model.idr1 = (model.idr1 & ~0xffU) | 2U;
    refused("context banks (IDR1.NUMCB)", 2U, 3U);
    model.idr2 = 1U << 12 | 1U << 4;
    refused("address bits (IDR2.OAS)", 36U, 40U);
    model.idr2 = 2U << 4;
    refused("4 KiB granule (IDR2.PTFSv8_4kB)", 0U, 1U);
    model.stuck = true;
    refused("answer to the first synchronisation", 0U, 1U);
    model.deaf = true;
    refused("answer to sCR0", 0U, 1U);
}

/* @verifies REQ-DMA-014 */
static void a_fault_is_the_event_that_smmuv3_would_have_recorded(void **state)
{
    struct smmu_event event;

    (void)state;
    init();
    assert_false(smmu_next_event(0U, &event));
    assert_true(smmu_attach(&partition_configs[0], &ivi_streams[1]));
    model_fault(2U, 6U, 0x1240001234ULL, 1U << 1, 1U << 4);
    assert_true(smmu_next_event(0U, &event));
    assert_int_equal(event.stream, 6U);
    assert_int_equal(event.address, 0x1240001234ULL);
    assert_int_equal(event.detail, BULKHEAD_DMA_TRANSLATION | BULKHEAD_DMA_STAGE2 | 2U << BULKHEAD_DMA_CLASS_SHIFT);
    assert_false(smmu_next_event(0U, &event));
    model_fault(2U, 6U, 0U, 1U << 3, 3U << 5);
    assert_true(smmu_next_event(0U, &event));
    assert_int_equal(event.detail, BULKHEAD_DMA_PERMISSION | BULKHEAD_DMA_READ | BULKHEAD_DMA_PRIVILEGED |
                                       BULKHEAD_DMA_INSTRUCTION | BULKHEAD_DMA_STAGE2 | 2U << BULKHEAD_DMA_CLASS_SHIFT);
}

/* @verifies REQ-DMA-014 */
static void an_access_of_a_blocked_stream_is_an_event(void **state)
{
    struct smmu_event event;

    (void)state;
    init();
    assert_false(model_access(77U, 0x1240001000ULL, &root, &vmid));
    assert_true(smmu_next_event(0U, &event));
    assert_int_equal(event.stream, 77U);
    assert_int_equal(event.detail, BULKHEAD_DMA_STREAM_BLOCKED);
    assert_int_equal(event.address, 0x1240001000ULL);
    assert_false(smmu_next_event(0U, &event));
}

/* @verifies REQ-DMA-014 */
static void faults_that_no_register_holds_are_noticed(void **state)
{
    struct smmu_event event;
    uint64_t more;

    (void)state;
    init();
    assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    assert_false(reaches(77U));
    assert_false(reaches(78U));
    assert_int_equal(smmu_check(0U, &more), SMMU_EVENTS_LOST);
    assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    assert_true(smmu_next_event(0U, &event));
    assert_true(smmu_attach(&partition_configs[0], &ivi_streams[1]));
    model_fault(2U, 6U, 0x1000U, 1U << 1, 0U);
    model_fault(2U, 6U, 0x2000U, 1U << 1, 0U);
    assert_true(smmu_next_event(0U, &event));
    assert_int_equal(smmu_check(0U, &more), SMMU_EVENTS_LOST);
    assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    assert_int_equal(*model_bank(2U, 0x58U), 0U);
}

/* @verifies REQ-DMA-013 */
static void when_the_system_ends_every_stream_is_blocked(void **state)
{
    (void)state;
    init();
    assert_true(smmu_attach(&partition_configs[0], &ivi_streams[1]));
    assert_true(smmu_attach(&partition_configs[1], &aux_streams[0]));
    smmu_stop();
    assert_false(reaches(6U));
    assert_false(reaches(5U));
    assert_false(model.bypassed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(once_it_is_on_every_stream_is_blocked, set_up),
        cmocka_unit_test_setup(a_stream_that_is_attached_is_translated_by_its_partitions_tables, set_up),
        cmocka_unit_test_setup(walks_that_are_not_coherent_are_not_cached, set_up),
        cmocka_unit_test_setup(a_stream_that_is_detached_is_blocked_and_its_translations_are_forgotten, set_up),
        cmocka_unit_test_setup(one_that_is_not_the_one_configured_or_does_not_answer_is_refused, set_up),
        cmocka_unit_test_setup(a_fault_is_the_event_that_smmuv3_would_have_recorded, set_up),
        cmocka_unit_test_setup(an_access_of_a_blocked_stream_is_an_event, set_up),
        cmocka_unit_test_setup(faults_that_no_register_holds_are_noticed, set_up),
        cmocka_unit_test_setup(when_the_system_ends_every_stream_is_blocked, set_up),
    };

    return cmocka_run_group_tests_name("smmuv2", tests, NULL, NULL);
}
