/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Response times of examples that others have published or that can be worked out on paper, and the arithmetic's edges.
 * Each example's comment has the steps of the iteration.
 * @verifies REQ-RTA-001 REQ-RTA-002
 */
#include "rta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))

/* Each is one task: cost and period; the most urgent first, deadlines are `deadlines`, or the periods. */
static void expect_responses(const struct rta_load *tasks, uint32_t count, const uint64_t *deadlines,
                             const uint64_t *responses)
{
    for (uint32_t i = 0; i < count; i++) {
        struct rta_job job = {tasks[i].cost, 0, tasks[i].jitter, deadlines == NULL ? tasks[i].period : deadlines[i]};
        struct rta_bound bound = rta_response(&job, (struct rta_loads){tasks, i});
        assert_true(bound.met);
        assert_int_equal(bound.response, responses[i]);
        assert_int_equal(bound.window, bound.demand);
    }
}

/* Burns and Wellings, Real-Time Systems and Programming Languages, response time analysis, process set D. 5, 11, 14, 17, 20. */
static void three_processes_of_burns_and_wellings(void **state)
{
    (void)state;
    static const struct rta_load tasks[] = {{3, 7, 0}, {3, 12, 0}, {5, 20, 0}};
    static const uint64_t responses[] = {3, 6, 20};
    expect_responses(tasks, COUNT(tasks), NULL, responses);
}

/* The same book, process set C: all of the processor is used, and all deadlines are met. */
static void harmonic_processes_of_burns_and_wellings(void **state)
{
    (void)state;
    static const struct rta_load tasks[] = {{5, 20, 0}, {10, 40, 0}, {40, 80, 0}};
    static const uint64_t responses[] = {5, 15, 80};
    expect_responses(tasks, COUNT(tasks), NULL, responses);
}

/* Buttazzo, Hard Real-Time Computing Systems, response time analysis with deadlines before periods: 5, 6, 7, 9, 10. */
static void four_tasks_of_buttazzo(void **state)
{
    (void)state;
    static const struct rta_load tasks[] = {{1, 4, 0}, {1, 5, 0}, {2, 6, 0}, {1, 11, 0}};
    static const uint64_t deadlines[] = {3, 4, 5, 10};
    static const uint64_t responses[] = {1, 2, 4, 10};
    expect_responses(tasks, COUNT(tasks), deadlines, responses);
}

/* Sha and Goodenough 1990, Real-Time Scheduling Theory and Ada: the longer first task; 3 * 40 + 2 * 40 + 100 = 300. */
static void three_tasks_of_sha_and_goodenough(void **state)
{
    (void)state;
    static const struct rta_load tasks[] = {{40, 100, 0}, {40, 150, 0}, {100, 350, 0}};
    static const uint64_t responses[] = {40, 80, 300};
    expect_responses(tasks, COUNT(tasks), NULL, responses);
}

/*
 * On paper: T 10, J 4 above a task of 5. w = 5 + ceil((w + 4) / 10) * 3: 5, 8, 11, 11 (two arrivals: at -4, released at 0,
 * and at 6). Without the jitter it would be 8.
 */
static void jitter_of_a_more_urgent_task_brings_two_of_its_jobs_together(void **state)
{
    (void)state;
    static const struct rta_load urgent[] = {{3, 10, 4}};
    struct rta_job job = {5, 0, 0, 20};
    struct rta_bound bound = rta_response(&job, (struct rta_loads){urgent, 1});
    assert_true(bound.met);
    assert_int_equal(bound.response, 11);
    job.jitter = 6;
    bound = rta_response(&job, (struct rta_loads){urgent, 1});
    assert_int_equal(bound.response, 17);
    assert_int_equal(bound.window, 11);
}

