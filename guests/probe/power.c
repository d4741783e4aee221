/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of PSCI's power functions and of SGIs between vCPUs. In order: each starts from what the one before left. */
#include "guests/probe/probe.h"

#include <bulkhead/hypercall.h>

#include "guests/lib/bulkhead.h"
#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/psci.h"
#include "guests/lib/timer.h"
#include "guests/probe/second.h"

#define CPU_SUSPEND 0xc4000001U
#define ABSENT_MPIDR 7U
#define PINGS 200U
#define CYCLES 2000U
#define POWER_DOWN 0x10000U
#define PSCI_ON_PENDING (-5)
#define PSCI_INVALID_ADDRESS (-9)

static bool expect_psci(const char *what, int64_t found, int64_t expected)
{
    return expect_equal(what, (uint64_t)found, (uint64_t)expected);
}

static bool check_off(uint64_t unused)
{
    (void)unused;
    return expect_psci("AFFINITY_INFO", psci_affinity_info(SECOND_MPIDR), PSCI_AFFINITY_OFF);
}

static bool check_self_on(uint64_t unused)
{
    struct cpu_start start = {0U, 0, 0U};

    (void)unused;
    return expect_psci("AFFINITY_INFO", psci_affinity_info(0U), PSCI_AFFINITY_ON) &&
           expect_psci("CPU_ON", psci_cpu_on(0U, &start), PSCI_ALREADY_ON);
}

static bool check_absent(uint64_t mpidr)
{
    struct cpu_start start = {0U, 0, 0U};

    return expect_psci("CPU_ON", psci_cpu_on(mpidr, &start), PSCI_INVALID_PARAMETERS) &&
           expect_psci("AFFINITY_INFO", psci_affinity_info(mpidr), PSCI_INVALID_PARAMETERS);
}

/* Starts vCPU 1 and compares what it got as its context. */
static bool check_on(uint64_t argument)
{
    uint32_t before = second.started;

    return expect_psci("CPU_ON", second_on(argument), PSCI_SUCCESS) &&
           expect("vCPU 1 runs", probe_wait(&second.started, before + 1U)) &&
           expect_equal("argument", second.argument, argument) &&
           expect_psci("AFFINITY_INFO", psci_affinity_info(SECOND_MPIDR), PSCI_AFFINITY_ON);
}

static bool check_already_on(uint64_t unused)
{
    uint32_t before = second.started;

    (void)unused;
    return expect_psci("CPU_ON", second_on(0U), PSCI_ALREADY_ON) && expect_equal("starts", second.started, before);
}

static bool check_second_mpidr(uint64_t unused)
{
    (void)unused;
    return expect_equal("Aff0", second.mpidr & 0xffU, 1U) && expect_equal("bit 31", second.mpidr >> 31 & 1U, 1U) &&
           expect_equal("ID_AA64PFR0_EL1", second.pfr0, sysreg_read(id_aa64pfr0_el1));
}

static void count_handler(uint32_t intid)
{
    arrivals[cpu_index()][intid]++;
}

static bool ping(void)
{
    uint32_t before = arrivals[0][SGI_PONG];

    gic_send_sgi(SGI_PING, 1U << SECOND_CPU);
    return expect("SGI_PONG arrived", probe_wait(&arrivals[0][SGI_PONG], before + 1U));
}

static bool check_echo(uint64_t count)
{
    interrupt_handle(SGI_PONG, count_handler);
    gic_enable(SGI_PONG, GIC_PRIORITY_NORMAL);
    for (uint64_t n = 0U; n < count; n++) {
        if (!ping()) {
            return false;
        }
    }
    return true;
}

static bool check_others(uint64_t unused)
{
    uint32_t pings = arrivals[SECOND_CPU][SGI_PING];
    uint32_t pongs = arrivals[0][SGI_PONG];
    uint32_t own = arrivals[0][SGI_PING];

    (void)unused;
    gic_send_sgi_others(SGI_PING);
    return expect("SGI_PONG arrived", probe_wait(&arrivals[0][SGI_PONG], pongs + 1U)) &&
           expect_equal("pings at vCPU 1", arrivals[SECOND_CPU][SGI_PING], pings + 1U) &&
           expect_equal("pings at vCPU 0", arrivals[0][SGI_PING], own);
}

static bool check_absent_target(uint64_t unused)
{
    uint32_t before = arrivals[SECOND_CPU][SGI_PING] + arrivals[0][SGI_PING];

    (void)unused;
    gic_send_sgi(SGI_PING, 0xfffcU);
    probe_pause();
    return expect_equal("pings", arrivals[SECOND_CPU][SGI_PING] + arrivals[0][SGI_PING], before);
}

static bool check_leave(uint64_t unused)
{
    (void)unused;
    return expect("vCPU 1 is off", second_leave());
}

