/* SPDX-License-Identifier: Apache-2.0 */
/* A system in which no partition has a DMA master behind an SMMU, or a PCI function. */
#include "arch/arm64/sysreg.h"
#include "partitions/deadline.h"
#include "partitions/dma.h"
#include "partitions/supervise.h"

#define TIMER_ON 1U

/* There is but one: nothing else sets any. */
void deadline_set(enum deadline deadline, uint64_t at)
{
    (void)deadline;
    sysreg_write(cnthp_cval_el2, at);
    sysreg_write(cnthp_ctl_el2, TIMER_ON);
    isb();
}

void deadline_timer(void)
{
    sysreg_write(cnthp_ctl_el2, 0U);
    isb();
    supervise_timer();
}

void dma_init(void)
{
}

void dma_start_service(void)
{
}

enum partition_phase dma_detach(struct partition_state *partition)
{
    (void)partition;
    return PARTITION_RELEASING;
}

bool dma_attach(struct partition_state *partition)
{
    (void)partition;
    return false;
}

bool dma_answered(struct partition_state *partition)
{
    (void)partition;
    return false;
}

void dma_service(void)
{
}

bool dma_interrupt(uint32_t intid)
{
    (void)intid;
    return false;
}

void dma_stop(void)
{
}
