/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest one of whose vCPUs aborts for ever: its MMU is off and its vectors are where nothing is, so that each abort leads to
 * the next. The other one counts the timer's ticks meanwhile, restarts the partition, and the next time switches it off.
 */
#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/guest.h"
#include "guests/lib/machine.h"
#include "guests/lib/psci.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define NOWHERE 0x0f800000ULL
#define SECONDS 2U
#define SCTLR_M 1ULL

static volatile uint32_t lost;

/* What follows the barrier is fetched without the MMU, from the same address; nothing is stored there. */
static _Noreturn void lost_main(uint64_t vectors)
{
    lost = 1U;
    barrier_full();
    sysreg_write(vbar_el1, vectors);
    sysreg_write(sctlr_el1, sysreg_read(sctlr_el1) & ~SCTLR_M);
    barrier_instructions();
    __asm__ volatile("ldr x0, [%0]\n1: b 1b" ::"r"(vectors) : "x0", "memory");
    __builtin_unreachable();
}

static void wait_a_second(void)
{
    uint64_t limit = timer_now() + timer_frequency();

    while (timer_now() < limit) {
        (void)console_drain();
    }
}

static void lose_the_other(void)
{
    static struct cpu_start start;

    start = (struct cpu_start){MACHINE_STACKS + MACHINE_STACK_SIZE, lost_main, NOWHERE};
    barrier_full();
    console_print("lost: CPU_ON %ld\n", psci_cpu_on(1U, &start));
    for (uint32_t n = 0U; n < SECONDS || lost == 0U; n++) {
        wait_a_second();
    }
    console_print("lost: vCPU 1 is lost, it is %ld\n", psci_affinity_info(1U));
    console_flush();
}

void guest_main(uint64_t dtb)
{
    struct bulkhead_info info;

    (void)dtb;
    console_init();
    if (!bulkhead_info(&info)) {
        info.restarts = 0U;
    }
    console_print("lost: start, restarts=%lu\n", info.restarts);
    lose_the_other();
    console_print("lost: not ok, %ld\n", info.restarts == 0U ? psci_system_reset() : psci_system_off());
    bulkhead_crash(BULKHEAD_CRASH_APPLICATION);
}
