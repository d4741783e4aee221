/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual timer of the calling vCPU (INTID 27, level). Compare values are absolute, in ticks of
 * timer_frequency(): whoever adds a period to the last one never drifts.
 */
#ifndef GUESTS_LIB_TIMER_H
#define GUESTS_LIB_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/lib/sysreg.h"

#define TIMER_ENABLE 1U
#define TIMER_STATUS 4U /* CNTV_CTL_EL0.ISTATUS: the compare value is reached */

static inline uint64_t timer_frequency(void)
{
    return sysreg_read(cntfrq_el0);
}

/* The ISB keeps the counter from being read early (Arm DDI 0487, CNTVCT_EL0). */
static inline uint64_t timer_now(void)
{
    barrier_instructions();
    return sysreg_read(cntvct_el0);
}

/* Interrupts when the counter reaches `compare`; at once if it has. */
static inline void timer_start(uint64_t compare)
{
    sysreg_write(cntv_cval_el0, compare);
    sysreg_write(cntv_ctl_el0, TIMER_ENABLE);
    barrier_instructions();
}

static inline void timer_stop(void)
{
    sysreg_write(cntv_ctl_el0, 0U);
    barrier_instructions();
}

static inline bool timer_expired(void)
{
    return (sysreg_read(cntv_ctl_el0) & TIMER_STATUS) != 0U;
}

#endif
