/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of interrupts arriving: SGIs, timer, UART; pending and active state of each. */
#include "guests/probe/probe.h"

#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"

#define SGI 4U

static volatile bool was_active;

static void count_handler(uint32_t intid)
{
    was_active = gic_bit(intid, GIC_ISACTIVER);
    arrivals[0][intid]++;
}

static void timer_handler(uint32_t intid)
{
    timer_stop();
    count_handler(intid);
}

static bool arrives(uint32_t intid, uint32_t before)
{
    return expect("the interrupt arrived", probe_wait(&arrivals[0][intid], before + 1U));
}

static bool stays_away(uint32_t intid, uint32_t before)
{
    probe_pause();
    return expect_equal("interrupts", arrivals[0][intid], before);
}

static bool check_sgi_self(uint64_t unused)
{
    uint32_t before = arrivals[0][SGI];
    bool arrived;

    (void)unused;
    interrupt_handle(SGI, count_handler);
    gic_enable(SGI, GIC_PRIORITY_NORMAL);
    gic_send_sgi(SGI, 1U << 0);
    arrived = arrives(SGI, before);
    return arrived && expect("it was active in its handler", was_active) &&
           expect("it is not active any more", !gic_bit(SGI, GIC_ISACTIVER)) &&
           expect("it is not pending any more", !gic_bit(SGI, GIC_ISPENDR)) && stays_away(SGI, before + 1U);
}

/* Each pending bit of a disabled interrupt can be set, is seen, waits and can be cleared. */
static bool check_pending_bit(uint64_t intid)
{
    uint32_t before = arrivals[0][intid];
    bool seen;
    bool cleared;

    interrupt_handle((uint32_t)intid, count_handler);
    gic_disable((uint32_t)intid);
    gic_set_bit((uint32_t)intid, GIC_ISPENDR);
    seen = gic_bit((uint32_t)intid, GIC_ISPENDR);
    gic_set_bit((uint32_t)intid, GIC_ICPENDR);
    cleared = !gic_bit((uint32_t)intid, GIC_ISPENDR);
    gic_enable((uint32_t)intid, GIC_PRIORITY_NORMAL);
    return expect("the pending bit was set", seen) && expect("the pending bit was cleared", cleared) &&
           stays_away((uint32_t)intid, before);
}

static bool check_pending_delivered(uint64_t intid)
{
    uint32_t before = arrivals[0][intid];
    bool arrived;

    interrupt_handle((uint32_t)intid, count_handler);
    gic_disable((uint32_t)intid);
    gic_set_bit((uint32_t)intid, GIC_ISPENDR);
    if (!stays_away((uint32_t)intid, before)) {
        return false;
    }
    gic_enable((uint32_t)intid, GIC_PRIORITY_NORMAL);
    arrived = arrives((uint32_t)intid, before);
    return arrived && stays_away((uint32_t)intid, before + 1U);
}

static bool check_timer(uint64_t delay_us)
{
    uint32_t before = arrivals[0][MACHINE_INTID_TIMER];
    uint64_t due = timer_now() + timer_frequency() / 1000000U * delay_us;

    interrupt_handle(MACHINE_INTID_TIMER, timer_handler);
    gic_enable(MACHINE_INTID_TIMER, GIC_PRIORITY_URGENT);
    timer_start(due);
    return arrives(MACHINE_INTID_TIMER, before) && expect("it did not come early", timer_now() >= due) &&
           stays_away(MACHINE_INTID_TIMER, before + 1U);
}

static bool check_timer_repeats(uint64_t count)
{
    for (uint64_t n = 0U; n < count; n++) {
        uint32_t before = arrivals[0][MACHINE_INTID_TIMER];

        timer_start(timer_now());
        if (!arrives(MACHINE_INTID_TIMER, before)) {
            return false;
        }
    }
    return expect("the timer is not active any more", !gic_bit(MACHINE_INTID_TIMER, GIC_ISACTIVER));
}

