/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GICv3 from EL1, one security state, group 1 (Arm IHI 0069). INTIDs below 32 are the calling vCPU's own. Priorities: 0
 * is the most urgent; use multiples of 16. Bits of other interrupts are never touched.
 */
#ifndef GUESTS_LIB_GIC_H
#define GUESTS_LIB_GIC_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/lib/sysreg.h"

#define GIC_SPURIOUS 1020U /* INTIDs from here are no interrupts */
#define GIC_PRIORITY_URGENT 0x40U
#define GIC_PRIORITY_NORMAL 0xa0U

/* Register offsets, in the distributor and (for INTIDs below 32) in a redistributor's second frame alike. */
#define GIC_IGROUPR 0x080U
#define GIC_ISENABLER 0x100U
#define GIC_ICENABLER 0x180U
#define GIC_ISPENDR 0x200U
#define GIC_ICPENDR 0x280U
#define GIC_ISACTIVER 0x300U
#define GIC_ICACTIVER 0x380U
#define GIC_IPRIORITYR 0x400U
#define GIC_ICFGR 0xc00U
#define GICD_CTLR 0x0000U
#define GICD_TYPER 0x0004U
#define GICD_IROUTER 0x6000U
#define GICR_TYPER 0x0008U
#define GICR_WAKER 0x0014U
#define GICR_SGI_FRAME 0x10000U
#define GIC_PIDR2 0xffe8U

/* Once, on the boot vCPU. */
void gic_init(void);
/* On each vCPU, the boot vCPU after gic_init(). */
void gic_init_cpu(void);

/* Base of the registers that hold this INTID's bits: the distributor, or the calling vCPU's redistributor. */
uint64_t gic_frame(uint32_t intid);
/* Redistributor of vCPU `index`. */
uint64_t gic_redistributor(uint32_t index);

void gic_enable(uint32_t intid, uint8_t priority);
void gic_disable(uint32_t intid);
/* Bit of this INTID in one of the registers of one bit per interrupt (GIC_ISENABLER and so on). */
bool gic_bit(uint32_t intid, uint32_t offset);
void gic_set_bit(uint32_t intid, uint32_t offset);

/* SGI `intid` (0-15) to the vCPUs (Aff0 below 16) of the mask; orders earlier stores before it. */
void gic_send_sgi(uint32_t intid, uint32_t cpus);
/* To every vCPU but the caller. */
void gic_send_sgi_others(uint32_t intid);

static inline uint32_t gic_acknowledge(void)
{
    uint32_t intid = (uint32_t)sysreg_read(s3_0_c12_c12_0); /* ICC_IAR1_EL1 */

    barrier_full(); /* what caused the interrupt is visible to its handler (IHI 0069, 4.1.1) */
    return intid;
}

static inline void gic_end(uint32_t intid)
{
    sysreg_write(s3_0_c12_c12_1, intid); /* ICC_EOIR1_EL1 */
    barrier_instructions();
}

/* Interrupts of this priority and less urgent ones are held back. */
static inline void gic_set_mask(uint8_t priority)
{
    sysreg_write(s3_0_c4_c6_0, priority); /* ICC_PMR_EL1 */
    barrier_instructions();
}

#endif
