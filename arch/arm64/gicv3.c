/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical GICv3: distributor, redistributors, CPU interface (Arm IHI 0069H, chapters 4 and 12).
 *
 * EL2 runs non-secure or with a single security state and uses group 1 only, which reads the same in both views.
 * @implements REQ-GIC-001
 */
#include "arch/arm64/core.h"
#include "arch/arm64/gic.h"
#include "arch/arm64/mmio.h"
#include "arch/arm64/sysreg.h"

#define GICD_CTLR 0x0000U
#define GICD_TYPER 0x0004U
#define GICD_IGROUPR 0x0080U
#define GICD_ISENABLER 0x0100U
#define GICD_ICENABLER 0x0180U
#define GICD_ISPENDR 0x0200U
#define GICD_ICPENDR 0x0280U
#define GICD_ICACTIVER 0x0380U
#define GICD_ISACTIVER 0x0300U
#define GICD_IPRIORITYR 0x0400U
#define GICD_ICFGR 0x0c00U
#define GICD_IROUTER 0x6000U
#define GICR_CTLR 0x0000U
#define GICR_WAKER 0x0014U
#define GICR_TYPER 0x0008U
#define GICR_SGI_FRAME 0x10000U
#define GICR_STRIDE 0x20000U

/* The non-secure view's EnableGrp1A, which is EnableGrp1 with one security state; ARE_NS is ARE (12.9.4). */
#define GICD_CTLR_ARE (1U << 4)
#define GICD_CTLR_GROUP1_ARE ((1U << 1) | GICD_CTLR_ARE)
#define GICD_CTLR_DS (1U << 6)
#define GICD_CTLR_RWP (1U << 31)
#define GICR_CTLR_RWP (1U << 3)
#define GICR_TYPER_VLPIS (1U << 1) /* GICv4: two more frames */
#define GICR_TYPER_LAST (1U << 4)
#define WAKER_PROCESSOR_SLEEP (1U << 1)
#define WAKER_CHILDREN_ASLEEP (1U << 2)
#define CTLR_EOIMODE (1U << 1)
#define ISR_IRQ (1U << 7)

/*
 * All interrupts share one priority, which the priority mask admits, except two posts that must come through however many
 * others there are: POST_CONSOLE 0x90, POST_HALT 0x80.
 */
#define PRIORITY 0xa0a0a0a0U
#define PRIORITY_POSTS 0x8090a0a0U
_Static_assert(POST_VCPU == 0 && POST_UART == 1 && POST_CONSOLE == 2 && POST_HALT == 3, "PRIORITY_POSTS");
#define PRIORITY_MASK 0xf0U
#define PATIENCE 10000U /* polls of a register that should change at once */
#define PATIENCE_RUNNING 50U /* the same in a section that others wait for: what comes late is taken as nobody's (irq.c) */

static uint64_t gicd(uint32_t offset)
{
    return board_config.gicd.value + offset;
}

static uint64_t gicr(uint32_t offset)
{
    return this_core()->gicr + offset;
}

static uint64_t spi_word(uint32_t bank, uint32_t intid)
{
    return gicd(bank + (intid / 32U) * 4U);
}

static uint32_t spi_bit(uint32_t intid)
{
    return 1U << (intid % 32U);
}

/* Waits until a write has taken effect. Running out of patience is no fault: the write is on its way, and late. */
static bool wait_for_clear(uint64_t address, uint32_t bit, uint32_t patience)
{
    for (uint32_t n = 0U; n < patience; n++) {
        if ((mmio_read32(address) & bit) == 0U) {
            return true;
        }
    }
    return false;
}

void gic_init_board(void)
{
    uint32_t words = (mmio_read32(gicd(GICD_TYPER)) & 0x1fU) + 1U;

    /* Affinity routing, once on, may not be switched off, and only be switched on while no group is enabled (12.9.4). */
    mmio_write32(gicd(GICD_CTLR), mmio_read32(gicd(GICD_CTLR)) & GICD_CTLR_ARE);
    (void)wait_for_clear(gicd(GICD_CTLR), GICD_CTLR_RWP, PATIENCE);
    mmio_write32(gicd(GICD_CTLR), GICD_CTLR_ARE);
    for (uint32_t word = 1U; word < words; word++) { /* at most 31 */
        mmio_write32(gicd(GICD_ICENABLER + word * 4U), ~0U);
        mmio_write32(gicd(GICD_ICPENDR + word * 4U), ~0U);
        mmio_write32(gicd(GICD_ICACTIVER + word * 4U), ~0U);
        mmio_write32(gicd(GICD_IGROUPR + word * 4U), ~0U);
        for (uint32_t n = 0U; n < 8U; n++) {
            mmio_write32(gicd(GICD_IPRIORITYR + word * 32U + n * 4U), PRIORITY);
        }
    }
    (void)wait_for_clear(gicd(GICD_CTLR), GICD_CTLR_RWP, PATIENCE);
    mmio_write32(gicd(GICD_CTLR), GICD_CTLR_GROUP1_ARE);
    (void)wait_for_clear(gicd(GICD_CTLR), GICD_CTLR_RWP, PATIENCE);
}

