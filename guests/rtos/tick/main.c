/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtos-tick: three tasks under a tick of 1 kHz, with MMU and caches off. Two hold values in all FP registers and see whether
 * they stay; the third gives way by SVC, works in critical sections (ICC_PMR_EL1) and looks whether the tick keeps out of them,
 * and says once a second what was found. The UART is never set up.
 * @implements REQ-GUEST-023
 */
#include "guests/rtos/tick/tick.h"

#include "guests/lib/gic.h"
#include "guests/lib/machine.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define TASKS 3U
#define STACK_WORDS 512U
#define STATE_EL1_SP_EL0 0x4U
#define PRIORITY_TICK 0xf0U /* the lowest but one of 32 */
#define PRIORITY_URGENT 0x40U
#define SGI_URGENT 3U
#define BINARY_POINT 2U
#define HZ 1000U

static uint64_t stacks[TASKS][STACK_WORDS] __attribute__((aligned(16)));
static struct task tasks[TASKS];
struct task *tick_current = &tasks[0];
uint64_t tick_nesting;
uint64_t tick_yield;

static volatile uint32_t ticks;
static volatile uint32_t nested; /* urgent interrupts, most of them in the middle of a tick's handler */
static volatile uint32_t wrong;  /* running priorities other than that of the tick */
static volatile uint32_t late;   /* ticks in the middle of critical sections */
static volatile uint32_t lost;   /* FP registers that did not hold */
static volatile uint32_t sections;
static volatile uint32_t yields;

static void set_mask(uint64_t priority)
{
    __asm__ volatile("msr daifset, #2\n\tdsb sy\n\tisb sy\n\tmsr s3_0_c4_c6_0, %0\n\tdsb sy\n\tisb sy\n\t"
                     "msr daifclr, #2\n\tdsb sy\n\tisb sy" ::"r"(priority)
                     : "memory");
}

static void enter_critical(void)
{
    set_mask(TICK_MASK);
    tick_nesting++;
}

static void leave_critical(void)
{
    tick_nesting--;
    if (tick_nesting == 0U) {
        set_mask(TICK_UNMASKED);
    }
}

/* In turn. */
void tick_choose(void)
{
    uint64_t next = (uint64_t)(tick_current - tasks + 1U) % TASKS;

    tick_current = &tasks[next];
    tick_current->runs++;
}

static void next_tick(void)
{
    sysreg_write(cntv_tval_el0, timer_frequency() / HZ);
    barrier_instructions();
}

/* As long as it works on the lists of tasks, urgent interrupts alone may come. */
static void take_tick(void)
{
    wrong += sysreg_read(s3_0_c12_c11_3) != PRIORITY_TICK ? 1U : 0U; /* ICC_RPR_EL1 */
    sysreg_write(s3_0_c4_c6_0, TICK_MASK);
    barrier_full();
    irq_unmask();
    barrier_instructions();
    gic_send_sgi(SGI_URGENT, 1U);
    ticks++;
    tick_yield = 1U;
    irq_mask();
    sysreg_write(s3_0_c4_c6_0, TICK_UNMASKED);
    barrier_full();
    next_tick();
}

void rtos_irq(void)
{
    uint32_t intid = gic_acknowledge();

    if (intid == MACHINE_INTID_TIMER) {
        take_tick();
    } else if (intid == SGI_URGENT) {
        nested++;
    }
    irq_mask();
    if (intid < GIC_SPURIOUS) {
        gic_end(intid);
    }
}

static _Noreturn void run_fp(void)
{
    uint64_t value = 0x0123456789abcdefULL * (uint64_t)(tick_current - tasks + 1U);

    for (;;) {
        tick_fp_fill(value);
        for (uint32_t n = 0U; n < 1000U; n++) {
            lost += tick_fp_holds(value) ? 0U : 1U;
        }
        value += 0x1111111111111111ULL;
    }
}

/* Longer than a tick: it waits until the section ends. */
static void try_section(void)
{
    uint32_t before;
    uint64_t until;

    enter_critical();
    before = ticks;
    until = timer_now() + 2U * timer_frequency() / HZ;
    while (timer_now() < until) {
    }
    late += ticks - before;
    sections++;
    leave_critical();
}

static _Noreturn void run_sections(void)
{
    uint64_t said = timer_now();

    for (;;) {
        try_section();
        __asm__ volatile("svc #0" ::: "memory");
        yields++;
        if (timer_now() - said >= timer_frequency()) {
            said = timer_now();
            rtos_say(
                "rtos-tick: %u ticks, %u urgent, %u wrong, %u yields, %u sections, %u late, %u lost, runs %u %u %u\n",
                ticks, nested, wrong, yields, sections, late, lost, tasks[0].runs, tasks[1].runs, tasks[2].runs);
        }
    }
}

static void create(uint32_t number, void (*function)(void))
{
    uint64_t *frame = &stacks[number][STACK_WORDS - TICK_FRAME_SIZE / 8U];

    frame[TICK_FRAME_ELR / 8U] = (uint64_t)function;
    frame[TICK_FRAME_SPSR / 8U] = STATE_EL1_SP_EL0;
    tasks[number].stack = (uint64_t)frame;
}

_Noreturn void rtos_main(void)
{
    sysreg_write(vbar_el1, (uint64_t)rtos_vectors);
    sysreg_write(cpacr_el1, 3U << 20);
    barrier_instructions();
    rtos_say("rtos-tick: ready\n");
    gic_init();
    gic_init_cpu();
    sysreg_write(s3_0_c12_c12_3, BINARY_POINT); /* ICC_BPR1_EL1 */
    gic_enable(MACHINE_INTID_TIMER, PRIORITY_TICK);
    gic_enable(SGI_URGENT, PRIORITY_URGENT);
    create(0U, run_fp);
    create(1U, run_fp);
    create(2U, run_sections);
    next_tick();
    sysreg_write(cntv_ctl_el0, TIMER_ENABLE);
    tick_start();
}
