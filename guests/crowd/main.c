/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The crowd: vCPUs 0 to 2 call CPU_ON for vCPU 3 at the same moment, round after round. Then vCPU 0 resets the partition
 * while the others switch vCPU 3 on as fast as they can; after the last reset every vCPU switches itself off.
 *
 * "crowd: round N failed ...", or "crowd: rounds=N wins=A,B,C pending=N already=N"; read by a test.
 * @implements REQ-GUEST-021
 */
#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/guest.h"
#include "guests/lib/machine.h"
#include "guests/lib/psci.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define CALLERS 3U
#define TARGET 3U
#define ROUNDS 100U
#define RESTARTS 5U
#define ON_PENDING (-5)
#define NOBODY 99U

static uint8_t stacks[CALLERS + 1U][MACHINE_STACK_SIZE] __attribute__((aligned(16)));
static struct cpu_start helper_starts[CALLERS];
static struct cpu_start target_starts[CALLERS];

/* Each word has one writer. */
static volatile uint32_t started_round;     /* vCPU 0 */
static volatile uint32_t over_round;        /* vCPU 0: all have their results */
static volatile uint32_t answered[CALLERS]; /* each caller: the round it has its result of */
static volatile int64_t results[CALLERS];   /* each caller */
static volatile uint32_t starts;            /* the target */
static volatile uint32_t winner = NOBODY;   /* the target: whose start it was */
static volatile bool hammering;             /* vCPU 0 */
static volatile bool ending;                /* vCPU 0 */

static uint32_t wins[CALLERS];
static uint32_t pending;
static uint32_t already;

static void wait_until(const volatile uint32_t *counter, uint32_t value)
{
    while (*counter < value) {
    }
    barrier_full();
}

/* The target stays on until the round is over: nobody can win after the first. */
static void target_main(uint64_t caller)
{
    winner = (uint32_t)caller;
    barrier_full();
    starts++;
    while (!hammering && over_round < starts) {
    }
    (void)psci_cpu_off();
}

static void call_in_round(uint32_t caller, uint32_t round)
{
    results[caller] = psci_cpu_on(TARGET, &target_starts[caller]);
    barrier_full();
    answered[caller] = round;
}

static void helper_main(uint64_t caller)
{
    for (uint32_t round = 1U; round <= ROUNDS; round++) {
        wait_until(&started_round, round);
        call_in_round((uint32_t)caller, round);
    }
    while (!hammering && !ending) {
    }
    while (!ending) {
        (void)psci_cpu_on(TARGET, &target_starts[caller]);
    }
    (void)psci_cpu_off();
}

static void wait_off(uint32_t mpidr)
{
    while (psci_affinity_info(mpidr) != PSCI_AFFINITY_OFF) {
    }
}

/* True if one caller won, it was its start that the target had, and the others were told why not. */
static bool judge(void)
{
    uint32_t won = 0U;

    for (uint32_t n = 0U; n < CALLERS; n++) {
        if (results[n] == PSCI_SUCCESS) {
            won += winner == n ? 1U : CALLERS;
            wins[n]++;
        } else {
            pending += results[n] == ON_PENDING ? 1U : 0U;
            already += results[n] == PSCI_ALREADY_ON ? 1U : 0U;
        }
    }
    return won == 1U;
}

static void run_round(uint32_t round)
{
    started_round = round;
    call_in_round(0U, round);
    for (uint32_t n = 1U; n < CALLERS; n++) {
        wait_until(&answered[n], round);
    }
    wait_until(&starts, round);
    if (!judge() || starts != round) {
        console_print("crowd: round %u failed: %ld %ld %ld, winner %u, starts %u\n", round, results[0], results[1],
                      results[2], winner, starts);
        console_flush();
    }
    over_round = round;
    wait_off(TARGET);
}

static void start_helpers(void)
{
    for (uint32_t n = 0U; n < CALLERS; n++) {
        helper_starts[n] = (struct cpu_start){(uint64_t)stacks[n], helper_main, n};
        target_starts[n] = (struct cpu_start){(uint64_t)stacks[TARGET], target_main, n};
    }
    barrier_full();
    for (uint32_t n = 1U; n < CALLERS; n++) {
        while (psci_cpu_on(n, &helper_starts[n]) != PSCI_SUCCESS) {
        }
    }
}

/* The reset comes at any moment of the others' CPU_ON and CPU_OFF. */
static void reset_under_fire(uint64_t restarts)
{
    uint64_t limit = timer_now() + timer_frequency() / 100U * (restarts + 1U);

    hammering = true;
    while (timer_now() < limit) {
    }
    (void)psci_system_reset();
}

static void switch_all_off(void)
{
    console_print("crowd: everybody off\n");
    console_flush();
    ending = true;
    barrier_full();
    for (uint32_t n = 1U; n <= TARGET; n++) {
        wait_off(n);
    }
    (void)psci_cpu_off();
}

void guest_main(uint64_t dtb)
{
    struct bulkhead_info info;

    (void)dtb;
    console_init();
    (void)bulkhead_info(&info);
    start_helpers();
    for (uint32_t round = 1U; round <= ROUNDS; round++) {
        run_round(round);
    }
    console_print("crowd: rounds=%u wins=%u,%u,%u pending=%u already=%u restarts=%lu\n", ROUNDS, wins[0], wins[1],
                  wins[2], pending, already, info.restarts);
    console_flush();
    if (info.restarts < RESTARTS) {
        reset_under_fire(info.restarts);
    }
    switch_all_off();
    bulkhead_crash(BULKHEAD_CRASH_APPLICATION);
}
