/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual GICv3 of one partition: distributor, redistributors, list registers, SGIs.
 *
 * A single-security-state GICv3 without LPIs (GICD_CTLR.DS = 1, ARE = 1), as Arm IHI 0069H describes it.
 * State belongs to the partition: functions marked [lock] are called with the partition's lock held; the others
 * take it themselves where they need it. Functions marked [current] act on the vCPU that is loaded on
 * the calling core; the rest may be called for any vCPU of the same partition, from any of its cores.
 */
#ifndef PARTITIONS_VGIC_H
#define PARTITIONS_VGIC_H

#include "arch/arm64/gic.h"
#include "lib/config.h"
#include "lib/types.h"

#define VGIC_WORDS (MAX_INTIDS / 32U)
/* List registers in use per core. More are left empty: overflow is a normal case, and each one lengthens a section. */
#define VGIC_LISTS 4U
#define VGIC_PRIORITY_BITS 5U

/*
 * Interrupts in words of 32: word 0 of a vCPU is its private one (SGIs and PPIs), words 1.. of the distributor are
 * the shared ones. One bit each. Pending is `latched`, or `line` where the trigger is level.
 */
struct vgic_bank {
    uint32_t index; /* INTID / 32 of its interrupts */
    uint32_t owned; /* implemented for this partition; the rest is RAZ/WI */
    uint32_t enabled;
    uint32_t latched; /* pending by edge, by SGI or by a write to ISPENDR */
    uint32_t line;    /* level of the line as last told */
    uint32_t active;
    uint32_t acknowledged; /* of the active ones: by the guest, not by a write to ISACTIVER */
    uint32_t kept; /* of the active ones: what they run with is not what the guest has written since (vgic_ends.c) */
    uint32_t edge; /* trigger as the guest sees it */
    uint32_t group1;
    uint32_t hardware; /* linked to the physical interrupt of the same bit's configuration */
    uint32_t same;     /* of these: shared ones whose physical INTID is their own, so that one write does for many */
    uint32_t held;     /* the physical interrupt is active, and no list register will deactivate it */
    /*
     * What stands in a list register of some vCPU: its state is there, and here as of the last fold. Its pending state
     * there may stand for a latch, for a physical level, for both or only for a virtual line.
     */
    uint32_t listed;
    uint32_t carried;
    uint32_t carried_line;
    /* To be done to listed ones when their core folds them; only that core can reach the list register. */
    uint32_t clear_pending;
    uint32_t clear_active;
    uint32_t set_active;
    /*
     * Priorities, twice: as planes, of which the first is of the most significant bit; and as the guest wrote them, a byte each,
     * with VGIC_OTHER_GROUP in those of `kept` that run in the other group than `group1` says.
     */
    uint32_t planes[VGIC_PRIORITY_BITS];
    uint8_t priority[32];
} __attribute__((aligned(128))); /* so that an index is a shift */

/* What is due for a vCPU or active on it and stands in no list register, by word. */
struct vgic_waiting {
    uint32_t due_words; /* words with due ones */
    uint32_t active_words;
    uint32_t due[VGIC_WORDS];
    uint32_t active[VGIC_WORDS];
    uint32_t key[VGIC_WORDS]; /* the most urgent of either kind (vgic_choose.c) */
};

/*
 * Everything under the partition's lock, except: used, list_value, list_key and the private `listed` and `carried` have the vCPU's
 * core as their only writer, which stores them without the lock for an SGI to itself.
 */
struct vgic_cpu_state {
    struct vgic_bank bank;           /* INTIDs 0-31 */
    uint64_t timer_list;             /* list register 0 waits for the timer with this value; 0: it does not */
    uint32_t used;                   /* list registers that an interrupt stands in, or stood in at the last fold */
    uint32_t lists;                  /* list registers in use */
    uint64_t hcr;                    /* ICH_HCR_EL2 as last written */
    uint64_t list_value[VGIC_LISTS]; /* what each used list register said when it was last looked at */
    uint32_t list_key[VGIC_LISTS];   /* which interrupt it is for, and how urgent (vgic_choose.c) */
    uint32_t look;               /* words in which something waits for a list register or has changed: VGIC_LOOK() */
    struct vgic_waiting waiting; /* in words that have not changed */
    uint32_t arrived;            /* SGIs that others made pending since, the only change there is if look is 0 */
    uint32_t ready;              /* SGIs whose list register may become pending, if look is 0 */
    uint32_t group0;             /* all ones if group 0 is enabled in GICD_CTLR, and not known to be off here; else 0 */
    uint32_t group1;             /* and group 1 */
    uint32_t groups_off;         /* at the CPU interface, as far as known: bit 0 is group 0, bit 1 group 1 */
    bool split;                  /* ICC_CTLR_EL1.EOImode at the last pass that left active ones unlisted */
    uint32_t watched;            /* not zero: a group is off, or: */
    uint32_t expected_words;     /* with: */
    uint32_t expected[VGIC_WORDS]; /* acknowledged, in no list register, and noted (vgic_ends.c): */
    uint64_t running;              /* levels of priority at which one ran that was noted, group 1's from bit 32 on */
    uint16_t runner[64];           /* which */
    uint32_t routed[VGIC_WORDS];   /* shared interrupts that go to this vCPU; [0] all */
    uint32_t taken[VGIC_WORDS];    /* shared interrupts that are listed or active here; [0] all */
    uint32_t reroute;              /* words with interrupts that left with this vCPU: vgic_route_settle() */
    uint64_t self;                 /* what ICC_SGI1R_EL1 gets for an SGI to this vCPU, without the INTID */
    uint64_t others;               /* the same for all others */
    uint32_t waker;                /* GICR_WAKER as last written */
    bool timer_on;                 /* the physical timer interrupt is enabled */
    uint8_t sgi_list[16];          /* where each SGI stands that is listed */
    uint8_t sgi_sources[16];       /* reserved for a GICv2 view: who sent each pending SGI */
    struct gic_context context;    /* virtual CPU interface while not loaded */
};

