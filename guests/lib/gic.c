/* SPDX-License-Identifier: Apache-2.0 */
/* GICv3 from EL1; see gic.h. */
#include "guests/lib/gic.h"

#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"

#define GICD_CTLR_ENABLE 0x12U /* ARE, EnableGrp1 */
#define GICD_CTLR_RWP (1U << 31)
#define GICR_CTLR_RWP (1U << 3)
#define GICR_WAKER_PROCESSOR_SLEEP (1U << 1)
#define GICR_WAKER_CHILDREN_ASLEEP (1U << 2)
#define GIC_WAIT 1000000U /* polls; a GIC that needs more is broken, and its interrupts will be missed loudly */
#define SGI1R_INTID_SHIFT 24U
#define SGI1R_OTHERS (1ULL << 40)

uint64_t gic_redistributor(uint32_t index)
{
    return MACHINE_GICR + (uint64_t)index * MACHINE_GICR_STRIDE;
}

uint64_t gic_frame(uint32_t intid)
{
    return intid < 32U ? gic_redistributor(cpu_index()) + GICR_SGI_FRAME : MACHINE_GICD;
}

/* Address of the 32-bit word with this INTID's bit. */
static uint64_t gic_word(uint32_t intid, uint32_t offset)
{
    return gic_frame(intid) + offset + 4ULL * (intid / 32U);
}

static void gic_wait_clear(uint64_t address, uint32_t bits)
{
    for (uint32_t n = 0U; n < GIC_WAIT && (mmio_read32(address) & bits) != 0U; n++) {
    }
}

void gic_init(void)
{
    mmio_write32(MACHINE_GICD + GICD_CTLR, GICD_CTLR_ENABLE);
    gic_wait_clear(MACHINE_GICD + GICD_CTLR, GICD_CTLR_RWP);
}

void gic_init_cpu(void)
{
    uint64_t waker = gic_redistributor(cpu_index()) + GICR_WAKER;

    mmio_write32(waker, mmio_read32(waker) & ~GICR_WAKER_PROCESSOR_SLEEP);
    gic_wait_clear(waker, GICR_WAKER_CHILDREN_ASLEEP);
    sysreg_write(s3_0_c12_c12_5, 1U); /* ICC_SRE_EL1.SRE */
    barrier_instructions();
    sysreg_write(s3_0_c12_c12_4, 0U); /* ICC_CTLR_EL1: EOI drops and deactivates */
    sysreg_write(s3_0_c12_c12_3, 0U); /* ICC_BPR1_EL1: as much preemption as there is */
    gic_set_mask(0xffU);
    sysreg_write(s3_0_c12_c12_7, 1U); /* ICC_IGRPEN1_EL1 */
    barrier_instructions();
}

bool gic_bit(uint32_t intid, uint32_t offset)
{
    return (mmio_read32(gic_word(intid, offset)) & (1U << (intid % 32U))) != 0U;
}

void gic_set_bit(uint32_t intid, uint32_t offset)
{
    mmio_write32(gic_word(intid, offset), 1U << (intid % 32U));
}

/* The group register has no set and clear halves: this one is read and written, at start-up only. */
void gic_enable(uint32_t intid, uint8_t priority)
{
    uint64_t group = gic_word(intid, GIC_IGROUPR);

    mmio_write32(group, mmio_read32(group) | (1U << (intid % 32U)));
    mmio_write8(gic_frame(intid) + GIC_IPRIORITYR + intid, priority);
    if (intid >= 32U) {
        mmio_write64(MACHINE_GICD + GICD_IROUTER + 8ULL * intid, sysreg_read(mpidr_el1) & 0xffffffU);
    }
    gic_set_bit(intid, GIC_ISENABLER);
}

void gic_disable(uint32_t intid)
{
    gic_set_bit(intid, GIC_ICENABLER);
    if (intid < 32U) {
        gic_wait_clear(gic_redistributor(cpu_index()), GICR_CTLR_RWP);
    } else {
        gic_wait_clear(MACHINE_GICD + GICD_CTLR, GICD_CTLR_RWP);
    }
}

void gic_send_sgi(uint32_t intid, uint32_t cpus)
{
    barrier_full();
    sysreg_write(s3_0_c12_c11_5, ((uint64_t)intid << SGI1R_INTID_SHIFT) | (cpus & 0xffffU)); /* ICC_SGI1R_EL1 */
    barrier_instructions();
}

void gic_send_sgi_others(uint32_t intid)
{
    barrier_full();
    sysreg_write(s3_0_c12_c11_5, ((uint64_t)intid << SGI1R_INTID_SHIFT) | SGI1R_OTHERS); /* ICC_SGI1R_EL1 */
    barrier_instructions();
}
