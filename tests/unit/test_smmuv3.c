/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams, commands and events of SMMUv3 (smmu/smmuv3_*.c), against a model of its registers (tests/unit/smmu).
 * sources: smmu/smmuv3.c smmu/smmuv3_queue.c smmu/smmuv3_events.c tests/unit/smmu/smmuv3_model.c
 * sources: tests/unit/smmu/smmuv3_fixture.c tests/unit/fake/machine.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "include/bulkhead/trace.h"
#include "tests/unit/fake/machine.h"
#include "tests/unit/smmu/smmuv3_fixture.h"
#include "tests/unit/smmu/smmuv3_model.h"

/* @verifies REQ-DMA-004 */
static void a_stream_that_is_attached_reaches_its_partition_and_no_other_does(void **state)
{
    (void)state;
    smmuv3_init();
    smmuv3_attach_ivi();
    assert_true(model_access(1U, IVI_VMID));
    assert_true(model_access(3U, IVI_VMID));
    assert_false(model_access(1U, 3U));
    assert_false(model_access(2U, 3U));
    assert_false(model_access(2U, IVI_VMID));
    assert_int_equal(*ENTRY(1U), 0xdU);
}

/* @verifies REQ-DMA-004 */
static void an_entry_that_was_cached_while_it_was_invalid_is_fetched_again(void **state)
{
    (void)state;
    smmuv3_init();
    assert_false(model_access(1U, IVI_VMID));
    smmuv3_attach_ivi();
    assert_true(model_access(1U, IVI_VMID));
}

/* @verifies REQ-DMA-004 */
static void a_stream_that_is_detached_is_blocked_though_it_was_cached(void **state)
{
    struct smmu_ticket ticket;

    (void)state;
    smmuv3_init();
    smmuv3_attach_ivi();
    assert_true(model_access(1U, IVI_VMID));
    smmu_begin(0U, &ticket);
    assert_true(smmu_detach(&ivi_streams[0]));
    assert_true(smmu_forget(0U, &partition_configs[0]));
    assert_true(smmu_sync(0U, &ticket));
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_DONE);
    assert_false(model_access(1U, IVI_VMID));
    assert_true(model_access(3U, IVI_VMID));
    assert_int_equal(model.log[model.commands - 3U][0], 3U | 1ULL << 32);
    assert_int_equal(model.log[model.commands - 3U][1], 1U);
    assert_int_equal(model.log[model.commands - 2U][0], 0x28U | 2ULL << 32);
    assert_int_equal(model.log[model.commands - 1U][0], 0x46U);
}

/* @verifies REQ-DMA-004 */
static void what_an_smmu_without_coherent_walks_reads_is_cleaned_to_memory(void **state)
{
    struct smmu_event event;

    (void)state;
    smmuv3_config.coherent = false;
    model.coherent = false;
    smmuv3_init();
    assert_false(model_access(1U, IVI_VMID));
    smmuv3_attach_ivi();
    assert_true(model_access(1U, IVI_VMID));
    model_event(0x10U | 1ULL << 32, 0x28000000000ULL, 0x1234U, 0x1000U);
    assert_true(smmu_next_event(0U, &event));
    assert_int_equal(event.address, 0x1234U);
}

static void a_coherent_one_needs_no_cleaning(void **state)
{
    (void)state;
    smmuv3_init();
    smmuv3_attach_ivi();
    assert_int_equal(fake_count("memory_clean_invalidate"), 0U);
    assert_in_range(fake_count("dsb sy"), 1U, 100U);
}

/* @verifies REQ-DMA-005 */
static void the_queue_wraps_as_often_as_it_has_to(void **state)
{
    struct smmu_ticket ticket;

    (void)state;
    smmuv3_init();
    for (uint32_t n = 0U; n < 5U * MODEL_COMMANDS; n++) {
        model.commands = 0U;
        smmu_begin(0U, &ticket);
        assert_true(smmu_forget(0U, &partition_configs[n % 2U]));
        assert_true(smmu_sync(0U, &ticket));
        assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_DONE);
        assert_int_equal(model.commands, 2U);
        assert_int_equal(model.log[0][0], 0x28U | (2ULL + n % 2U) << 32);
    }
    assert_int_equal(model.early, 0U);
}

