/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtos-idle: starts as a tickless system does that was built for QEMU's virt and takes its exception level from the feature
 * registers, sleeps a hundred times until a compare value of the virtual timer, then answers keys from the idle loop.
 * @implements REQ-GUEST-022
 */
#include "guests/rtos/idle/idle.h"

#include "guests/lib/gic.h"
#include "guests/lib/machine.h"
#include "guests/lib/psci.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define FREQUENCY 62500000U
#define SLEEPS 100U
#define SLEEP_CYCLES (FREQUENCY / 200U)
#define TIMER_IMASK 2U
#define CPACR_FP (3U << 20)
#define SCTLR_ICACHE_AND_STACK (1U << 12 | 1U << 3)

static volatile uint32_t wakes;
static volatile uint32_t early;
static volatile uint32_t strays;

/* Of the levels that ID_AA64PFR0_EL1 knows. */
static uint32_t highest_level(void)
{
    uint32_t levels = (uint32_t)sysreg_read(id_aa64pfr0_el1) & 0xffffU;

    return (31U - (uint32_t)__builtin_clz(levels)) / 4U;
}

/* Whoever is highest sets the frequency: below, the register cannot be written, and there are no vectors yet. */
static void init_level(void)
{
    if (highest_level() == 1U) {
        sysreg_write(cntfrq_el0, FREQUENCY);
    }
    sysreg_write(vbar_el1, (uint64_t)rtos_vectors);
    barrier_instructions();
    sysreg_write(cpacr_el1, CPACR_FP);
    sysreg_write(sctlr_el1, sysreg_read(sctlr_el1) | SCTLR_ICACHE_AND_STACK);
    sysreg_write(cntv_cval_el0, ~0ULL);
    barrier_instructions();
    __asm__ volatile("msr daifclr, #4\n\tisb" ::: "memory");
}

static void timer_set(uint64_t compare)
{
    sysreg_write(cntv_cval_el0, compare);
    sysreg_write(cntv_ctl_el0, sysreg_read(cntv_ctl_el0) & ~(uint64_t)TIMER_IMASK);
}

static void take_timer(void)
{
    early += timer_now() < sysreg_read(cntv_cval_el0) ? 1U : 0U;
    sysreg_write(cntv_ctl_el0, sysreg_read(cntv_ctl_el0) | TIMER_IMASK);
    wakes++;
}

static void take_keys(void)
{
    char key;

    while (idle_uart_key(&key)) {
        rtos_say("rtos-idle: key %c\n", key);
    }
}

void rtos_irq(void)
{
    uint32_t intid = gic_acknowledge();

    if (intid == MACHINE_INTID_TIMER) {
        take_timer();
    } else if (intid == MACHINE_INTID_UART) {
        take_keys();
    } else {
        strays++;
    }
    barrier_full();
    gic_end(intid);
}

/* Masked until it sleeps: what comes before ends the WFI at once. */
static void idle(void)
{
    cpu_wait();
    irq_unmask();
    barrier_instructions();
    irq_mask();
}

static void sleep(uint64_t cycles)
{
    uint32_t before = wakes;

    timer_set(timer_now() + cycles);
    while (wakes == before) {
        idle();
    }
}

_Noreturn void rtos_main(void)
{
    init_level();
    idle_mmu_on();
    if (!idle_gic_init()) {
        rtos_say("rtos-idle: no redistributor is mine\n");
    }
    idle_uart_init();
    sysreg_write(cntv_ctl_el0, TIMER_ENABLE | TIMER_IMASK);
    idle_gic_enable(MACHINE_INTID_TIMER);
    rtos_say("rtos-idle: ready, PSCI %lu.%lu\n", (uint64_t)psci_call(PSCI_VERSION, 0U, 0U, 0U) >> 16,
             (uint64_t)psci_call(PSCI_VERSION, 0U, 0U, 0U) & 0xffffU);
    for (uint32_t n = 0U; n < SLEEPS; n++) {
        sleep(SLEEP_CYCLES);
    }
    rtos_say("rtos-idle: slept %u times, %u early, %u strays\n", wakes, early, strays);
    for (;;) {
        idle();
    }
}
