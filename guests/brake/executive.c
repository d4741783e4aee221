/* SPDX-License-Identifier: Apache-2.0 */
/* A fixed-priority executive; see executive.h. Everything here but a task's body runs with IRQs masked. */
#include "guests/brake/executive.h"

#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"

static struct task *all_tasks;
static uint32_t task_count;
/* Index of the task that runs; task_count in the background. Tasks below it in number pre-empt it. */
static uint32_t running;

static uint64_t executive_next_due(void)
{
    uint64_t next = UINT64_MAX;

    for (uint32_t n = 0U; n < task_count; n++) {
        if (all_tasks[n].release.next < next) {
            next = all_tasks[n].release.next;
        }
    }
    return next;
}

/* @implements REQ-GUEST-011 */
static void executive_release(uint32_t intid)
{
    uint64_t now = timer_now();

    (void)intid;
    for (uint32_t n = 0U; n < task_count; n++) {
        release_poll(&all_tasks[n].release, now);
    }
    timer_start(executive_next_due());
}

/* First of the tasks more urgent than `limit` that waits, or `limit`. */
static uint32_t executive_most_urgent(uint32_t limit)
{
    for (uint32_t n = 0U; n < limit; n++) {
        if (all_tasks[n].release.waiting) {
            return n;
        }
    }
    return limit;
}

/* @implements REQ-GUEST-010 */
static void executive_dispatch(void)
{
    uint32_t interrupted = running;

    for (;;) {
        running = executive_most_urgent(interrupted);
        if (running == interrupted) {
            return;
        }
        release_start(&all_tasks[running].release, timer_now());
        irq_unmask();
        all_tasks[running].run();
        irq_mask();
    }
}

void executive_start(struct task *tasks, uint32_t count)
{
    uint64_t now = timer_now();

    all_tasks = tasks;
    task_count = count;
    running = count;
    for (uint32_t n = 0U; n < count; n++) {
        release_init(&tasks[n].release, now, timer_frequency() / tasks[n].rate);
    }
    interrupt_handle(MACHINE_INTID_TIMER, executive_release);
    interrupt_set_exit(executive_dispatch);
    gic_enable(MACHINE_INTID_TIMER, GIC_PRIORITY_URGENT);
    timer_start(executive_next_due());
}