/* The redistributor whose affinity is this core's; 0 if the board's region has none (GICR_TYPER, 12.11.35). */
static uint64_t find_redistributor(void)
{
    uint64_t mpidr = this_core()->config->mpidr;
    uint64_t affinity = (mpidr & 0xffffffU) | ((mpidr >> 32 & 0xffU) << 24);
    uint64_t end = board_config.gicr.value + board_config.gicr_size;

    for (uint64_t frame = board_config.gicr.value; frame < end;) {
        uint64_t type = mmio_read64(frame + GICR_TYPER);

        if (type >> 32 == affinity) {
            return frame;
        }
        if ((type & GICR_TYPER_LAST) != 0U) {
            break;
        }
        frame += (type & GICR_TYPER_VLPIS) != 0U ? 2U * GICR_STRIDE : GICR_STRIDE;
    }
    return 0U;
}

/*
 * A boot loader that left in the middle of an interrupt leaves a running priority behind, and the core deaf. As many
 * registers as there are preemption levels (ICC_CTLR_EL1.PRIbits, 12.2.7); group 0's only where it is not the firmware's.
 */
static void active_priorities_clear(void)
{
    uint32_t bits = ((uint32_t)(sysreg_read(icc_ctlr_el1) >> 8) & 7U) + 1U;

    if ((mmio_read32(gicd(GICD_CTLR)) & GICD_CTLR_DS) != 0U) {
        sysreg_write(icc_ap0r0_el1, 0U);
        if (bits >= 6U) {
            sysreg_write(icc_ap0r1_el1, 0U);
        }
        if (bits >= 7U) {
            sysreg_write(icc_ap0r2_el1, 0U);
            sysreg_write(icc_ap0r3_el1, 0U);
        }
    }
    sysreg_write(icc_ap1r0_el1, 0U);
    if (bits >= 6U) {
        sysreg_write(icc_ap1r1_el1, 0U);
    }
    if (bits >= 7U) {
        sysreg_write(icc_ap1r2_el1, 0U);
        sysreg_write(icc_ap1r3_el1, 0U);
    }
    isb();
}

static void cpu_interface_init(void)
{
    struct gic_context off;

    sysreg_write(icc_sre_el2, 0x7U); /* system registers; EL1 may not change that (12.2.25) */
    isb();
    sysreg_write(icc_sre_el1, 0x7U);
    isb();
    active_priorities_clear();
    sysreg_write(icc_pmr_el1, PRIORITY_MASK);
    sysreg_write(icc_bpr1_el1, 0U);
    sysreg_write(icc_ctlr_el1, CTLR_EOIMODE);
    sysreg_write(icc_igrpen1_el1, 1U);
    gic_put(&off);
    gic_context_reset(&off);
    off.hcr = 0U;
    gic_load(&off);
    isb();
}

bool gic_init_core(void)
{
    uint64_t frame = find_redistributor();

    if (frame == 0U) {
        return false;
    }
    this_core()->gicr = frame;
    mmio_write32(frame + GICR_CTLR, 0U); /* no LPIs */
    mmio_write32(frame + GICR_WAKER, mmio_read32(frame + GICR_WAKER) & ~WAKER_PROCESSOR_SLEEP);
    if (!wait_for_clear(frame + GICR_WAKER, WAKER_CHILDREN_ASLEEP, PATIENCE)) {
        return false;
    }
    frame += GICR_SGI_FRAME;
    mmio_write32(frame + GICD_ICENABLER, ~0U);
    (void)wait_for_clear(gicr(0U), GICR_CTLR_RWP, PATIENCE);
    mmio_write32(frame + GICD_ICFGR + 4U,
                 0U); /* timers and maintenance are levels, where that can be chosen (12.11.11) */
    mmio_write32(frame + GICD_ICPENDR, ~0U);
    mmio_write32(frame + GICD_ICACTIVER, ~0U);
    mmio_write32(frame + GICD_IGROUPR, ~0U);
    for (uint32_t n = 0U; n < 8U; n++) {
        mmio_write32(frame + GICD_IPRIORITYR + n * 4ULL, PRIORITY);
    }
    mmio_write32(frame + GICD_IPRIORITYR, PRIORITY_POSTS);
    cpu_interface_init();
    mmio_write32(frame + GICD_ISENABLER, ((1U << POST_KINDS) - 1U) | (1U << GIC_INTID_MAINTENANCE) |
                                             (1U << GIC_INTID_EL2_TIMER) | (1U << GIC_INTID_PHYSICAL_TIMER));
    (void)wait_for_clear(gicr(0U), GICR_CTLR_RWP, PATIENCE);
    return true;
}

