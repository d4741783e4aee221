/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The safety application: starts its tasks, then lives in the background, where it carries console output to
 * the UART and answers keys. Nothing here is urgent; every task pre-empts it.
 */
#include "guests/brake/tasks.h"
#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/gic.h"
#include "guests/lib/guest.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/pl011.h"
#include "guests/lib/timer.h"

static void key_pressed(uint8_t key)
{
    switch (key) {
    case 's':
        tasks_report();
        console_print("brake: console dropped=%u bytes\n", console_dropped());
        break;
    case 'x':
        console_print("brake: crashing, as asked\n");
        bulkhead_crash(BRAKE_CRASH_REQUEST);
    case '?':
        console_print("brake: keys: s status, x crash (Bulkhead restarts this partition), ? this help\n");
        break;
    default:
        break;
    }
}

static void uart_interrupt(uint32_t intid)
{
    (void)intid;
    pl011_silence();
}

/*
 * Input at any rate costs one interrupt and one key for each round of the background, and waits in the UART while
 * output waits: answers never push out reports.
 * @implements REQ-GUEST-006
 */
static void background_round(void)
{
    uint8_t key;

    if (!console_drain()) {
        if (console_get(&key)) {
            key_pressed(key);
        }
        pl011_listen();
    }
    cpu_wait();
}

void guest_main(uint64_t dtb)
{
    (void)dtb;
    console_init();
    gic_init();
    gic_init_cpu();
    interrupt_handle(MACHINE_INTID_UART, uart_interrupt);
    gic_enable(MACHINE_INTID_UART, GIC_PRIORITY_NORMAL);
    console_print("brake: ready, %u Hz control task, timer %lu Hz\n", TASKS_CONTROL_HZ, timer_frequency());
    (void)console_drain();
    tasks_start();
    irq_unmask();
    for (;;) {
        background_round();
    }
}
