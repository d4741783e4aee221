/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical interrupt controller as EL2 uses it. gicv3.c implements it; board.mk chooses.
 *
 * EL2 takes every physical interrupt (HCR_EL2.IMO, FMO), drops its priority (EOImode 1) and leaves the
 * deactivation to the guest through a hardware list register, or to itself with gic_deactivate().
 * Section numbers: Arm IHI 0069H (GICv3/v4 architecture).
 */
#ifndef ARCH_ARM64_GIC_H
#define ARCH_ARM64_GIC_H

#include "lib/types.h"

#define GIC_INTID_MAINTENANCE 25U
#define GIC_INTID_EL2_TIMER 26U
#define GIC_INTID_VIRTUAL_TIMER 27U
#define GIC_INTID_PHYSICAL_TIMER 30U
#define GIC_INTID_SPECIAL 1020U /* 1020-1023 say that there is nothing to take (2.2.1) */
#define GIC_INTID_SPURIOUS 1023U
#define GIC_FIRST_SPI 32U
#define GIC_MAX_LIST_REGISTERS 16U

/* List register fields (ICH_LR<n>_EL2, section 12.4.6). */
#define GIC_LR_INTID(id) ((uint64_t)(id))
#define GIC_LR_INTID_MASK 0xffffffffULL
#define GIC_LR_PHYSICAL(id) ((uint64_t)(id) << 32)
#define GIC_LR_PHYSICAL_SHIFT 32U
#define GIC_LR_PHYSICAL_MASK (0x1fffULL << 32)
#define GIC_LR_EOI (1ULL << 41) /* maintenance interrupt on EOI; software interrupts only */
#define GIC_LR_PRIORITY_SHIFT 48U
#define GIC_LR_PRIORITY(p) ((uint64_t)(p) << GIC_LR_PRIORITY_SHIFT)
#define GIC_LR_PRIORITY_MASK (0xffULL << 48)
#define GIC_LR_GROUP1 (1ULL << 60)
#define GIC_LR_HW (1ULL << 61)
#define GIC_LR_PENDING (1ULL << 62)
#define GIC_LR_ACTIVE (1ULL << 63)

/* Hypervisor control (ICH_HCR_EL2, section 12.4.4). */
#define GIC_HCR_ENABLE (1ULL << 0)
#define GIC_HCR_UNDERFLOW (1ULL << 1)  /* interrupt when none or one list register is valid */
#define GIC_HCR_LRENP (1ULL << 2)      /* interrupt while EOIcount is not zero */
#define GIC_HCR_NO_PENDING (1ULL << 3) /* interrupt when no list register is pending */
/* Interrupt while group 0 is enabled at the guest's CPU interface, or disabled; and group 1. */
#define GIC_HCR_GROUP0_ON (1ULL << 4)
#define GIC_HCR_GROUP0_OFF (1ULL << 5)
#define GIC_HCR_GROUP1_ON (1ULL << 6)
#define GIC_HCR_GROUP1_OFF (1ULL << 7)
#define GIC_HCR_TDIR (1ULL << 14)
#define GIC_HCR_EOICOUNT_SHIFT 27U
#define GIC_HCR_EOICOUNT_MASK (0x1fULL << 27)

/* The guest's own CPU interface registers (ICH_VMCR_EL2, section 12.4.8). */
#define GIC_VMCR_GROUPS 3U          /* ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1 */
#define GIC_VMCR_COMMON (1ULL << 4) /* ICC_CTLR_EL1.CBPR */
#define GIC_VMCR_EOI_MODE (1ULL << 9)
#define GIC_VMCR_POINT1_SHIFT 18U
#define GIC_VMCR_POINT0_SHIFT 21U
#define GIC_VMCR_POINT_MASK 7U

/* Saved virtual CPU interface of a vCPU that is not on its core. Its list registers have been taken back before. */
struct gic_context {
    uint64_t vmcr;
    uint64_t hcr;
    uint32_t active[2][4]; /* by group: ICH_AP<m>R<n>_EL2 */
};

/* Once, on the boot core, before any other core runs: distributor reset, every SPI off and in group 1. */
void gic_init_board(void);
/* On each core at start: redistributor and CPU interface. Returns false if the redistributor does not wake. */
bool gic_init_core(void);

/* On the core that has an interrupt: acknowledges it and drops its priority. GIC_INTID_SPURIOUS: there was none. */
uint32_t gic_take(void);
void gic_deactivate(uint32_t intid);
/* True while an interrupt that EL2 would take is pending on this core. */
bool gic_interrupt_pending(void);

/* Shared interrupts: from any core, no read-modify-write of a word that another partition's interrupt is in. */
void gic_spi_configure(uint32_t intid, bool edge); /* at boot only */
void gic_spi_enable(uint32_t intid);
/* Does not wait: the distributor's RWP is shared with all partitions. One that is on its way still arrives. */
void gic_spi_disable(uint32_t intid);
/* Those of INTIDs 32*word to 32*word+31 whose bit is set. */
void gic_spi_enable_word(uint32_t word, uint32_t bits);
void gic_spi_disable_word(uint32_t word, uint32_t bits);
void gic_spi_route(uint32_t intid, uint64_t mpidr);
void gic_spi_reset(uint32_t intid); /* disabled, not pending, not active */
bool gic_spi_pending(uint32_t intid);
void gic_spi_set_pending(uint32_t intid);
void gic_spi_clear_pending(uint32_t intid);

/* Private interrupts of the calling core. */
void gic_ppi_enable(uint32_t intid);
void gic_ppi_disable(uint32_t intid);
void gic_ppi_set_active(uint32_t intid, bool active);
bool gic_ppi_pending(uint32_t intid);

/* Software-generated interrupt `id` (0-7) to a core (core_config.sgi). Orders earlier stores before it. */
void gic_send_sgi(uint64_t target, uint32_t id);

/* The calling core's virtual CPU interface. index < gic_list_count(). */
uint32_t gic_list_count(void);
uint64_t gic_list_read(uint32_t index);
void gic_list_write(uint32_t index, uint64_t value);
/* As the write of what was read, with its pending bit set. */
void gic_list_set_pending(uint32_t index);
/* gic_list_write(0, value) */
void gic_list_first_write(uint64_t value);
uint64_t gic_hcr_read(void);
uint64_t gic_vmcr_read(void);
/* Saves the active priorities (ICH_AP<m>R<n>_EL2). Returns how many registers each group has: 1, 2 or 4. */
uint32_t gic_active_read(struct gic_context *context);
void gic_hcr_write(uint64_t value);

/*
 * Virtual CPU interface, at a switch. After gic_put() the core's is disabled and its list registers are empty, and gic_load() relies
 * on that.
 */
void gic_load(const struct gic_context *context);
void gic_put(struct gic_context *context);
/* The state a vCPU is powered on with. */
void gic_context_reset(struct gic_context *context);

#endif