/* On paper: w = 5 + 4 + ceil(w / 10) * 3: 9, 12, 15, 15. */
static void blocking_may_let_one_more_job_in(void **state)
{
    (void)state;
    static const struct rta_load urgent[] = {{3, 10, 0}};
    struct rta_job job = {5, 4, 0, 15};
    struct rta_bound bound = rta_response(&job, (struct rta_loads){urgent, 1});
    assert_true(bound.met);
    assert_int_equal(bound.response, 15);
    job.deadline = 14;
    bound = rta_response(&job, (struct rta_loads){urgent, 1});
    assert_false(bound.met);
    assert_false(bound.gave_up);
    assert_int_equal(bound.window, 12);
    assert_int_equal(bound.demand, 15);
}

static void a_load_of_all_the_time_has_no_bound(void **state)
{
    (void)state;
    static const struct rta_load urgent[] = {{10, 10, 0}};
    struct rta_job job = {1, 0, 0, 100000};
    struct rta_bound bound = rta_response(&job, (struct rta_loads){urgent, 1});
    assert_false(bound.met);
    assert_false(bound.gave_up);
    assert_true(bound.response > job.deadline);
}

static void a_search_that_takes_too_long_gives_up(void **state)
{
    (void)state;
    static const struct rta_load urgent[] = {{999999, 1000000, 0}};
    struct rta_job job = {4000000, 0, 0, RTA_NEVER - 1U};
    struct rta_bound bound = rta_response(&job, (struct rta_loads){urgent, 1});
    assert_false(bound.met);
    assert_true(bound.gave_up);
    struct rta_server server = {RTA_PERIODIC, 10, 20};
    bound = rta_server_response(&job, (struct rta_loads){urgent, 1}, &server, 0, (struct rta_loads){NULL, 0});
    assert_false(bound.met);
    assert_true(bound.gave_up || bound.response > job.deadline);
}

static void what_is_too_large_for_a_number_never_wraps_around(void **state)
{
    (void)state;
    assert_int_equal(rta_add(RTA_NEVER, 1), RTA_NEVER);
    assert_int_equal(rta_add(RTA_NEVER - 1U, 1), RTA_NEVER);
    assert_int_equal(rta_multiply(1ULL << 32, 1ULL << 32), RTA_NEVER);
    assert_int_equal(rta_multiply(1ULL << 32, (1ULL << 32) - 1U), 0xffffffff00000000ULL);
    assert_int_equal(rta_multiply(0, RTA_NEVER), 0);
    static const struct rta_load urgent[] = {{RTA_NEVER / 2U, 10, 0}};
    struct rta_job job = {RTA_NEVER / 2U, RTA_NEVER / 2U, 0, RTA_NEVER - 1U};
    assert_false(rta_response(&job, (struct rta_loads){urgent, 1}).met);
}

static void arrivals_are_counted_up_to_the_end_of_the_window_without_it(void **state)
{
    (void)state;
    struct rta_load load = {1, 10, 0};
    assert_int_equal(rta_arrivals(1, &load), 1);
    assert_int_equal(rta_arrivals(10, &load), 1);
    assert_int_equal(rta_arrivals(11, &load), 2);
    load.jitter = 1;
    assert_int_equal(rta_arrivals(10, &load), 2);
    load = (struct rta_load){1, RTA_NEVER, 0};
    assert_int_equal(rta_arrivals(1ULL << 40, &load), 1);
}

/*
 * On paper, budget 3 of 5, nothing above: first wait 2; 7 units of work are 3 + 3 + 1, with two gaps of 2 between them. Supplied
 * by time 2 + 3 + 2 + 3 + 2 + 1 = 13. The supply bound of the periodic resource (Shin and Lee 2003) is not smaller: there
 * the first budget may come late as well, 2 * 2 + 3 + 2 + 3 + 2 + 1 = 15.
 */
