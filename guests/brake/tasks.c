/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the safety application does: control brake pressure (1 kHz), check the control task against a second
 * computation (100 Hz), report (1 Hz). All state belongs to the boot vCPU; the less urgent tasks copy what the
 * control task writes with IRQs masked.
 */
#include "guests/brake/tasks.h"

#include "guests/brake/controller.h"
#include "guests/brake/executive.h"
#include "guests/brake/pattern.h"
#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define PATTERN_WORDS 8192U /* 64 KiB */
#define PATTERN_SLICE 32U   /* 256 bytes each millisecond: all of it in 256 ms */

static void control_run(void);
static void monitor_run(void);

static struct task tasks[] = {
    {.run = control_run, .rate = TASKS_CONTROL_HZ},
    {.run = monitor_run, .rate = 100U},
    {.run = tasks_report, .rate = 1U},
};
static volatile uint64_t pattern_memory[PATTERN_WORDS];
static struct pattern pattern = {pattern_memory, PATTERN_WORDS, PATTERN_SLICE, 0U};
static struct controller controller;
static struct controller second; /* the monitor's own computation */
static uint64_t started;         /* time of tasks_start() */

/* What one status line shows: all of the same moment. */
struct status {
    struct release release;
    struct controller controller;
    uint64_t seconds;
};

static void control_run(void)
{
    uint64_t corrupted = pattern_check(&pattern);

    if (corrupted != 0U) {
        console_print("brake: PATTERN CORRUPTED at 0x%lx\n", corrupted);
        bulkhead_crash(BRAKE_CRASH_PATTERN);
    }
    controller_step(&controller);
}

static struct status status_take(void)
{
    struct status status;
    uint64_t mask = irq_save();

    status.release = tasks[0].release;
    status.controller = controller;
    status.seconds = (timer_now() - started) / timer_frequency();
    irq_restore(mask);
    return status;
}

/* @implements REQ-GUEST-013 */
static void monitor_run(void)
{
    struct status status = status_take();

    while (second.step < status.controller.step) {
        controller_step(&second);
    }
    if (second.digest != status.controller.digest || second.speed != status.controller.speed ||
        second.integral != status.controller.integral || second.pressure != status.controller.pressure) {
        console_print("brake: DIGEST CORRUPTED at step %u, 0x%08x is not 0x%08x\n", status.controller.step,
                      status.controller.digest, second.digest);
        bulkhead_crash(BRAKE_CRASH_DIGEST);
    }
}

static uint64_t microseconds(uint64_t ticks)
{
    return ticks * 1000000U / timer_frequency();
}

/* @implements REQ-GUEST-015 */
void tasks_report(void)
{
    struct status status = status_take();
    struct bulkhead_info info;

    (void)bulkhead_info(&info);
    console_print("brake: t=%lu s releases=%u late=%u missed=%u jitter-max=%lu us pattern=ok digest=0x%08x "
                  "restarts=%lu\n",
                  status.seconds, status.release.releases, status.release.late, status.release.missed,
                  microseconds(status.release.jitter_max), status.controller.digest, info.restarts);
}

void tasks_start(void)
{
    pattern_fill(&pattern);
    controller_init(&controller);
    controller_init(&second);
    started = timer_now();
    executive_start(tasks, sizeof(tasks) / sizeof(tasks[0]));
}