/* @verifies REQ-DMA-005 */
static void a_stuck_queue_is_busy_then_full_and_loses_nothing(void **state)
{
    struct smmu_ticket ticket;
    uint32_t before;

    (void)state;
    smmuv3_init();
    smmuv3_attach_ivi();
    assert_true(model_access(1U, IVI_VMID));
    model.stuck = true;
    before = model.commands;
    smmu_begin(0U, &ticket);
    assert_true(smmu_detach(&ivi_streams[0]));
    assert_true(smmu_sync(0U, &ticket));
    for (uint32_t n = 2U; n < MODEL_COMMANDS; n++) {
        assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_BUSY);
        assert_true(smmu_forget(0U, &partition_configs[1]));
    }
    for (uint32_t n = 0U; n < 3U; n++) {
        assert_false(smmu_forget(0U, &partition_configs[0]));
        assert_false(smmu_sync(0U, &(struct smmu_ticket){0U, 0U}));
        assert_false(smmu_detach(&ivi_streams[1])); /* but not let through again */
    }
    assert_int_equal(*ENTRY(3U), 0U);
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_BUSY);
    assert_int_equal(model.early, 0U);
    assert_true(model_access(1U, IVI_VMID)); /* nobody has told it, and nobody believes so */
    model_resume();
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_DONE);
    assert_false(model_access(1U, IVI_VMID));
    assert_int_equal(model.commands - before, MODEL_COMMANDS);
    assert_true(smmu_detach(&ivi_streams[1]));
}

/* @verifies REQ-DMA-005 */
static void a_ticket_is_done_with_its_own_synchronisation_and_not_with_later_ones(void **state)
{
    struct smmu_ticket first;
    struct smmu_ticket second;

    (void)state;
    smmuv3_init();
    smmu_begin(0U, &first);
    assert_true(smmu_sync(0U, &first));
    model.stuck = true;
    smmu_begin(0U, &second);
    assert_true(smmu_sync(0U, &second));
    assert_int_equal(smmu_sync_poll(0U, &first), SMMU_DONE);
    assert_int_equal(smmu_sync_poll(0U, &second), SMMU_BUSY);
    model_resume();
    assert_int_equal(smmu_sync_poll(0U, &second), SMMU_DONE);
}

/* @verifies REQ-DMA-006 */
static void a_refused_command_fails_who_gave_it_and_the_queue_goes_on(void **state)
{
    struct smmu_ticket ticket;
    struct smmu_ticket later;
    uint64_t more = 0U;

    (void)state;
    smmuv3_init();
    model.refuse = 0x28U;
    smmu_begin(0U, &ticket);
    assert_true(smmu_forget(0U, &partition_configs[0]));
    assert_true(smmu_sync(0U, &ticket));
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_FAILED);
    assert_int_equal(smmu_check(0U, &more), SMMU_COMMAND_ERROR);
    assert_int_equal(more & 0xffffffffU, 1U);
    assert_int_equal(more >> 56, 1U);
    assert_int_equal(model.gerror, model.gerrorn);
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_FAILED);
    assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    smmu_begin(0U, &later);
    assert_true(smmu_sync(0U, &later));
    assert_int_equal(smmu_sync_poll(0U, &later), SMMU_DONE);
}

/* @verifies REQ-DMA-006 */
static void a_queue_that_refuses_everything_is_left_alone_after_some_time(void **state)
{
    uint64_t more;
    uint32_t errors = 0U;

    (void)state;
    smmuv3_init();
    model.refuse = 0x46U;
    assert_true(smmu_sync(0U, &(struct smmu_ticket){0U, 0U}));
    for (uint32_t n = 0U; n < 100U; n++) {
        errors += smmu_check(0U, &more) == SMMU_COMMAND_ERROR ? 1U : 0U;
    }
    assert_int_equal(errors, 16U);
    assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    for (uint32_t n = 0U; n < 2U * MODEL_COMMANDS; n++) {
        (void)smmu_forget(0U, &partition_configs[0]);
    }
    assert_int_equal(model.early, 0U);
}

/* @verifies REQ-DMA-006 */
static void events_that_were_lost_are_noticed_once_and_later_ones_arrive(void **state)
{
    struct smmu_event event;
    uint64_t more;

    (void)state;
    smmuv3_init();
    for (uint32_t round = 0U; round < 3U; round++) {
        for (uint32_t n = 0U; n < MODEL_EVENTS + 3U; n++) {
            model_event(0x10U | 1ULL << 32, 0U, n, 0U);
        }
        assert_int_equal(model.events_dropped, 3U * (round + 1U));
        assert_int_equal(smmu_check(0U, &more), SMMU_EVENTS_LOST);
        assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
        for (uint32_t n = 0U; n < MODEL_EVENTS; n++) {
            assert_true(smmu_next_event(0U, &event));
            assert_int_equal(event.address, n);
        }
        assert_false(smmu_next_event(0U, &event));
        assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    }
}

/* @verifies REQ-DMA-006 */
static void errors_of_the_event_queue_and_a_broken_smmu_are_told_apart_and_acknowledged(void **state)
{
    uint64_t more;

    (void)state;
    smmuv3_init();
    model_error(1U << 2);
    assert_int_equal(smmu_check(0U, &more), SMMU_EVENTS_LOST);
    assert_int_equal(more & 0xffffffffU, 4U);
    assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    model_error(1U << 8);
    assert_int_equal(smmu_check(0U, &more), SMMU_FAILURE_MODE);
    assert_int_equal(smmu_check(0U, &more), SMMU_WELL);
    model_error(1U << 2);
    assert_int_equal(smmu_check(0U, &more), SMMU_EVENTS_LOST);
    assert_int_equal(model.gerror, model.gerrorn);
}

