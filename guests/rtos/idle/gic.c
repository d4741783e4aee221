/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GIC as a driver sets it up that trusts nothing it finds: every register of every interrupt is written, whether there is
 * such an interrupt or not, and the redistributor is looked for.
 */
#include "guests/rtos/idle/idle.h"

#include "guests/lib/gic.h"
#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"
#include "guests/lib/sysreg.h"

#define ALL 0xffffffffU
#define DEFAULT_PRIORITIES 0xa0a0a0a0U
#define GIC_IGRPMODR 0xd00U
#define GICR_CTLR 0x0000U
#define GICR_CTLR_RWP (1U << 3)
#define GICR_TYPER_LAST (1U << 4)
#define GICR_REGION_END (MACHINE_GICR + 0xf60000U)
#define WAKER_CHILDREN_ASLEEP (1U << 2)
#define WAKER_PROCESSOR_SLEEP (1U << 1)
#define GICD_CTLR_RWP (1U << 31)
#define GICD_CTLR_ENABLE_GROUP1 (1U << 1)
#define GICD_CTLR_ARE_NS (1U << 5) /* as if the security states were two and this the non-secure one */

static uint64_t redistributor;

static uint64_t base_of(uint32_t intid)
{
    return intid < 32U ? redistributor + GICR_SGI_FRAME : MACHINE_GICD;
}

static void wait_for_writes(uint32_t intid)
{
    uint64_t control = intid < 32U ? redistributor + GICR_CTLR : MACHINE_GICD + GICD_CTLR;
    uint32_t pending = intid < 32U ? GICR_CTLR_RWP : GICD_CTLR_RWP;

    while ((mmio_read32(control) & pending) != 0U) {
    }
}

static void init_word(uint64_t base, uint32_t intid)
{
    uint64_t word = base + 4ULL * (intid / 32U);

    mmio_write32(word + GIC_ICENABLER, ALL);
    wait_for_writes(intid);
    mmio_write32(word + GIC_ICPENDR, ALL);
    mmio_write32(word + GIC_IGROUPR, ALL);
    mmio_write32(word + GIC_IGRPMODR, ALL);
    for (uint32_t n = 0U; n < 32U; n += 4U) {
        mmio_write32(base + GIC_IPRIORITYR + intid + n, DEFAULT_PRIORITIES);
    }
}

static void init_distributor(void)
{
    uint32_t lines = ((mmio_read32(MACHINE_GICD + GICD_TYPER) & 0x1fU) + 1U) * 32U;

    mmio_write32(MACHINE_GICD + GICD_CTLR, 0U);
    wait_for_writes(32U);
    for (uint32_t intid = 32U; intid < lines; intid += 32U) {
        init_word(MACHINE_GICD, intid);
    }
    for (uint32_t intid = 32U; intid < lines; intid += 16U) {
        mmio_write32(MACHINE_GICD + GIC_ICFGR + intid / 4U, 0U);
    }
    mmio_write32(MACHINE_GICD + GICD_CTLR, GICD_CTLR_ARE_NS | GICD_CTLR_ENABLE_GROUP1);
}

/* The redistributor whose affinity is this core's; 0 if there is none. */
static uint64_t find_redistributor(void)
{
    uint64_t mpidr = sysreg_read(mpidr_el1);
    uint64_t affinity = (mpidr >> 32 & 0xffU) << 24 | (mpidr & 0xffffffU);

    for (uint64_t address = MACHINE_GICR; address < GICR_REGION_END; address += MACHINE_GICR_STRIDE) {
        uint64_t type = mmio_read64(address + GICR_TYPER);

        if (type >> 32 == affinity) {
            return address;
        }
        if ((type & GICR_TYPER_LAST) != 0U) {
            break;
        }
    }
    return 0U;
}

static void wake_redistributor(void)
{
    uint64_t waker = redistributor + GICR_WAKER;

    if ((mmio_read32(waker) & WAKER_CHILDREN_ASLEEP) == 0U) {
        return;
    }
    mmio_write32(waker, mmio_read32(waker) & ~WAKER_PROCESSOR_SLEEP);
    while ((mmio_read32(waker) & WAKER_CHILDREN_ASLEEP) != 0U) {
    }
}

static void init_cpu(void)
{
    uint64_t base = base_of(0U);

    init_word(base, 0U);
    mmio_write32(base + GIC_ICFGR + 4U, 0U);
    if ((sysreg_read(s3_0_c12_c12_5) & 1U) == 0U) { /* ICC_SRE_EL1 */
        sysreg_write(s3_0_c12_c12_5, 7U);
    }
    sysreg_write(s3_0_c4_c6_0, 0xffU); /* ICC_PMR_EL1 */
    sysreg_write(s3_0_c12_c12_7, 1U);  /* ICC_IGRPEN1_EL1 */
}

bool idle_gic_init(void)
{
    init_distributor();
    redistributor = find_redistributor();
    if (redistributor == 0U) {
        return false;
    }
    wake_redistributor();
    init_cpu();
    return true;
}

void idle_gic_enable(uint32_t intid)
{
    uint64_t base = base_of(intid);
    uint64_t word = base + 4ULL * (intid / 32U);
    uint64_t config = base + GIC_ICFGR + 4ULL * (intid / 16U);

    mmio_write32(word + GIC_ICENABLER, 1U << intid % 32U);
    wait_for_writes(intid);
    mmio_write8(base + GIC_IPRIORITYR + intid, 0xa0U);
    mmio_write32(config, mmio_read32(config) & ~(3U << intid % 16U * 2U));
    mmio_write32(word + GIC_ISENABLER, 1U << intid % 32U);
    if (intid >= 32U) {
        mmio_write64(base + GICD_IROUTER + 8ULL * intid, sysreg_read(mpidr_el1) & 0xff00ffffffULL);
    }
}
