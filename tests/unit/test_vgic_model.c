/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC against the model of the architecture (docs/vgic-model.md), under ASan and UBSan: random sequences, fewer than
 * `make test-vgic` plays without sanitizers, and those that are known by name.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c tests/fuzz/vgic/machine*.c tests/fuzz/vgic/reference*.c tests/fuzz/vgic/views.c
 * sources: tests/fuzz/vgic/compare.c tests/fuzz/vgic/play*.c tests/fuzz/vgic/random.c tests/fuzz/vgic/shrink.c
 * sources: tests/fuzz/vgic/cases.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/fuzz/vgic/cases.h"

#define SEEDS 2000U
#define FIRST_SEED 1000000U /* others than make test-vgic's */
#define LENGTH 400U

static void expect_no_difference(struct sequence sequence, struct op *ops)
{
    struct outcome outcome = play(&sequence);

    if (outcome.at != sequence.count) {
        sequence.ops = ops;
        sequence.count = shrink(sequence, ops);
        print_sequence(&sequence, outcome.why);
        fail_msg("operation %zu: %s", outcome.at, outcome.why);
    }
}

/* @verifies REQ-VGIC-030 */
static void random_operations_show_the_guest_what_the_model_allows(void **state)
{
    static const uint32_t lists[] = {4U, 8U, 4U, 1U, 2U, 16U, 8U, 3U};
    static struct op ops[LENGTH];

    (void)state;
    for (uint32_t seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
        struct sequence sequence = {seed % 4U + 1U, lists[seed / 4U % 8U], LENGTH, ops};

        random_sequence(seed, ops, LENGTH);
        expect_no_difference(sequence, ops);
    }
    print_message("%llu operations\n", play_steps);
}

/* @verifies REQ-VGIC-030 REQ-VGIC-033 REQ-VGIC-034 REQ-VGIC-035 */
static void sequences_that_were_hard_to_find_pass(void **state)
{
    (void)state;
    for (size_t n = 0U; n < passing_count; n++) {
        struct outcome outcome = play(&passing_cases[n].sequence);

        if (outcome.at != passing_cases[n].sequence.count) {
            fail_msg("%s: operation %zu: %s", passing_cases[n].name, outcome.at, outcome.why);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations_show_the_guest_what_the_model_allows),
        cmocka_unit_test(sequences_that_were_hard_to_find_pass),
    };

    return cmocka_run_group_tests_name("vgic model", tests, NULL, NULL);
}