static void assert_event(uint64_t word0, uint64_t word1, uint64_t word2, uint64_t word3, struct smmu_event expected)
{
    struct smmu_event event;

    model_event(word0, word1, word2, word3);
    assert_true(smmu_next_event(0U, &event));
    assert_int_equal(event.stream, expected.stream);
    assert_int_equal(event.detail, expected.detail);
    assert_int_equal(event.address, expected.address);
}

/* @verifies REQ-DMA-007 */
static void an_event_says_who_what_and_where(void **state)
{
    const uint32_t access = BULKHEAD_DMA_STAGE2 | 2U << BULKHEAD_DMA_CLASS_SHIFT;

    (void)state;
    smmuv3_init();
    assert_event(0x10U | 8ULL << 32, 0x28000000000ULL, 0x40001234U, 0x40001000U,
                 (struct smmu_event){8U, BULKHEAD_DMA_TRANSLATION | access, 0x40001234U});
    assert_event(0x13U | 9ULL << 32, 0x28800000000ULL, 0xfff0U, 0U,
                 (struct smmu_event){9U, BULKHEAD_DMA_PERMISSION | BULKHEAD_DMA_READ | access, 0xfff0U});
    assert_event(0x10U | 9ULL << 32, 0x28e00000000ULL, 1U, 0U,
                 (struct smmu_event){9U,
                                     BULKHEAD_DMA_TRANSLATION | BULKHEAD_DMA_READ | BULKHEAD_DMA_INSTRUCTION |
                                         BULKHEAD_DMA_PRIVILEGED | access,
                                     1U});
    assert_event(0x0000000800000004ULL, 0U, 0U, 0U, (struct smmu_event){8U, BULKHEAD_DMA_STREAM_BLOCKED, 0U});
    assert_event(0x03U | 7ULL << 32, 0U, 5U, 0x12345000U, (struct smmu_event){7U, 3U, 0x12345000U});
    assert_event(0x0bU | 7ULL << 32, 0x18000000000ULL, 5U, 0x12345000U,
                 (struct smmu_event){7U, 0x0bU | BULKHEAD_DMA_STAGE2 | 1U << BULKHEAD_DMA_CLASS_SHIFT, 5U});
}

/* @verifies REQ-DMA-013 */
static void when_the_system_ends_one_store_blocks_everything(void **state)
{
    (void)state;
    smmuv3_init();
    smmuv3_attach_ivi();
    assert_true(model_access(1U, IVI_VMID));
    smmu_stop();
    for (uint32_t n = 1U; n < MODEL_STREAMS; n++) {
        assert_false(model_access(n, IVI_VMID));
    }
    assert_false(model.bypassed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stream_that_is_attached_reaches_its_partition_and_no_other_does, smmuv3_set_up),
        cmocka_unit_test_setup(an_entry_that_was_cached_while_it_was_invalid_is_fetched_again, smmuv3_set_up),
        cmocka_unit_test_setup(a_stream_that_is_detached_is_blocked_though_it_was_cached, smmuv3_set_up),
        cmocka_unit_test_setup(what_an_smmu_without_coherent_walks_reads_is_cleaned_to_memory, smmuv3_set_up),
        cmocka_unit_test_setup(a_coherent_one_needs_no_cleaning, smmuv3_set_up),
        cmocka_unit_test_setup(the_queue_wraps_as_often_as_it_has_to, smmuv3_set_up),
        cmocka_unit_test_setup(a_stuck_queue_is_busy_then_full_and_loses_nothing, smmuv3_set_up),
        cmocka_unit_test_setup(a_ticket_is_done_with_its_own_synchronisation_and_not_with_later_ones, smmuv3_set_up),
        cmocka_unit_test_setup(a_refused_command_fails_who_gave_it_and_the_queue_goes_on, smmuv3_set_up),
        cmocka_unit_test_setup(a_queue_that_refuses_everything_is_left_alone_after_some_time, smmuv3_set_up),
        cmocka_unit_test_setup(events_that_were_lost_are_noticed_once_and_later_ones_arrive, smmuv3_set_up),
        cmocka_unit_test_setup(errors_of_the_event_queue_and_a_broken_smmu_are_told_apart_and_acknowledged,
                               smmuv3_set_up),
        cmocka_unit_test_setup(an_event_says_who_what_and_where, smmuv3_set_up),
        cmocka_unit_test_setup(when_the_system_ends_one_store_blocks_everything, smmuv3_set_up),
    };

    return cmocka_run_group_tests_name("smmuv3", tests, NULL, NULL);
}