/* Comes back with the next interrupt, masked or not: the timer's, in a while. */
static int64_t suspend(uint64_t state)
{
    uint64_t mask = irq_save();
    int64_t result;

    gic_enable(27U, GIC_PRIORITY_URGENT);
    timer_start(timer_now() + timer_frequency() / 200U);
    result = psci_call(CPU_SUSPEND, state, MACHINE_TEXT, 0U);
    timer_stop();
    gic_disable(27U);
    irq_restore(mask);
    return result;
}

static bool check_standby(uint64_t unused)
{
    (void)unused;
    return expect_psci("CPU_SUSPEND", suspend(0U), PSCI_SUCCESS);
}

static bool check_standby_only(uint64_t state)
{
    return expect_psci("CPU_SUSPEND", suspend(state), PSCI_INVALID_PARAMETERS);
}

/* What does not refuse it would start vCPU 1 there, for good. */
static bool check_entry(uint64_t address)
{
    return expect("Bulkhead is there", smccc_hvc(BULKHEAD_VERSION, 0U, 0U, 0U).x0 == BULKHEAD_VERSION_1_0) &&
           expect_psci("CPU_ON", psci_call(PSCI_CPU_ON, SECOND_MPIDR, address, 0U), PSCI_INVALID_ADDRESS) &&
           expect_psci("AFFINITY_INFO", psci_affinity_info(SECOND_MPIDR), PSCI_AFFINITY_OFF);
}

static bool check_levels(uint64_t unused)
{
    (void)unused;
    for (uint64_t level = 1U; level < 5U; level++) {
        if (!expect_psci("AFFINITY_INFO", psci_call(PSCI_AFFINITY_INFO, 0U, level, 0U), PSCI_INVALID_PARAMETERS)) {
            return false;
        }
    }
    return true;
}

/* CPU_ON, which is refused as long as the CPU_OFF before is not over. */
static int64_t on_again(void)
{
    uint64_t limit = timer_now() + 5U * timer_frequency();
    int64_t result;

    do {
        result = second_on_briefly();
    } while (result == PSCI_ALREADY_ON && timer_now() < limit);
    return result;
}

static bool check_cycles(uint64_t count)
{
    for (uint64_t n = 0U; n < count; n++) {
        uint32_t before = second.started;
        int64_t second_try;

        second.mpidr = 0U;
        if (!expect_psci("CPU_ON", on_again(), PSCI_SUCCESS)) {
            return false;
        }
        second_try = second_on_briefly();
        if (second_try == PSCI_SUCCESS) { /* it is through, and on its way again */
            before++;
        } else if (second_try != PSCI_ON_PENDING) {
            (void)expect_psci("second CPU_ON", second_try, PSCI_ALREADY_ON);
        }
        if (!expect("vCPU 1 ran", probe_wait(&second.started, before + 1U)) ||
            !expect_equal("starts", second.started, before + 1U) ||
            !expect_equal("MPIDR", second.mpidr & 0xff80ffffffULL, 0x80000000U | SECOND_MPIDR)) {
            return false;
        }
    }
    return expect("vCPU 1 is off", second_is_off());
}

static const struct check list[] = {
    {"vCPU 1 is off at first", check_off, 0U},
    {"vCPU 0 is on and cannot be switched on", check_self_on, 0U},
    {"a core that is not this partition's cannot be started", check_absent, ABSENT_MPIDR},
    {"a core of another cluster cannot be started", check_absent, 0x100U},
    {"CPU_ON starts vCPU 1 with its context", check_on, 0x1234567890abcdefULL},
    {"a vCPU that is on cannot be switched on", check_already_on, 0U},
    {"vCPU 1 has Aff0 = 1 and the same features", check_second_mpidr, 0U},
    {"vCPU 1 answers two hundred SGIs", check_echo, PINGS},
    {"an SGI to all others reaches vCPU 1 alone", check_others, 0U},
    {"an SGI to vCPUs that do not exist reaches nobody", check_absent_target, 0U},
    {"CPU_OFF switches vCPU 1 off", check_leave, 0U},
    {"CPU_ON starts vCPU 1 again with a new context", check_on, 0xfedcba9876543210ULL},
    {"vCPU 1 answers SGIs again", check_echo, 1U},
    {"CPU_OFF switches vCPU 1 off again", check_leave, 0U},
    {"CPU_SUSPEND to standby ends with the timer", check_standby, 0U},
    {"CPU_SUSPEND to power down is no valid state", check_standby_only, POWER_DOWN},
    {"CPU_SUSPEND to a state with reserved bits is no valid state", check_standby_only, 0x80000000U},
    {"AFFINITY_INFO knows level 0 alone", check_levels, 0U},
    {"CPU_ON in the middle of an instruction is refused", check_entry, MACHINE_TEXT + 2U},
    {"CPU_ON outside the memory is refused", check_entry, MACHINE_UART},
    {"CPU_ON right behind the memory is refused", check_entry, MACHINE_RAM_END},
    {"vCPU 1 goes on and off two thousand times, with the same MPIDR", check_cycles, CYCLES},
};
const struct checks power_checks = CHECKS(list);
