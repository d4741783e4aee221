/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GICv3 as a boot loader may leave it (Arm IHI 0069): interrupts of either group enabled, pending, active, acknowledged
 * and not ended; list registers full. EnableLPIs stays 0: with it the GIC itself would write to memory.
 */
#include "shim.h"

#define GICD_CTLR 0x0000U
#define GICD_TYPER 0x0004U
#define GICD_IGROUPR 0x0080U
#define GICD_ISENABLER 0x0100U
#define GICD_ISPENDR 0x0200U
#define GICD_ISACTIVER 0x0300U
#define GICD_IPRIORITYR 0x0400U
#define GICD_ICFGR 0x0c00U
#define GICD_INMIR 0x0f80U
#define GICD_IROUTER 0x6000U
#define GICD_CTLR_DS (1U << 6)
#define TYPER_NMI (1U << 9)
#define ENABLE_ALL 0x13U /* Group 0 and 1, ARE; with two states EnableGrp1, EnableGrp1A, ARE_NS */
#define GICR_STRIDE 0x20000U
#define GICR_SGI 0x10000U
#define GICR_CTLR 0x0000U
#define GICR_WAKER 0x0014U
#define GICR_PROPBASER 0x0070U
#define GICR_PENDBASER 0x0078U
#define GICR_CTLR_DPG (7U << 24)
#define PROPBASER_JUNK 0x0700fffffffff79fULL
#define PENDBASER_JUNK 0x0700ffffffff0780ULL
#define CTLR_EOIMODE 2U
#define INTID_SPECIAL 1020U
#define ACKNOWLEDGED 3U /* of each group */
#define PPIS_CONFIGURABLE 0xaaaaaaaaU

#define LR_ACTIVE (1ULL << 63)
#define LR_HW (1ULL << 61)
#define LR_GROUP1 (1ULL << 60)

#define write_register(name, value) __asm__ volatile("msr " #name ", %0\n isb" : : "r"((uint64_t)(value)) : "memory")

/* GICD and the registers a redistributor's SGI frame has in the same places. */
static void junk_word(uint64_t frame, uint32_t word)
{
    write32(frame + GICD_IGROUPR + word * 4U, junk());
    for (uint32_t n = 0U; n < 8U; n++) {
        write32(frame + GICD_IPRIORITYR + word * 32U + n * 4U, junk());
    }
    write32(frame + GICD_ISENABLER + word * 4U, junk());
    write32(frame + GICD_ISPENDR + word * 4U, junk());
    write32(frame + GICD_ISACTIVER + word * 4U, junk());
}

void gic_junk_board(void)
{
    uint64_t gicd = parameters.gicd;
    uint32_t type = read32(gicd + GICD_TYPER);
    uint32_t words = (type & 0x1fU) + 1U;

    write32(gicd + GICD_CTLR, ENABLE_ALL & ~3U);
    for (uint32_t word = 1U; word < words; word++) {
        write32(gicd + GICD_ICFGR + word * 8U, junk_of(PPIS_CONFIGURABLE));
        write32(gicd + GICD_ICFGR + word * 8U + 4U, junk_of(PPIS_CONFIGURABLE));
        if ((type & TYPER_NMI) != 0U) {
            write32(gicd + GICD_INMIR + word * 4U, junk());
        }
        junk_word(gicd, word);
        for (uint32_t n = 0U; n < 32U; n++) {
            *(volatile uint64_t *)(gicd + GICD_IROUTER + (word * 32U + n) * 8ULL) = junk_of((1ULL << 31) | 7U);
        }
    }
    write32(gicd + GICD_CTLR, ENABLE_ALL);
}

void gic_junk_redistributor(uint64_t core)
{
    uint64_t frame = parameters.gicr + core * GICR_STRIDE;

    write32(frame + GICR_CTLR, junk_of(GICR_CTLR_DPG));
    *(volatile uint64_t *)(frame + GICR_PROPBASER) = junk_of(PROPBASER_JUNK);
    *(volatile uint64_t *)(frame + GICR_PENDBASER) = junk_of(PENDBASER_JUNK);
    write32(frame + GICR_WAKER, 0U);
    if ((read32(parameters.gicd + GICD_TYPER) & TYPER_NMI) != 0U) {
        write32(frame + GICR_SGI + GICD_INMIR, junk());
    }
    write32(frame + GICR_SGI + GICD_ICFGR + 4U, junk_of(PPIS_CONFIGURABLE));
    junk_word(frame + GICR_SGI, 0U);
}