/* A level interrupt is pending while its line is high, enabled or not, and no bit write changes that. */
static bool check_level(uint64_t unused)
{
    uint32_t before = arrivals[0][MACHINE_INTID_TIMER];
    bool high;
    bool still;
    bool low;

    (void)unused;
    gic_disable(MACHINE_INTID_TIMER);
    timer_start(timer_now());
    probe_pause(); /* a line takes its time from the timer to the GIC */
    high = gic_bit(MACHINE_INTID_TIMER, GIC_ISPENDR);
    gic_set_bit(MACHINE_INTID_TIMER, GIC_ICPENDR);
    still = gic_bit(MACHINE_INTID_TIMER, GIC_ISPENDR);
    timer_stop();
    probe_pause();
    low = !gic_bit(MACHINE_INTID_TIMER, GIC_ISPENDR);
    gic_enable(MACHINE_INTID_TIMER, GIC_PRIORITY_URGENT);
    return expect("pending while the line is high", high) && expect("ICPENDR does not lower the line", still) &&
           expect("not pending when the line is low", low) && stays_away(MACHINE_INTID_TIMER, before);
}

static bool check_level_enabled_late(uint64_t unused)
{
    uint32_t before = arrivals[0][MACHINE_INTID_TIMER];

    (void)unused;
    gic_disable(MACHINE_INTID_TIMER);
    timer_start(timer_now());
    if (!stays_away(MACHINE_INTID_TIMER, before)) {
        return false;
    }
    gic_enable(MACHINE_INTID_TIMER, GIC_PRIORITY_URGENT);
    return arrives(MACHINE_INTID_TIMER, before);
}

/* The line stays high through the first end of interrupt, so the interrupt comes back until it falls. */
static void stubborn_handler(uint32_t intid)
{
    arrivals[0][intid]++;
    if (arrivals[0][intid] % 5U == 0U) {
        timer_stop();
    }
}

static bool check_level_comes_back(uint64_t unused)
{
    uint32_t before = arrivals[0][MACHINE_INTID_TIMER];
    uint32_t expected = before - before % 5U + 5U;

    (void)unused;
    interrupt_handle(MACHINE_INTID_TIMER, stubborn_handler);
    timer_start(timer_now());
    return expect("it came until the line fell", probe_wait(&arrivals[0][MACHINE_INTID_TIMER], expected)) &&
           stays_away(MACHINE_INTID_TIMER, expected);
}

static bool check_wfi(uint64_t unused)
{
    uint64_t due;
    uint64_t mask = irq_save();

    (void)unused;
    due = timer_now() + timer_frequency() / 200U;
    timer_start(due);
    while (timer_now() < due) {
        cpu_wait();
    }
    timer_stop();
    irq_restore(mask);
    return expect("nothing unknown arrived", interrupt_strays() == 0U);
}

static const struct check list[] = {
    {"an SGI to itself arrives once", check_sgi_self, 0U},
    {"an SGI's pending bit can be set and cleared", check_pending_bit, SGI},
    {"an SGI made pending while disabled arrives when enabled", check_pending_delivered, SGI},
    {"the UART's pending bit can be set and cleared", check_pending_bit, MACHINE_INTID_UART},
    {"the UART's interrupt made pending while disabled arrives when enabled", check_pending_delivered,
     MACHINE_INTID_UART},
    {"the timer's interrupt arrives", check_timer, 2000U},
    {"a timer in the past interrupts at once", check_timer, 0U},
    {"the timer's interrupt arrives a hundred times", check_timer_repeats, 100U},
    {"a level interrupt follows its line", check_level, 0U},
    {"a level interrupt enabled while its line is high arrives", check_level_enabled_late, 0U},
    {"a level interrupt comes back while its line is high", check_level_comes_back, 0U},
    {"WFI ends with the timer, IRQs masked", check_wfi, 0U},
};
const struct checks interrupt_checks = CHECKS(list);
