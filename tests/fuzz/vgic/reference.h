/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GICv3 as the architecture describes it: what the virtual GIC is compared with. Written from Arm IHI 0069H (4.1, 4.7, 4.8,
 * 12.9 to 12.11) and from docs/vgic.md, not from the code under test: one plain structure for each interrupt and vCPU, no
 * words, no list registers, no lock.
 *
 * The architecture gives no bound for when a write of one PE shows on another. So an interrupt is not in one state
 * but in any of a set of states; what the guest sees must be possible in one of them, and takes the others out
 * (compare.c). While every core has done all that it has to do, and no freedom that docs/vgic.md documents was used, the
 * set has one member.
 */
#ifndef TESTS_FUZZ_VGIC_REFERENCE_H
#define TESTS_FUZZ_VGIC_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#define REF_VCPUS 4U
#define REF_INTIDS 288U
#define REF_NOBODY 0xffU
#define REF_STACK 32U
#define REF_TIMER 27U
#define REF_PHYSICAL_TIMER 30U

/* A state, and the sets of states (one bit each) in which it is pending by a latch, or active. */
#define REF_LATCH 1U
#define REF_ACTIVE 2U
#define REF_SET_IDLE 1U
#define REF_SET_LATCH 0xaU
#define REF_SET_ACTIVE 0xcU
#define REF_SET_ALL 0xfU

/* What must hold for a vCPU to be given an interrupt (4.7, 4.8). */
#define REF_PENDING (1U << 0)
#define REF_ENABLED (1U << 1)
#define REF_GROUP_ON (1U << 2)
#define REF_ROUTED (1U << 3)
#define REF_INACTIVE (1U << 4)
#define REF_DUE 0x1fU

enum ref_last { REF_LAST_NONE, REF_LAST_SET, REF_LAST_CLEAR };

/* What one vCPU may know of an interrupt: everything that was so since its core had last done all that it had to. */
struct ref_view {
    uint8_t seen;   /* what held, at some moment */
    uint8_t missed; /* what did not hold for certain, at some moment */
    uint8_t urgent; /* priorities that it had: the most urgent */
    uint8_t lax;    /* and the least */
    uint8_t groups; /* bit 0: was of group 0; bit 1: of group 1 */
    uint8_t pended; /* enum ref_last: the last write of its pending state */
    uint8_t activated;
};

struct ref_interrupt {
    uint16_t intid;
    uint8_t owner; /* of a private one; REF_NOBODY: shared */
    bool owned;
    bool linked; /* to a physical interrupt */
    bool enabled;
    bool edge;
    bool group1;
    bool line;
    uint8_t priority;
    uint32_t route;  /* GICD_IROUTER<n> */
    uint8_t target;  /* vCPU it goes to, or REF_NOBODY */
    uint8_t states;  /* a set */
    uint8_t holder;  /* vCPU whose acknowledge made it active, or REF_NOBODY */
    uint8_t service; /* acknowledges that have not been ended by EOIR */
    /* Freedoms of docs/vgic.md; compare.c says which. */
    bool ghost;
    bool again;
    bool meddled;
    /* For compare.c. */
    uint8_t cores;  /* that may have to do something about it: their view may be old */
    uint8_t unseen; /* vCPUs that acknowledged or ended it since another last asked */
    bool listed;    /* in ref_moving */
    struct ref_view view[REF_VCPUS];
};

/* What a vCPU acknowledged, and the running priority that this gave. */
struct ref_acknowledged {
    uint16_t intid;
    uint8_t running;
};

struct ref_cpu {
    bool on;
    bool loaded;
    uint8_t waker;
    uint8_t mask;            /* ICC_PMR_EL1 */
    uint8_t binary_point[2]; /* of group 0 and 1 */
    bool common;             /* ICC_CTLR_EL1.CBPR */
    bool split;              /* ICC_CTLR_EL1.EOImode */
    bool group_on[2];        /* ICC_IGRPEN<n>_EL1 */
    struct ref_acknowledged stack[REF_STACK];
    uint32_t depth;
    uint16_t dropped[REF_STACK]; /* EOImode 1: priority dropped, to be deactivated */
    uint32_t dropped_count;
};

extern struct ref_interrupt ref_private[REF_VCPUS][32];
extern struct ref_interrupt ref_shared[REF_INTIDS];
extern struct ref_cpu ref_cpu[REF_VCPUS];
extern uint32_t ref_vcpus;
extern uint32_t ref_control; /* GICD_CTLR.EnableGrp<n> */
extern struct ref_interrupt *ref_owned[REF_VCPUS * 18U + 64U];
extern uint32_t ref_owned_count;

/* Power-on. The interrupts that the partition owns besides its private ones follow, in any order. */
void ref_reset(uint32_t vcpus);
void ref_own(uint32_t intid, bool linked, bool edge);
void ref_reset_vcpu(uint32_t n);
/* The vCPU is off: what may go to any goes to another (docs/vgic.md, Interrupt_Routing_Mode). */
void ref_route_away(uint32_t n);

struct ref_interrupt *ref_find(uint32_t vcpu, uint32_t intid);
/* Sets of what must hold: what may hold in one of its states, and what holds in all. */
uint8_t ref_may(const struct ref_interrupt *interrupt, uint32_t vcpu);
uint8_t ref_must(const struct ref_interrupt *interrupt, uint32_t vcpu);
bool ref_may_be_active(const struct ref_interrupt *interrupt);
bool ref_may_be_pending(const struct ref_interrupt *interrupt);
bool ref_must_be_pending(const struct ref_interrupt *interrupt);
/* Group priority and running priority (4.8.5). */
uint32_t ref_group_priority(uint32_t vcpu, bool group1, uint32_t priority);
uint32_t ref_running(uint32_t vcpu);
bool ref_preempts(uint32_t vcpu, bool group1, uint32_t priority);

/* Events. Each takes effect at once, in each state of the set. */
void ref_pend(struct ref_interrupt *interrupt);   /* ISPENDR, an SGI, an edge */
void ref_unpend(struct ref_interrupt *interrupt); /* ICPENDR */
void ref_activate(struct ref_interrupt *interrupt);
void ref_deactivate(struct ref_interrupt *interrupt);
void ref_set_line(struct ref_interrupt *interrupt, bool level);
void ref_send_sgi(uint32_t sender, uint64_t value, bool group1_register);

/* reference_registers.c: guest accesses. Every offset and size that the architecture does not define is RAZ/WI. */
enum ref_frame { REF_DISTRIBUTOR, REF_REDISTRIBUTORS };
void ref_write(uint32_t vcpu, enum ref_frame frame, uint64_t offset, uint32_t size, uint64_t value);
/* The value, and which of its bits may be either for `vcpu` (compare.c decides that for pending and active state). */
uint64_t ref_read(uint32_t vcpu, enum ref_frame frame, uint64_t offset, uint32_t size, uint64_t *either);

/* compare.c */
void ref_touch(struct ref_interrupt *interrupt);
/* Bit for a read of pending (or active) state by `vcpu`: 0, 1, or 2 if it may be either. */
uint32_t ref_visible(struct ref_interrupt *interrupt, uint32_t vcpu, bool active);

#endif