/* A list register's number is part of the instruction; what the core does not have is left out by the vector. */
static void junk_lists(void)
{
    uint64_t state = junk_of(3ULL << 62) | LR_ACTIVE;

    /* clang-format off */
#define LIST(n) \
    write_register(ich_lr##n##_el2, state | LR_GROUP1 | junk_of(0xffULL << 48) | junk_of(LR_HW) | (27ULL << 32) | (27U + (n)));
    LIST(0) LIST(1) LIST(2) LIST(3) LIST(4) LIST(5) LIST(6) LIST(7)
    LIST(8) LIST(9) LIST(10) LIST(11) LIST(12) LIST(13) LIST(14) LIST(15)
        /* clang-format on */
        write_register(ich_ap0r0_el2, junk_of(0xffffffffU));
    write_register(ich_ap0r1_el2, junk_of(0xffffffffU));
    write_register(ich_ap0r2_el2, junk_of(0xffffffffU));
    write_register(ich_ap0r3_el2, junk_of(0xffffffffU));
    write_register(ich_ap1r0_el2, junk_of(0xffffffffU));
    write_register(ich_ap1r1_el2, junk_of(0xffffffffU));
    write_register(ich_ap1r2_el2, junk_of(0xffffffffU));
    write_register(ich_ap1r3_el2, junk_of(0xffffffffU));
    write_register(ich_vmcr_el2, junk_of(0xfffc021fULL));
    write_register(ich_hcr_el2, junk_of(0xf8007cffULL));
}

/*
 * With two security states group 0 is the secure world's, and QEMU ignores a non-secure write to ICC_AP1R0_EL1, with which
 * any software there ends this: so here the priorities are dropped, and only the active state stays.
 */
static void drop_priorities(const uint64_t *intids)
{
    write_register(icc_ctlr_el1, CTLR_EOIMODE);
    for (uint32_t n = ACKNOWLEDGED; n > 0U; n--) {
        if (intids[n - 1U] < INTID_SPECIAL) {
            write_register(icc_eoir1_el1, intids[n - 1U]);
        }
    }
}

/* Interrupts that somebody began and nobody ended: their priority stays, and with it the core is deaf. */
static void acknowledge(void)
{
    uint64_t intids[ACKNOWLEDGED];
    uint64_t intid;

    write_register(icc_pmr_el1, 0xffU);
    write_register(icc_igrpen1_el1, 1U);
    for (uint32_t n = 0U; n < ACKNOWLEDGED; n++) {
        __asm__ volatile("mrs %0, icc_iar1_el1\n dsb sy" : "=r"(intids[n]) : : "memory");
    }
    if ((read32(parameters.gicd + GICD_CTLR) & GICD_CTLR_DS) == 0U) {
        drop_priorities(intids);
        return;
    }
    write_register(icc_igrpen0_el1, 1U);
    for (uint32_t n = 0U; n < ACKNOWLEDGED; n++) {
        __asm__ volatile("mrs %0, icc_iar0_el1\n dsb sy" : "=r"(intid) : : "memory");
    }
    write_register(icc_bpr0_el1, junk_of(7U));
    /* Each priority can be active in one group only. */
    write_register(icc_ap0r0_el1, junk_of(0x55555555U));
    write_register(icc_ap1r0_el1, junk_of(0xaaaaaaaaU));
}

void gic_junk_interface(void)
{
    write_register(icc_sre_el2, 0xfU);
    write_register(icc_sre_el1, 0x7U);
    acknowledge();
    write_register(icc_ctlr_el1, junk_of(0x43U));
    write_register(icc_bpr1_el1, junk_of(7U));
    write_register(icc_pmr_el1, junk_of(0xffU));
    write_register(icc_sre_el2, junk_of(0xeU) | 1U);
    junk_lists();
}