uint32_t gic_take(void)
{
    uint64_t intid = sysreg_read(icc_iar1_el1);

    dsb_sy(); /* the acknowledge is complete before anything that follows from it (4.1.3) */
    if (intid - GIC_INTID_SPECIAL <= GIC_INTID_SPURIOUS - GIC_INTID_SPECIAL) {
        return GIC_INTID_SPURIOUS;
    }
    sysreg_write(icc_eoir1_el1, intid);
    return (uint32_t)intid;
}

void gic_deactivate(uint32_t intid)
{
    sysreg_write(icc_dir_el1, intid);
}

bool gic_interrupt_pending(void)
{
    return (sysreg_read(isr_el1) & ISR_IRQ) != 0U; /* at EL2, the physical one (D19.2.65, Arm DDI 0487) */
}

/* ICFGR holds 16 interrupts of any owner, so it is written at boot alone, by the boot core. */
void gic_spi_configure(uint32_t intid, bool edge)
{
    uint64_t address = gicd(GICD_ICFGR + (intid / 16U) * 4U);
    uint32_t field = 2U << ((intid % 16U) * 2U);
    uint32_t value = mmio_read32(address) & ~field;

    mmio_write32(address, edge ? value | field : value);
}

void gic_spi_enable(uint32_t intid)
{
    gic_spi_enable_word(intid / 32U, spi_bit(intid));
}

void gic_spi_disable(uint32_t intid)
{
    gic_spi_disable_word(intid / 32U, spi_bit(intid));
}

void gic_spi_enable_word(uint32_t word, uint32_t bits)
{
    mmio_write32(gicd(GICD_ISENABLER + word * 4U), bits);
}

void gic_spi_disable_word(uint32_t word, uint32_t bits)
{
    mmio_write32(gicd(GICD_ICENABLER + word * 4U), bits);
}

void gic_spi_route(uint32_t intid, uint64_t mpidr)
{
    mmio_write64(board_config.gicd.value + GICD_IROUTER + intid * 8ULL, mpidr);
}

void gic_spi_reset(uint32_t intid)
{
    gic_spi_disable(intid);
    mmio_write32(spi_word(GICD_ICPENDR, intid), spi_bit(intid));
    mmio_write32(spi_word(GICD_ICACTIVER, intid), spi_bit(intid));
}

bool gic_spi_pending(uint32_t intid)
{
    return (mmio_read32(spi_word(GICD_ISPENDR, intid)) & spi_bit(intid)) != 0U;
}

void gic_spi_set_pending(uint32_t intid)
{
    mmio_write32(spi_word(GICD_ISPENDR, intid), spi_bit(intid));
}

void gic_spi_clear_pending(uint32_t intid)
{
    mmio_write32(spi_word(GICD_ICPENDR, intid), spi_bit(intid));
}

void gic_ppi_enable(uint32_t intid)
{
    mmio_write32(gicr(GICR_SGI_FRAME + GICD_ISENABLER), 1U << intid);
}

void gic_ppi_disable(uint32_t intid)
{
    mmio_write32(gicr(GICR_SGI_FRAME + GICD_ICENABLER), 1U << intid);
    (void)wait_for_clear(gicr(0U), GICR_CTLR_RWP, PATIENCE_RUNNING);
}

void gic_ppi_set_active(uint32_t intid, bool active)
{
    mmio_write32(gicr(GICR_SGI_FRAME + (active ? GICD_ISACTIVER : GICD_ICACTIVER)), 1U << intid);
}

bool gic_ppi_pending(uint32_t intid)
{
    return (mmio_read32(gicr(GICR_SGI_FRAME + GICD_ISPENDR)) & 1U << intid) != 0U;
}

void gic_send_sgi(uint64_t target, uint32_t id)
{
    dsb_ishst();
    sysreg_write(icc_sgi1r_el1, target | (uint64_t)id << 24);
    isb();
}
