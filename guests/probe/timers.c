/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the physical timer (CNTP, INTID 30), alone and beside the virtual one. */
#include "guests/probe/probe.h"

#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"
#include "guests/probe/el0.h"
#include "guests/probe/assembly.h"

#define INTID MACHINE_INTID_PHYSICAL_TIMER
#define IMASK 2U
#define SOON (timer_frequency() / 2000U)
#define FAR (1ULL << 60)

static void set_control(uint64_t value)
{
    sysreg_write(cntp_ctl_el0, value);
    barrier_instructions();
}

static void start(uint64_t compare)
{
    sysreg_write(cntp_cval_el0, compare);
    set_control(TIMER_ENABLE);
}

static uint64_t physical_now(void)
{
    barrier_instructions();
    return sysreg_read(cntpct_el0);
}

/* With a limit: a timer that never comes is a failed check. */
static bool poll_status(void)
{
    uint64_t limit = timer_now() + 5U * timer_frequency();

    while ((sysreg_read(cntp_ctl_el0) & TIMER_STATUS) == 0U) {
        if (timer_now() > limit) {
            return false;
        }
    }
    return true;
}

static bool check_registers(uint64_t unused)
{
    uint64_t value = 0x00123456789abcdeULL;
    int32_t left;

    (void)unused;
    set_control(0U);
    sysreg_write(cntp_cval_el0, value);
    if (!expect_equal("CNTP_CVAL_EL0", sysreg_read(cntp_cval_el0), value)) {
        return false;
    }
    set_control(TIMER_ENABLE | IMASK);
    sysreg_write(cntp_tval_el0, 0x7fffffffU);
    barrier_instructions();
    left = (int32_t)sysreg_read(cntp_tval_el0);
    value = sysreg_read(cntp_cval_el0) - physical_now();
    set_control(0U);
    return expect("TVAL counts down", left > 0) &&
           expect("CVAL is TVAL from now", value <= 0x7fffffffU && value > 0x70000000U);
}

/* Before, no status; later, status: with the interrupt masked or not, and disabled in the distributor. */
static bool check_polling(uint64_t control)
{
    bool early;
    bool late;

    gic_disable(INTID);
    sysreg_write(cntp_cval_el0, FAR);
    set_control(control);
    early = (sysreg_read(cntp_ctl_el0) & TIMER_STATUS) != 0U;
    sysreg_write(cntp_cval_el0, physical_now() + SOON);
    late = poll_status() && physical_now() >= sysreg_read(cntp_cval_el0);
    if (!expect_equal("control", sysreg_read(cntp_ctl_el0), control | TIMER_STATUS)) {
        late = false;
    }
    set_control(0U);
    return expect("no status before its time", !early) && expect("status at its time", late);
}

static void tick_once(uint32_t intid)
{
    set_control(0U);
    arrivals[0][intid]++;
}

static void tick_again(uint32_t intid)
{
    arrivals[0][intid]++;
    sysreg_write(cntp_cval_el0, physical_now() + SOON);
    barrier_instructions();
}

static void virtual_again(uint32_t intid)
{
    arrivals[0][intid]++;
    timer_start(timer_now() + SOON);
}

static bool arrive(void (*handler)(uint32_t intid), uint64_t count)
{
    uint32_t before = arrivals[0][INTID];
    bool ticked;

    interrupt_handle(INTID, handler);
    gic_enable(INTID, GIC_PRIORITY_NORMAL);
    start(physical_now());
    ticked = probe_wait(&arrivals[0][INTID], before + (uint32_t)count);
    gic_disable(INTID);
    set_control(0U);
    return expect("the physical timer ticked", ticked);
}

static bool check_once(uint64_t unused)
{
    uint32_t before = arrivals[0][INTID];

    (void)unused;
    if (!arrive(tick_once, 1U)) {
        return false;
    }
    gic_enable(INTID, GIC_PRIORITY_NORMAL);
    probe_pause();
    gic_disable(INTID);
    return expect_equal("interrupts", arrivals[0][INTID] - before, 1U);
}

static bool check_many(uint64_t count)
{
    return arrive(tick_again, count);
}

