/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that a partition starts from its pristine image, each time: meaningful after restart_scribble(). */
#include "guests/probe/probe.h"

#include "guests/lib/bulkhead.h"
#include "guests/lib/gic.h"
#include "guests/lib/machine.h"
#include "guests/lib/timer.h"

#define PRISTINE 0x600d600d600d600dULL
#define SCRIBBLE 0xbad0bad0bad0bad0ULL
/* Memory that no part of the image or of this run uses. */
#define FREE_STACK (MACHINE_STACKS + MACHINE_BLOCK / 2U)
#define FREE_DATA (MACHINE_DATA + MACHINE_BLOCK / 2U)

static volatile uint64_t pristine = PRISTINE;

static bool check_data(uint64_t unused)
{
    (void)unused;
    return expect_equal("initialised variable", pristine, PRISTINE);
}

static bool check_zero(uint64_t address)
{
    uint64_t value = SCRIBBLE;

    return expect_equal("faults", attempt_read(address, 8U, &value).faults, 0U) && expect_equal("word", value, 0U);
}

static bool check_interrupts_off(uint64_t unused)
{
    (void)unused;
    return expect("the timer's interrupt is disabled", !gic_bit(MACHINE_INTID_TIMER, GIC_ISENABLER)) &&
           expect("the physical timer's interrupt is disabled",
                  !gic_bit(MACHINE_INTID_PHYSICAL_TIMER, GIC_ISENABLER)) &&
           expect("the physical timer's interrupt is not pending",
                  !gic_bit(MACHINE_INTID_PHYSICAL_TIMER, GIC_ISPENDR)) &&
           expect("the UART's interrupt is disabled", !gic_bit(MACHINE_INTID_UART, GIC_ISENABLER)) &&
           expect("the UART's interrupt is not pending", !gic_bit(MACHINE_INTID_UART, GIC_ISPENDR));
}

static bool check_timer_off(uint64_t unused)
{
    (void)unused;
    return expect_equal("CNTV_CTL_EL0.ENABLE", sysreg_read(cntv_ctl_el0) & TIMER_ENABLE, 0U) &&
           expect_equal("CNTP_CTL_EL0.ENABLE", sysreg_read(cntp_ctl_el0) & TIMER_ENABLE, 0U);
}

void restart_scribble(void)
{
    irq_mask();
    pristine = SCRIBBLE;
    (void)attempt_write(FREE_STACK, 8U, SCRIBBLE);
    (void)attempt_write(FREE_DATA, 8U, SCRIBBLE);
    gic_disable(MACHINE_INTID_UART);
    gic_set_bit(MACHINE_INTID_UART, GIC_ISPENDR);
    gic_disable(MACHINE_INTID_TIMER);
    timer_start(timer_now());
    gic_set_bit(MACHINE_INTID_TIMER, GIC_ISENABLER);
    sysreg_write(cntp_cval_el0, timer_now());
    sysreg_write(cntp_ctl_el0, TIMER_ENABLE);
    gic_set_bit(MACHINE_INTID_PHYSICAL_TIMER, GIC_ISENABLER);
}

static const struct check list[] = {
    {"initialised variables are the image's", check_data, 0U},
    {"free memory behind the stacks is zero", check_zero, FREE_STACK},
    {"free memory behind the data is zero", check_zero, FREE_DATA},
    {"interrupts are disabled and not pending at the start", check_interrupts_off, 0U},
    {"the timers are disabled at the start", check_timer_off, 0U},
};
const struct checks restart_checks = CHECKS(list);
