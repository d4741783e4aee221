/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench: does each operation of operations.h a thousand times, one after another, then switches itself off. It counts
 * nothing itself. What is between two marks is the operation; what prepares it is outside.
 * @implements REQ-BENCH-003
 */
#include "guests/bench/full.h"
#include "guests/bench/other.h"
#include "guests/bench/operations.h"

#include <bulkhead/hypercall.h>
#include <stdbool.h>

#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/gic.h"
#include "guests/lib/guest.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"
#include "guests/lib/psci.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define UNKNOWN_CALL 0xc600ff00U
#define SGI_SELF 1U
/* INTIDs 64 to 95: the system file gives all of them to this partition, and nothing raises them. */
#define UART_DR 0x000U
#define UART_FR 0x018U
#define SPI_WORD 8U
#define SPI_SET (MACHINE_GICD + GIC_ISENABLER + SPI_WORD)
#define SPI_CLEAR (MACHINE_GICD + GIC_ICENABLER + SPI_WORD)
#define SPI_ALL 0xffffffffU
#define SPI_ONE 0x00000010U

/* `prepare` is not counted. */
#define REPEAT(operation, prepare, action)                                                                             \
    for (uint32_t repetition = 0U; repetition < BENCH_REPETITIONS; repetition++) {                                     \
        prepare;                                                                                                       \
        BENCH_MARK(operation);                                                                                         \
        action;                                                                                                        \
        BENCH_MARK(BENCH_NONE);                                                                                        \
    }

static volatile bool arrived;

static void self_handler(uint32_t intid)
{
    BENCH_MARK(BENCH_NONE);
    (void)intid;
    arrived = true;
}

static void physical_handler(uint32_t intid)
{
    (void)intid;
    sysreg_write(cntp_ctl_el0, 0U);
    arrived = true;
}

static void timer_handler(uint32_t intid)
{
    (void)intid;
    timer_stop();
    arrived = true;
}

static void wait_arrived(void)
{
    while (!arrived) {
    }
}

static void run_calls(void)
{
    REPEAT(BENCH_HVC_KNOWN, , (void)smccc_hvc(BULKHEAD_VERSION, 0U, 0U, 0U))
    REPEAT(BENCH_HVC_UNKNOWN, , (void)smccc_hvc(UNKNOWN_CALL, 0U, 0U, 0U))
    REPEAT(BENCH_SMC, , (void)smccc_smc(BULKHEAD_VERSION, 0U, 0U, 0U))
}

static void run_distributor(void)
{
    REPEAT(BENCH_TYPER_READ, , (void)mmio_read32(MACHINE_GICD + GICD_TYPER))
    REPEAT(BENCH_ISENABLER_READ, , (void)mmio_read32(SPI_SET))
    REPEAT(BENCH_ISENABLER_WRITE_0, , mmio_write32(SPI_SET, 0U))
    REPEAT(BENCH_ISENABLER_WRITE_1, mmio_write32(SPI_CLEAR, SPI_ALL), mmio_write32(SPI_SET, SPI_ONE))
    REPEAT(BENCH_ISENABLER_WRITE_32, mmio_write32(SPI_CLEAR, SPI_ALL), mmio_write32(SPI_SET, SPI_ALL))
    mmio_write32(SPI_CLEAR, SPI_ALL);
}

/* As a driver that polls: FR, then a character, which the service core - this one - sends on before the next. */
static void run_uart(void)
{
    REPEAT(BENCH_UART_FR_READ, , (void)mmio_read32(MACHINE_UART + UART_FR))
    REPEAT(BENCH_UART_DR_WRITE, , mmio_write32(MACHINE_UART + UART_DR, '.'))
}

#define FAR_AHEAD (1ULL << 60)

/* Trapped registers, by one that is looked at early and one that is looked at late. */
static void run_registers(void)
{
    uint64_t operand = 0U;

    REPEAT(BENCH_SET_WAY, , __asm__ volatile("dc cisw, %0" : : "r"(operand) : "memory"))
    sysreg_write(cntp_cval_el0, FAR_AHEAD);
    sysreg_write(cntp_ctl_el0, TIMER_ENABLE);
    REPEAT(BENCH_CNTP_READ, , (void)sysreg_read(cntp_ctl_el0))
    REPEAT(BENCH_CNTP_WRITE, , sysreg_write(cntp_cval_el0, FAR_AHEAD))
    sysreg_write(cntp_ctl_el0, 0U);
    REPEAT(BENCH_SYSREG_FIXED, , (void)sysreg_read(actlr_el1))
}

/* As the virtual timer's: compare value, enable, and the handler's disable are exits of it. */
static void run_physical_timer(void)
{
    interrupt_handle(MACHINE_INTID_PHYSICAL_TIMER, physical_handler);
    gic_enable(MACHINE_INTID_PHYSICAL_TIMER, GIC_PRIORITY_NORMAL);
    sysreg_write(cntp_ctl_el0, 0U);
    REPEAT(BENCH_PHYSICAL_TIMER, arrived = false; uint64_t now = timer_now(), sysreg_write(cntp_cval_el0, now);
           sysreg_write(cntp_ctl_el0, TIMER_ENABLE); wait_arrived())
    gic_disable(MACHINE_INTID_PHYSICAL_TIMER);
}

/* EL2 puts the SGI into a list register anew after this: it may have changed. */
static void take_list_register_away(void)
{
    gic_disable(SGI_SELF);
    gic_enable(SGI_SELF, GIC_PRIORITY_NORMAL);
}

/* To self ends in its handler, the timer's interrupt after its EOI. */
static void run_interrupts(void)
{
    uint64_t now;

    interrupt_handle(SGI_SELF, self_handler);
    gic_enable(SGI_SELF, GIC_PRIORITY_NORMAL);
    REPEAT(BENCH_SGI_SELF_ANEW, arrived = false; take_list_register_away(), gic_send_sgi(SGI_SELF, 1U); wait_arrived())
    REPEAT(BENCH_SGI_SELF, arrived = false, gic_send_sgi(SGI_SELF, 1U); wait_arrived())
    interrupt_handle(MACHINE_INTID_TIMER, timer_handler);
    gic_enable(MACHINE_INTID_TIMER, GIC_PRIORITY_NORMAL);
    REPEAT(BENCH_TIMER, arrived = false; now = timer_now(), timer_start(now); wait_arrived())
}

static void run_all(void)
{
    if (other_start()) {
        other_run();
    }
    run_calls();
    run_distributor();
    run_uart();
    run_registers();
    run_interrupts();
    run_physical_timer();
}

void guest_main(uint64_t dtb)
{
    (void)dtb;
    console_init();
    gic_init();
    gic_init_cpu();
    irq_unmask();
    if (full_present()) {
        full_run();
    } else {
        run_all();
    }
    console_print("bench: done, %u spare vCPUs\n", other_parked());
    console_flush();
    (void)psci_system_off();
    bulkhead_crash(BULKHEAD_CRASH_APPLICATION);
}
