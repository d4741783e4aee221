/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One timer, several deadlines: it is set to the earliest. Registers: Arm DDI 0487, D11.2 and CNTHP_CTL_EL2.
 * @implements REQ-TIMER-003
 */
#include "arch/arm64/core.h"
#include "partitions/deadline.h"
#include "partitions/dma.h"
#include "partitions/dma_deadline.h"
#include "partitions/supervise.h"

#define TIMER_ON 1U

static void arm(const struct core_state *self)
{
    uint64_t first = 0U;

    for (uint32_t n = 0U; n < DEADLINES; n++) {
        if (self->due[n] - 1U < first - 1U) { /* 0, nothing, is the latest of all */
            first = self->due[n];
        }
    }
    sysreg_write(cnthp_cval_el2, first);
    sysreg_write(cnthp_ctl_el2, first != 0U ? TIMER_ON : 0U);
    isb();
}

uint64_t deadline_after(uint64_t microseconds)
{
    return sysreg_read(cntpct_el0) + sysreg_read(cntfrq_el0) / 1000U * microseconds / 1000U;
}

void deadline_set(enum deadline deadline, uint64_t at)
{
    struct core_state *self = this_core();

    self->due[deadline] = at;
    arm(self);
}

/* Once for each that has passed. */
static bool is_due(enum deadline deadline)
{
    uint64_t at = this_core()->due[deadline];

    if (at == 0U || at > sysreg_read(cntpct_el0)) {
        return false;
    }
    deadline_set(deadline, 0U);
    return true;
}

void deadline_timer(void)
{
    if (is_due(DEADLINE_CORES)) {
        supervise_timer();
        dma_look_for_service();
    }
    if (is_due(DEADLINE_DMA)) {
        dma_service();
    }
}
