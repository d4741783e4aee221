/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe: runs every check, restarts its partition once and runs them again, then switches itself off. Its output
 * is read by a test: "probe: ok N - name", "probe: not ok N - name", "probe: done P passed, F failed".
 * @implements REQ-GUEST-020
 */
#include "guests/probe/probe.h"

#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/gic.h"
#include "guests/lib/guest.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/psci.h"
#include "guests/lib/timer.h"

uint64_t probe_dtb;

static const struct checks *const all_checks[] = {
    &restart_checks, &call_checks,      &uart_checks,        &register_checks, &policy_checks, &timer_checks,
    &debug_checks,   &feature_checks,   &memory_checks,      &fault_checks,    &walk_checks,   &emulation_checks,
    &narrow_checks,  &interrupt_checks, &distributor_checks, &order_checks,    &power_checks,
};

bool expect_equal(const char *what, uint64_t found, uint64_t expected)
{
    if (found == expected) {
        return true;
    }
    console_print("probe: # %s is 0x%lx, expected 0x%lx\n", what, found, expected);
    return false;
}

bool expect(const char *what, bool holds)
{
    if (!holds) {
        console_print("probe: # not so: %s\n", what);
    }
    return holds;
}

bool expect_external_abort(struct attempt attempt, uint64_t address)
{
    return expect_equal("number of faults", attempt.faults, 1U) &&
           expect_equal("exception class", EXCEPTION_CLASS(attempt.esr), EXCEPTION_CLASS_DATA_ABORT) &&
           expect_equal("fault status", EXCEPTION_FAULT_STATUS(attempt.esr), EXCEPTION_FAULT_EXTERNAL) &&
           expect_equal("fault address", attempt.far, address);
}

bool expect_undefined(struct attempt attempt)
{
    return expect_equal("number of faults", attempt.faults, 1U) &&
           expect_equal("exception class", EXCEPTION_CLASS(attempt.esr), EXCEPTION_CLASS_UNKNOWN);
}

bool probe_wait(const volatile uint32_t *counter, uint32_t least)
{
    uint64_t limit = timer_now() + 5U * timer_frequency();

    while (*counter < least && timer_now() < limit) {
    }
    return *counter >= least;
}

void probe_pause(void)
{
    uint64_t limit = timer_now() + timer_frequency() / 100U;

    while (timer_now() < limit) {
    }
}

/* Prints everything at once: a test reads along, and nothing here is urgent. */
static uint32_t run_checks(const struct checks *checks, uint32_t first)
{
    uint32_t failed = 0U;

    for (uint32_t n = 0U; n < checks->count; n++) {
        bool passed = checks->list[n].run(checks->list[n].argument);

        failed += passed ? 0U : 1U;
        console_print("probe: %s %u - %s\n", passed ? "ok" : "not ok", first + n, checks->list[n].name);
        console_flush();
    }
    return failed;
}

static void run_all(void)
{
    uint32_t count = 0U;
    uint32_t failed = 0U;

    for (uint32_t n = 0U; n < sizeof(all_checks) / sizeof(all_checks[0]); n++) {
        failed += run_checks(all_checks[n], count + 1U);
        count += all_checks[n]->count;
    }
    console_print("probe: done %u passed, %u failed\n", count - failed, failed);
    console_flush();
}

/* Only Bulkhead counts restarts, so only there is a restart asked for, and only once. */
static _Noreturn void end(bool bulkhead, uint64_t restarts)
{
    if (bulkhead && restarts == 0U) {
        restart_scribble();
        console_print("probe: restarting\n");
        console_flush();
        console_print("probe: not ok - SYSTEM_RESET returned %ld\n", psci_system_reset());
    }
    console_print("probe: switching off\n");
    console_flush();
    console_print("probe: not ok - SYSTEM_OFF returned %ld\n", psci_system_off());
    bulkhead_crash(BULKHEAD_CRASH_APPLICATION);
}

void guest_main(uint64_t dtb)
{
    struct bulkhead_info info;
    bool bulkhead;

    probe_dtb = dtb;
    console_init();
    gic_init();
    gic_init_cpu();
    irq_unmask();
    bulkhead = bulkhead_info(&info);
    console_print("probe: start, bulkhead=%u restarts=%lu\n", bulkhead ? 1U : 0U, info.restarts);
    run_all();
    end(bulkhead, info.restarts);
}
