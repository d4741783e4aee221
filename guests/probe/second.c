/* SPDX-License-Identifier: Apache-2.0 */
/* The second vCPU; see second.h. */
#include "guests/probe/second.h"

#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/psci.h"
#include "guests/lib/timer.h"
#include "guests/probe/probe.h"

struct second_report second;
volatile uint32_t arrivals[2][64];

static volatile bool leaving;

static void ping_handler(uint32_t intid)
{
    arrivals[cpu_index()][intid]++;
    gic_send_sgi(SGI_PONG, 1U << 0);
}

/* State of this life that the next one must not find. The timer stays armed. */
static void scribble(void)
{
    sysreg_write(cntp_cval_el0, timer_now());
    sysreg_write(cntp_ctl_el0, TIMER_ENABLE);
    sysreg_write(tpidr_el0, 0xbad0bad0U);
    sysreg_write(dbgbvr0_el1, 0xbad0bad0U);
    sysreg_write(oslar_el1, 1U);
    barrier_instructions();
}

static void look(void)
{
    second.cntp_control = sysreg_read(cntp_ctl_el0);
    second.cntp_compare = sysreg_read(cntp_cval_el0);
    second.thread = sysreg_read(tpidr_el0);
    second.breakpoint = sysreg_read(dbgbvr0_el1);
    second.os_lock = sysreg_read(oslsr_el1);
}

static void leave_handler(uint32_t intid)
{
    arrivals[cpu_index()][intid]++;
    leaving = true;
}

/* The flag is looked at with IRQs masked: an SGI that comes after the look still ends the WFI. */
static void second_main(uint64_t argument)
{
    look();
    gic_init_cpu();
    gic_enable(SGI_PING, GIC_PRIORITY_NORMAL);
    gic_enable(SGI_LEAVE, GIC_PRIORITY_NORMAL);
    leaving = false;
    second.argument = argument;
    second.mpidr = sysreg_read(mpidr_el1);
    second.pfr0 = sysreg_read(id_aa64pfr0_el1);
    barrier_full();
    second.started++;
    while (!leaving) {
        cpu_wait();
        irq_unmask();
        barrier_instructions();
        irq_mask();
    }
    scribble();
    (void)psci_cpu_off();
}

static void second_brief(uint64_t argument)
{
    second.argument = argument;
    second.mpidr = sysreg_read(mpidr_el1);
    barrier_full();
    second.started++;
    (void)psci_cpu_off();
}

int64_t second_on_briefly(void)
{
    static const struct cpu_start start = {MACHINE_STACKS + MACHINE_STACK_SIZE, second_brief, 0U};

    return psci_cpu_on(SECOND_MPIDR, &start);
}

int64_t second_on(uint64_t argument)
{
    static struct cpu_start start;

    start = (struct cpu_start){MACHINE_STACKS + MACHINE_STACK_SIZE, second_main, argument};
    interrupt_handle(SGI_PING, ping_handler);
    interrupt_handle(SGI_LEAVE, leave_handler);
    barrier_full();
    return psci_cpu_on(SECOND_MPIDR, &start);
}

bool second_ensure(void)
{
    uint32_t before = second.started;

    if (psci_affinity_info(SECOND_MPIDR) == PSCI_AFFINITY_ON) {
        return true;
    }
    return second_on(0U) == PSCI_SUCCESS && probe_wait(&second.started, before + 1U);
}

bool second_is_off(void)
{
    uint64_t limit = timer_now() + 5U * timer_frequency();

    while (psci_affinity_info(SECOND_MPIDR) != PSCI_AFFINITY_OFF) {
        if (timer_now() > limit) {
            return false;
        }
    }
    return true;
}

bool second_leave(void)
{
    gic_send_sgi(SGI_LEAVE, 1U << SECOND_CPU);
    return second_is_off();
}