static void a_budget_of_three_in_five(void **state)
{
    (void)state;
    struct rta_server server = {RTA_DEFERRABLE, 3, 5};
    struct rta_job job = {7, 0, 0, 100};
    struct rta_loads none = {NULL, 0};
    struct rta_bound bound = rta_server_response(&job, none, &server, 0, none);
    assert_true(bound.met);
    assert_int_equal(bound.response, 13);
    server.kind = RTA_PERIODIC;
    assert_int_equal(rta_server_response(&job, none, &server, 0, none).response, 13);
    server.kind = RTA_SPORADIC; /* the first wait may be a whole period */
    assert_int_equal(rta_server_response(&job, none, &server, 0, none).response, 16);
    job = (struct rta_job){6, 0, 0, 100}; /* 3 + 3: one gap */
    server.kind = RTA_PERIODIC;
    assert_int_equal(rta_server_response(&job, none, &server, 0, none).response, 2 + 3 + 2 + 3);
}

/* On paper: the same, below a server of 1 in 4. In the last period: w - 2 * 5 = 2, so one of it goes first: 13 + 1. */
static void a_server_above_counts_in_the_last_period_alone(void **state)
{
    (void)state;
    struct rta_server server = {RTA_PERIODIC, 3, 5};
    struct rta_server first = {RTA_PERIODIC, 1, 4};
    struct rta_load above = rta_server_load(&first, 0);
    struct rta_job job = {7, 0, 0, 100};
    assert_true(rta_server_is_served(&server, 0, (struct rta_loads){&above, 1}));
    struct rta_bound bound =
        rta_server_response(&job, (struct rta_loads){NULL, 0}, &server, 0, (struct rta_loads){&above, 1});
    assert_true(bound.met);
    assert_int_equal(bound.response, 14);
}

/* A deferrable server's two budgets in a row: 2 at the end of one period of 10, 2 at the start of the next. */
static void a_deferrable_server_strikes_twice(void **state)
{
    (void)state;
    struct rta_server server = {RTA_DEFERRABLE, 2, 10};
    struct rta_load seen = rta_server_load(&server, 0);
    struct rta_job job = {1, 0, 0, 20};
    assert_int_equal(rta_response(&job, (struct rta_loads){&seen, 1}).response,
                     5); /* w = 1 + ceil((w + 8) / 10) * 2: 1, 3, 5 */
    job.cost = 2;        /* 2, 4, 6 */
    assert_int_equal(rta_response(&job, (struct rta_loads){&seen, 1}).response, 6);
    server.kind = RTA_SPORADIC;
    seen = rta_server_load(&server, 0);
    assert_int_equal(rta_response(&job, (struct rta_loads){&seen, 1}).response, 4);
    assert_int_equal(rta_server_load(&server, 3).cost, 5);
}

static void a_server_is_served_or_not(void **state)
{
    (void)state;
    struct rta_server server = {RTA_SPORADIC, 4, 10};
    struct rta_load above = {3, 5, 0};
    assert_true(rta_server_is_served(&server, 0, (struct rta_loads){&above, 1})); /* 4, 7, 10, 10 */
    assert_false(rta_server_is_served(&server, 1, (struct rta_loads){&above, 1}));
    server.budget = 0;
    assert_false(rta_server_is_served(&server, 0, (struct rta_loads){NULL, 0}));
    server.budget = 11;
    assert_false(rta_server_is_served(&server, 0, (struct rta_loads){NULL, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_processes_of_burns_and_wellings),
        cmocka_unit_test(harmonic_processes_of_burns_and_wellings),
        cmocka_unit_test(four_tasks_of_buttazzo),
        cmocka_unit_test(three_tasks_of_sha_and_goodenough),
        cmocka_unit_test(jitter_of_a_more_urgent_task_brings_two_of_its_jobs_together),
        cmocka_unit_test(blocking_may_let_one_more_job_in),
        cmocka_unit_test(a_load_of_all_the_time_has_no_bound),
        cmocka_unit_test(a_search_that_takes_too_long_gives_up),
        cmocka_unit_test(what_is_too_large_for_a_number_never_wraps_around),
        cmocka_unit_test(arrivals_are_counted_up_to_the_end_of_the_window_without_it),
        cmocka_unit_test(a_budget_of_three_in_five),
        cmocka_unit_test(a_server_above_counts_in_the_last_period_alone),
        cmocka_unit_test(a_deferrable_server_strikes_twice),
        cmocka_unit_test(a_server_is_served_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
