/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other vCPUs; see other.h. vCPU 0 and 1 take turns by counters, each of which has one writer, so that what EL2 does
 * for one repetition is over before the next begins.
 */
#include "guests/bench/other.h"
#include "guests/bench/operations.h"

#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/psci.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define SGI_OTHER 2U
#define LAST_CPU 7U
#define START_SECONDS 10U

static volatile uint32_t ready;
static volatile uint32_t turn;
static volatile uint32_t taken;
static volatile uint32_t finished;
static volatile uint32_t parked;
static uint8_t stacks[LAST_CPU + 1U][MACHINE_STACK_SIZE] __attribute__((aligned(16)));
static struct cpu_start starts[LAST_CPU + 1U];

static void wait_for(const volatile uint32_t *counter, uint32_t value)
{
    while (*counter != value) {
    }
    barrier_full();
}

static void publish(volatile uint32_t *counter, uint32_t value)
{
    barrier_full();
    *counter = value;
}

static void handler(uint32_t intid)
{
    BENCH_MARK(BENCH_NONE);
    (void)intid;
    taken++;
}

static _Noreturn void park(void)
{
    for (;;) {
        cpu_wait();
    }
}

static _Noreturn void receive(uint64_t unused)
{
    (void)unused;
    gic_init_cpu();
    gic_enable(SGI_OTHER, GIC_PRIORITY_NORMAL);
    irq_unmask();
    for (uint32_t n = 1U; n <= 1U + BENCH_REPETITIONS; n++) {
        wait_for(&turn, n);
        if (n > 1U) { /* the first one gets the SGI a list register */
            BENCH_MARK(BENCH_SGI_OTHER);
        }
        publish(&ready, n);
        wait_for(&taken, n);
        publish(&finished, n);
    }
    irq_mask();
    park();
}

static _Noreturn void sleep_only(uint64_t index)
{
    publish(&parked, (uint32_t)index);
    park();
}

/* A core that has not come up yet refuses: EL2 starts the others after the boot core's guest is loaded. */
static bool start(uint32_t cpu)
{
    uint64_t limit = timer_now() + START_SECONDS * timer_frequency();
    int64_t result;

    do {
        result = psci_cpu_on(cpu, &starts[cpu]);
    } while (result != PSCI_SUCCESS && result != PSCI_INVALID_PARAMETERS && timer_now() < limit);
    return result == PSCI_SUCCESS;
}

/* One after another, so that `parked` has one writer at a time. */
bool other_start(void)
{
    interrupt_handle(SGI_OTHER, handler);
    for (uint32_t cpu = 1U; cpu <= LAST_CPU; cpu++) {
        starts[cpu] = (struct cpu_start){(uint64_t)stacks[cpu], cpu == 1U ? receive : sleep_only, cpu - 1U};
        barrier_full();
        if (!start(cpu)) {
            return cpu > 1U;
        }
        wait_for(&parked, cpu - 1U);
    }
    return true;
}

void other_run(void)
{
    for (uint32_t n = 1U; n <= 1U + BENCH_REPETITIONS; n++) {
        publish(&turn, n);
        wait_for(&ready, n);
        if (n > 1U) {
            BENCH_MARK(BENCH_SGI_OTHER);
        }
        gic_send_sgi(SGI_OTHER, 1U << 1);
        BENCH_MARK(BENCH_NONE);
        wait_for(&finished, n);
    }
}

uint32_t other_parked(void)
{
    return parked;
}