static bool check_both(uint64_t count)
{
    uint32_t before = arrivals[0][MACHINE_INTID_TIMER];
    bool ticked;

    interrupt_handle(MACHINE_INTID_TIMER, virtual_again);
    gic_enable(MACHINE_INTID_TIMER, GIC_PRIORITY_URGENT);
    timer_start(timer_now());
    ticked = arrive(tick_again, count) && probe_wait(&arrivals[0][MACHINE_INTID_TIMER], before + (uint32_t)count);
    gic_disable(MACHINE_INTID_TIMER);
    timer_stop();
    return expect("both timers ticked", ticked);
}

/* A level: comes again after its end while the condition holds, three times; then IMASK lets it fall. */
static void leave_high(uint32_t intid)
{
    arrivals[0][intid]++;
    if (arrivals[0][intid] % 3U == 0U) {
        set_control(TIMER_ENABLE | IMASK);
    }
}

static bool check_level(uint64_t unused)
{
    bool came;
    uint32_t before;

    (void)unused;
    arrivals[0][INTID] = 0U;
    came = arrive(leave_high, 3U);
    before = arrivals[0][INTID];
    probe_pause();
    return came && expect_equal("interrupts after IMASK", arrivals[0][INTID] - before, 0U);
}

/* Pending follows the line while the interrupt is disabled. */
static bool check_pending(uint64_t unused)
{
    bool high;
    bool low;

    (void)unused;
    gic_disable(INTID);
    start(physical_now());
    (void)poll_status();
    probe_pause();
    high = gic_bit(INTID, GIC_ISPENDR);
    sysreg_write(cntp_cval_el0, FAR);
    barrier_instructions();
    low = gic_bit(INTID, GIC_ISPENDR);
    set_control(0U);
    return expect("pending while the line is high", high) && expect("not pending while it is low", !low);
}

static bool check_wait(uint64_t unused)
{
    uint32_t before = arrivals[0][INTID];
    uint64_t mask = irq_save();

    (void)unused;
    interrupt_handle(INTID, tick_once);
    gic_enable(INTID, GIC_PRIORITY_NORMAL);
    start(physical_now() + SOON);
    cpu_wait();
    irq_restore(mask);
    barrier_instructions();
    mask = probe_wait(&arrivals[0][INTID], before + 1U) ? 1U : 0U;
    gic_disable(INTID);
    return expect("WFI ended and the interrupt came", mask != 0U);
}

/* CNTKCTL_EL1.EL0PTEN is the guest's: with it EL0 reads its timer, without it EL1 is told. */
static bool check_el0(uint64_t allowed)
{
    struct el0_end end;

    set_control(TIMER_ENABLE | IMASK);
    sysreg_write(cntkctl_el1, allowed << 9);
    end = el0_call((uint64_t)assembly_el0_timer, 0U, 0U);
    sysreg_write(cntkctl_el1, 0U);
    set_control(0U);
    if (allowed == 0U) {
        return expect_equal("class", EL0_CLASS(end), EXCEPTION_CLASS_TRAPPED_REGISTER);
    }
    return expect_equal("class", EL0_CLASS(end), EL0_CLASS_SVC) &&
           expect_equal("control", end.value & 3U, TIMER_ENABLE | IMASK);
}

static const struct check list[] = {
    {"the physical timer's registers hold what is written", check_registers, 0U},
    {"the physical timer can be polled with its interrupt masked", check_polling, TIMER_ENABLE | IMASK},
    {"the physical timer can be polled with its interrupt disabled", check_polling, TIMER_ENABLE},
    {"the physical timer's interrupt arrives once", check_once, 0U},
    {"the physical timer's interrupt arrives a hundred times", check_many, 100U},
    {"both timers tick beside each other", check_both, 100U},
    {"the physical timer's interrupt is a level", check_level, 0U},
    {"the physical timer's pending bit follows its line", check_pending, 0U},
    {"the physical timer ends a WFI", check_wait, 0U},
    {"EL0 reads the physical timer where EL1 allows it", check_el0, 1U},
    {"EL0 is refused the physical timer where EL1 does not", check_el0, 0U},
};
const struct checks timer_checks = CHECKS(list);