struct vgic_state {
    struct vgic_bank bank[VGIC_WORDS]; /* [0] unused */
    uint32_t words;                    /* in which the partition has interrupts: one bit each */
    uint32_t ctlr;                     /* EnableGrp0 (bit 0), EnableGrp1 (bit 1) */
    uint32_t group0;                   /* all ones if group 0 is enabled there, else 0 */
    uint32_t group1;                   /* and group 1 */
    uint32_t route[MAX_INTIDS];        /* GICD_IROUTER<n>, low half; [0..31] unused */
    uint32_t route_any[VGIC_WORDS];    /* of those, Interrupt_Routing_Mode; [0] unused */
    uint16_t physical[MAX_INTIDS];     /* physical INTID of hardware-linked ones */
};

struct partition_state;
struct vcpu_state;

/*
 * Power-on state of the whole virtual GIC of a partition none of whose vCPUs is loaded anywhere, in bounded steps: to be
 * called with 0, 1, ... until it returns false.
 */
bool vgic_reset(struct partition_state *partition, uint32_t step);
/* Power-on state of the private part and CPU interface of one vCPU that is not loaded (CPU_ON). */
void vgic_reset_vcpu(struct vcpu_state *vcpu);

/*
 * Guest access to the distributor or to the redistributors (128 KiB for each vCPU, in order). offset is from
 * the start of the window, a multiple of size: 1, 2, 4 or 8 bytes; what is read is zero-extended. Sizes and offsets that the
 * architecture does not define read as zero and ignore writes. [current]
 */
void vgicd_read(uint64_t *value, uint64_t offset, uint32_t size, struct vcpu_state *vcpu);
void vgicd_read32(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu); /* 4 bytes */
void vgicd_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value);
void vgicr_read(uint64_t *value, uint64_t offset, uint32_t size, struct vcpu_state *vcpu);
void vgicr_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value);

/* Guest write to ICC_SGI1R_EL1; the other one to ICC_SGI0R_EL1 or ICC_ASGI1R_EL1. [current] */
void vgic_send_sgi(struct vcpu_state *vcpu, uint64_t value);
void vgic_send_sgi_group0(struct vcpu_state *vcpu, uint64_t value);

/*
 * A physical interrupt linked to `intid` was acknowledged on this core and its priority dropped; its
 * deactivation is the guest's. For a private intid (the virtual timer) vcpu is the current one; a shared one
 * goes to the vCPU it is routed to.
 */
void vgic_inject_hardware(struct vcpu_state *vcpu, uint32_t intid);

/*
 * Guest write to ICC_DIR_EL1, which traps while an interrupt that its list registers do not show may be meant
 * (ICH_HCR_EL2.TDIR). value: as written. [current]
 */
void vgic_deactivate(struct vcpu_state *vcpu, uint64_t value);

/* Takes the partition's lock; gives it back after this core's own vCPU has looked, then posts to the others. */
void vgic_enter(const struct vcpu_state *vcpu);
void vgic_leave(const struct vcpu_state *vcpu, uint32_t vcpus);

/*
 * The line of a virtual device is now `level`. Private intid: of this vCPU; shared: of the partition. Returns the vCPUs that
 * must look, for vgic_leave(): a device's state and its line change together. [lock]
 */
uint32_t vgic_line(struct vcpu_state *vcpu, uint32_t intid, bool level);
/* The same for a caller that does not hold the lock. */
void vgic_set_line(struct vcpu_state *vcpu, uint32_t intid, bool level);

/* The virtual timer's interrupt, if its list register waits for it: true. Else it takes vgic_inject_hardware(). [current] */
static inline bool vgic_timer_now(const struct vgic_cpu_state *cpu)
{
    if (cpu->timer_list == 0U) {
        return false;
    }
    gic_list_first_write(cpu->timer_list);
    return true;
}

/* Another vCPU of the partition has sent an SGI to this one, or changed what may concern it. [current] */
void vgic_look(struct vcpu_state *vcpu);

/* Folds the list registers back and fills them anew with the most urgent interrupts. [current] */
void vgic_sync(struct vcpu_state *vcpu);

/* Virtual CPU interface on and off the core. [current] */
void vgic_load(struct vcpu_state *vcpu);
void vgic_put(struct vcpu_state *vcpu);

/*
 * The vCPU has left this core, off: routes one word of the physical interrupts that went elsewhere with it. True if there is
 * more; until then they arrive here and are passed on. [current core]
 */
bool vgic_route_settle(struct vcpu_state *vcpu);

/* True if a list register of this core holds a pending interrupt: a wait would end at once. [current] */
bool vgic_listed(void);

#endif
