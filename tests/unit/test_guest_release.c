/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Release times of the safety application. @verifies REQ-GUEST-012
 * sources: guests/brake/release.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guests/brake/release.h"

#define PERIOD 1000U
#define START 5000U

static struct release made(void)
{
    struct release release;

    release_init(&release, START, PERIOD);
    return release;
}

static void nothing_is_due_before_the_first_period(void **state)
{
    struct release release = made();

    (void)state;
    release_poll(&release, START + PERIOD - 1U);
    assert_false(release.waiting);
    assert_int_equal(release.next, START + PERIOD);
}

static void a_due_time_waits_and_starts_once(void **state)
{
    struct release release = made();

    (void)state;
    release_poll(&release, START + PERIOD);
    assert_true(release.waiting);
    release_start(&release, START + PERIOD + 3U);
    assert_false(release.waiting);
    release_poll(&release, START + PERIOD + 4U);
    assert_false(release.waiting);
    assert_int_equal(release.releases, 1);
    assert_int_equal(release.jitter_max, 3);
}

static void delays_never_shift_later_due_times(void **state)
{
    struct release release = made();

    (void)state;
    for (uint64_t n = 1U; n <= 10000U; n++) {
        release_poll(&release, START + n * PERIOD + n % PERIOD);
        assert_int_equal(release.due, START + n * PERIOD);
        release_start(&release, START + n * PERIOD + n % PERIOD);
    }
    assert_int_equal(release.releases, 10000);
    assert_int_equal(release.missed, 0);
    assert_int_equal(release.jitter_max, PERIOD - 1U);
}

static void half_a_period_is_not_late_and_more_is(void **state)
{
    struct release release = made();

    (void)state;
    release_poll(&release, START + PERIOD);
    release_start(&release, START + PERIOD + PERIOD / 2U);
    assert_int_equal(release.late, 0);
    release_poll(&release, START + 2U * PERIOD);
    release_start(&release, START + 2U * PERIOD + PERIOD / 2U + 1U);
    assert_int_equal(release.late, 1);
}

static void whole_periods_skipped_are_counted_one_by_one(void **state)
{
    struct release release = made();

    (void)state;
    release_poll(&release, START + 8U * PERIOD + 1U);
    assert_int_equal(release.missed, 7);
    assert_int_equal(release.due, START + 8U * PERIOD);
    release_start(&release, START + 8U * PERIOD + 2U);
    assert_int_equal(release.releases, 1);
    assert_int_equal(release.late, 0);
    assert_int_equal(release.jitter_max, 2);
}

static void an_activation_that_never_started_is_missed(void **state)
{
    struct release release = made();

    (void)state;
    release_poll(&release, START + PERIOD);
    release_poll(&release, START + 2U * PERIOD);
    assert_int_equal(release.missed, 1);
    assert_true(release.waiting);
    assert_int_equal(release.due, START + 2U * PERIOD);
}

static void every_due_time_is_started_missed_or_waiting(void **state)
{
    struct release release = made();
    uint64_t now = START;
    uint32_t random = 1U;

    (void)state;
    for (uint32_t n = 0U; n < 100000U; n++) {
        random = random * 1664525U + 1013904223U;
        now += random >> 20;
        release_poll(&release, now);
        if (release.waiting && (random & 0x100U) != 0U) {
            release_start(&release, now);
        }
        assert_int_equal(release.releases + release.missed + (release.waiting ? 1U : 0U), (now - START) / PERIOD);
    }
    assert_true(release.missed > 0U && release.late > 0U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_due_before_the_first_period),
        cmocka_unit_test(a_due_time_waits_and_starts_once),
        cmocka_unit_test(delays_never_shift_later_due_times),
        cmocka_unit_test(half_a_period_is_not_late_and_more_is),
        cmocka_unit_test(whole_periods_skipped_are_counted_one_by_one),
        cmocka_unit_test(an_activation_that_never_started_is_missed),
        cmocka_unit_test(every_due_time_is_started_missed_or_waiting),
    };

    return cmocka_run_group_tests_name("guest release", tests, NULL, NULL);
}
