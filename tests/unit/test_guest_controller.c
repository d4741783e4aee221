/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The brake-pressure controller and the memory pattern. @verifies REQ-GUEST-013, REQ-GUEST-014
 * sources: guests/brake/controller.c guests/brake/pattern.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guests/brake/controller.h"
#include "guests/brake/pattern.h"

#define PRESSURE_MAX 120000

/* A triangle, as docs/guests.md says it. */
static int32_t demand_at(uint32_t step)
{
    int32_t phase = (int32_t)(step % 4096U) - 2048;

    return 5000 + (phase < 0 ? -phase : phase) * 10;
}

static struct controller after(uint32_t steps)
{
    struct controller controller;

    controller_init(&controller);
    for (uint32_t n = 0U; n < steps; n++) {
        controller_step(&controller);
    }
    return controller;
}

/* Computed once on an emulated cortex-a57: host and target agree, and a change of the arithmetic is noticed. */
static void the_digest_depends_on_the_number_of_steps_alone(void **state)
{
    (void)state;
    assert_int_equal(after(1000U).digest, 0x0b1f428bU);
    assert_int_equal(after(2000U).digest, 0xfc57acddU);
    assert_int_equal(after(3000U).digest, 0xdac9256cU);
}

static void any_flipped_bit_of_the_state_shows_in_the_digest(void **state)
{
    struct controller good = after(500U);
    struct controller bad;

    (void)state;
    controller_step(&good);
    for (uint32_t bit = 0U; bit < 32U; bit++) {
        bad = after(500U);
        bad.digest ^= 1U << bit;
        controller_step(&bad);
        assert_int_not_equal(bad.digest, good.digest);
        bad = after(500U);
        bad.speed = (int32_t)((uint32_t)bad.speed ^ (1U << (bit % 15U)));
        controller_step(&bad);
        assert_int_not_equal(bad.digest, good.digest);
    }
}

static void the_wheel_follows_the_demand(void **state)
{
    struct controller controller = after(500U);
    int32_t error;

    (void)state;
    for (uint32_t n = 0U; n < 100000U; n++) {
        error = controller.speed - demand_at(controller.step);
        assert_true(error > -1000 && error < 1000);
        assert_true(controller.pressure >= 0 && controller.pressure <= PRESSURE_MAX);
        controller_step(&controller);
    }
}

#define WORDS 64U
#define SLICE 8U

static volatile uint64_t memory[WORDS];

static void an_untouched_pattern_is_right_for_ever(void **state)
{
    struct pattern pattern = {memory, WORDS, SLICE, 0U};

    (void)state;
    pattern_fill(&pattern);
    for (uint32_t n = 0U; n < 10U * WORDS / SLICE; n++) {
        assert_int_equal(pattern_check(&pattern), 0U);
    }
}

static void any_changed_word_is_found_within_one_round(void **state)
{
    struct pattern pattern = {memory, WORDS, SLICE, 0U};
    uint64_t found;

    (void)state;
    for (uint32_t word = 0U; word < WORDS; word++) {
        pattern_fill(&pattern);
        memory[word] ^= 1ULL << (word % 64U);
        found = 0U;
        for (uint32_t n = 0U; n < WORDS / SLICE && found == 0U; n++) {
            found = pattern_check(&pattern);
        }
        assert_int_equal(found, (uint64_t)(uintptr_t)&memory[word]);
        pattern.next = 0U;
    }
}

static void no_two_words_are_the_same(void **state)
{
    struct pattern pattern = {memory, WORDS, SLICE, 0U};

    (void)state;
    pattern_fill(&pattern);
    for (uint32_t one = 0U; one < WORDS; one++) {
        for (uint32_t other = one + 1U; other < WORDS; other++) {
            assert_true(memory[one] != memory[other]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_depends_on_the_number_of_steps_alone),
        cmocka_unit_test(any_flipped_bit_of_the_state_shows_in_the_digest),
        cmocka_unit_test(the_wheel_follows_the_demand),
        cmocka_unit_test(an_untouched_pattern_is_right_for_ever),
        cmocka_unit_test(any_changed_word_is_found_within_one_round),
        cmocka_unit_test(no_two_words_are_the_same),
    };

    return cmocka_run_group_tests_name("guest controller", tests, NULL, NULL);
}
