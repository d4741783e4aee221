/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the virtual GIC: the algebra of interrupt words and what its parts ask of each other.
 *
 * Every function here is [lock]. Those that return uint32_t "vCPUs" return one bit for each vCPU of the partition that
 * must look at its interrupts again: hand them to vgic_leave(). Section numbers: Arm IHI 0069H.
 */
#ifndef PARTITIONS_VGIC_WORDS_H
#define PARTITIONS_VGIC_WORDS_H

#include "partitions/state.h"

#define VGIC_ALL_WORDS ((1U << VGIC_WORDS) - 1U)
/* In vgic_cpu_state.look: the word has changed. What waits there is not known until it is looked at. */
#define VGIC_LOOK_CHANGED 16U
#define VGIC_LOOK(index) (((1U << VGIC_LOOK_CHANGED) | 1U) << (index))
/* Product 0x42 of nobody with a JEP106 code: guests know no erratum for it (12.9.21). */
#define VGIC_IIDR 0x42000000U
#define VGIC_PIDR2 0x30U /* ArchRev: GICv3 (12.1.13) */
#define VGIC_NOBODY 0xffU
#define VGIC_SGIS 0x0000ffffU
#define VGIC_SGI_COUNT 16U
#define VGIC_TIMER GIC_INTID_VIRTUAL_TIMER
#define VGIC_TIMER_BIT (1U << VGIC_TIMER)
#define VGIC_PHYSICAL_TIMER_BIT (1U << 30)
#define VGIC_ROUTE_ANY (1U << 31) /* Interrupt_Routing_Mode (12.9.22) */
#define VGIC_ROUTE_AFFINITY 0x00ffffffU

/* One word of interrupts: a shared one (any vcpu of the partition), or the private one of `vcpu`. Fits two registers. */
struct vgic_word {
    struct vcpu_state *vcpu;
    struct vgic_bank *bank;
};

static inline struct partition_state *vgic_partition(const struct vcpu_state *vcpu)
{
    return vcpu->partition;
}

static inline struct vgic_word vgic_word_of(struct vcpu_state *vcpu, uint32_t index)
{
    struct vgic_bank *bank = index == 0U ? &vcpu->vgic.bank : &vgic_partition(vcpu)->vgic.bank[index];

    return (struct vgic_word){vcpu, bank};
}

static inline uint32_t vgic_bit_of(uint32_t intid)
{
    return 1U << (intid % 32U);
}

static inline uint32_t vgic_first(uint32_t bits)
{
    return (uint32_t)__builtin_ctz(bits);
}

/* Every word in which the partition has interrupts has changed, for this vCPU. */
static inline void vgic_look_at_all(struct vcpu_state *vcpu)
{
    vcpu->vgic.look = vgic_partition(vcpu)->vgic.words * VGIC_LOOK(0U);
}

/* Pending outside list registers (4.1.2). */
static inline uint32_t vgic_pending_in(const struct vgic_bank *bank)
{
    return bank->latched | (bank->line & ~bank->edge);
}

/* Enabled, and of a group that is enabled (4.7.2, 12.9.4). */
static inline uint32_t vgic_open_in(const struct vgic_state *vgic, const struct vgic_bank *bank)
{
    return bank->enabled & ((vgic->group1 & bank->group1) | (vgic->group0 & ~bank->group1));
}

/* The same as one vCPU sees it: and not known to be off at its CPU interface. */
static inline uint32_t vgic_open_for(const struct vgic_cpu_state *cpu, const struct vgic_bank *bank)
{
    return bank->enabled & ((cpu->group1 & bank->group1) | (cpu->group0 & ~bank->group1));
}

/* Where a change of these bits may concern a vCPU: pending and open, in a list register, or active. */
static inline uint32_t vgic_live_in(const struct vgic_state *vgic, const struct vgic_bank *bank)
{
    return (vgic_pending_in(bank) & vgic_open_in(vgic, bank)) | bank->listed | bank->active;
}

/* vgic.c. A look for interrupts between two passes. */
bool vgic_interrupted(void);
/* vgic_leave() in two steps, for a caller that reads in between: this core's own vCPU looks; the lock is given back. */
uint32_t vgic_look_own(const struct vcpu_state *vcpu, uint32_t vcpus);
void vgic_release(const struct vcpu_state *vcpu, uint32_t vcpus);
/* Everyone these interrupts may concern must look. */
uint32_t vgic_touch(struct vgic_word at, uint32_t bits);
/* Something of this word may be due no more: whoever knows what waits in it looks again when it next chooses. */
void vgic_forget(struct vgic_word at);
/* The vCPU of this partition that is on this core, or NULL. */
struct vcpu_state *vgic_here(const struct partition_state *partition);

/*
 * vgic_lists.c. Folds and refills the list registers of the vCPU on this core; what it leaves is for the others, and if the
 * own bit is set, not all is done.
 */
uint32_t vgic_resync(struct vcpu_state *self);
/* Folds and leaves them empty. */
uint32_t vgic_fold(struct vcpu_state *self);
/* Takes list register n's state, as read, back into the words. */
uint32_t vgic_list_fold(struct vcpu_state *self, uint32_t n, uint64_t value);
/*
 * One interrupt stands nowhere any more, and the guest left it as `value` says: list register n is left empty then, as no
 * interrupt ever stands in two (12.4.6).
 */
uint32_t vgic_list_settle(struct vcpu_state *self, uint32_t n, uint32_t intid, uint64_t value);
/* Puts one interrupt, due or active or both, into list register n. One that is not active is due. */
void vgic_list_place(struct vcpu_state *self, uint32_t n, uint32_t intid);
/* The vCPU's groups are those of GICD_CTLR that its CPU interface does not have off: it has to look at everything. */
void vgic_regroup(struct vcpu_state *vcpu);

/* vgic_ends.c */
/* A pass is over: what the guest has acknowledged and is in no list register is noted, because it may end there. */
void vgic_expect_ends(struct vcpu_state *self);
uint32_t vgic_count_eois(struct vcpu_state *self);
/* Takes the EOIs that were counted: what they ended is active no more. While nothing active is unlisted, they are not about ours. */
static inline uint32_t vgic_take_eois(struct vcpu_state *self)
{
    return (self->vgic.hcr & GIC_HCR_LRENP) != 0U ? vgic_count_eois(self) : 0U;
}

/* vgic_kept.c */
#define VGIC_PRIORITY_MASK 0xf8U
#define VGIC_OTHER_GROUP 1U
/* The guest acknowledged this one, which a list register shows active: with the priority and group that stand there. */
void vgic_keep(struct vgic_bank *bank, uint32_t intid, uint64_t list);
/* These are active no more. */
void vgic_keep_none(struct vgic_bank *bank, uint32_t bits);
/* The priority that one of `kept` runs with, and what its list register shows. */
uint32_t vgic_kept_priority(const struct vgic_bank *bank, uint32_t intid);
uint64_t vgic_kept_list(const struct vgic_bank *bank, uint32_t intid, uint64_t list);
/* Four bytes of priorities into the planes: of those interrupts from `first` on whose bit is in `mask`. */
void vgic_set_planes(struct vgic_bank *bank, uint32_t first, uint32_t mask, uint32_t value);
/* Bytes of priorities as the guest wrote them. */
uint32_t vgic_priorities(const struct vgic_bank *bank, uint32_t first, uint32_t size);

/* vgic_now.c. Lists one interrupt of the vCPU on this core without looking at the rest. False: it takes vgic_resync(). */
bool vgic_list_now(struct vcpu_state *self, uint32_t intid);
/* Lists the SGIs that others have sent. False: something else has changed, or there is no room, and it takes vgic_resync(). */
bool vgic_list_arrived(struct vcpu_state *self);

/*
 * True if the SGI stands in a list register of the vCPU on this core, with its present priority and group, and may
 * become pending there (`ready`): a change of any of these has the core look. Needs no lock: an SGI has no line and no hardware, and
 * listed, carried, used and the list registers have this core as their only writer. A change by another vCPU at
 * the same moment takes effect when this core answers its post.
 */
static inline bool vgic_sgi_listed(const struct vcpu_state *self, uint32_t bit)
{
    return (self->vgic.bank.listed & self->vgic.ready & bit) != 0U && self->vgic.look == 0U;
}

/* Such an SGI becomes pending, once more or still. */
static inline void vgic_repeat_sgi(struct vcpu_state *self, uint32_t intid)
{
    self->vgic.bank.carried |= 1U << intid;
    gic_list_set_pending(self->vgic.sgi_list[intid]);
}

/*
 * vgic_choose.c. A key says how urgent an interrupt is and which it is: smaller is more urgent; at equal priority what is
 * active comes first, then the lower INTID (4.8).
 */
#define VGIC_KEY_NONE ~0U
#define VGIC_KEY_PRIORITY_SHIFT 20U
#define VGIC_KEY_PENDING (1U << 16)
static inline uint32_t vgic_key_intid(uint32_t key)
{
    return key & 0xffffU;
}
static inline uint32_t vgic_key_of(const struct vgic_bank *bank, uint32_t intid)
{
    return (uint32_t)bank->priority[intid % 32U] << VGIC_KEY_PRIORITY_SHIFT | intid;
}
/* The same of an active one. */
static inline uint32_t vgic_key_of_active(const struct vgic_bank *bank, uint32_t intid)
{
    if ((bank->kept & vgic_bit_of(intid)) != 0U) {
        return vgic_kept_priority(bank, intid) << VGIC_KEY_PRIORITY_SHIFT | intid;
    }
    return vgic_key_of(bank, intid);
}
/* Looks at the words in which something has changed: then `waiting` is what it says. At most `words`; returns how many. */
uint32_t vgic_choose_begin(struct vcpu_state *vcpu, uint32_t words);
/* This one waits no more: it was listed. */
void vgic_choose_took(struct vcpu_state *vcpu, uint32_t intid);
/* This one, which stood in a list register, waits. */
static inline void vgic_choose_add(struct vgic_cpu_state *cpu, uint32_t key)
{
    uint32_t index = vgic_key_intid(key) / 32U;
    struct vgic_waiting *waiting = &cpu->waiting;
    uint32_t word = 1U << index;

    if ((key & VGIC_KEY_PENDING) != 0U) {
        waiting->due[index] |= vgic_bit_of(key);
        waiting->due_words |= word;
    } else {
        waiting->active[index] |= vgic_bit_of(key);
        waiting->active_words |= word;
    }
    waiting->key[index] = key < waiting->key[index] ? key : waiting->key[index];
    cpu->look |= word;
}
/* The most urgent interrupt that waits for a list register of the vCPU. */
uint32_t vgic_choose(const struct vcpu_state *vcpu);
/* The same among those that are pending. */
uint32_t vgic_choose_pending(const struct vcpu_state *vcpu);

/* vgic_link.c. The physical interrupts behind hardware-linked ones. */
void vgic_link_enable(struct vgic_word at, uint32_t bits);
void vgic_link_disable(struct vgic_word at, uint32_t bits);
/* Deactivates physical interrupts nobody will deactivate otherwise. Private word: on the vCPU's own core only. */
void vgic_link_settle(struct vgic_word at, uint32_t bits);
/* Of these bits, those whose physical interrupt is pending at the distributor. */
uint32_t vgic_link_pending(struct vgic_word at, uint32_t bits);
void vgic_link_clear_pending(struct vgic_word at, uint32_t bits);
/* Brings the physical timer interrupt of this core in line with its vCPU's. */
void vgic_link_timer(struct vcpu_state *self);

/* Banks of one bit for each interrupt: offset / 0x80. */
#define VGIC_IGROUPR 1U
#define VGIC_ISENABLER 2U
#define VGIC_ICENABLER 3U
#define VGIC_ISPENDR 4U
#define VGIC_ICPENDR 5U
#define VGIC_ISACTIVER 6U
#define VGIC_ICACTIVER 7U

/* vgic_enable.c and vgic_change.c. Guest writes; `bits` may hold unowned ones, which stay as they are. They lock for themselves. */
void vgic_enable(uint32_t bits, struct vcpu_state *vcpu, struct vgic_bank *bank);
void vgic_change(struct vgic_word at, uint32_t reg, uint32_t value); /* the other banks of one bit */
void vgic_set_trigger(struct vgic_word at, uint32_t half, uint32_t value);
void vgic_set_priority(struct vgic_word at, uint32_t first, uint32_t size, uint32_t value);
void vgic_set_control(struct vcpu_state *vcpu, uint32_t value);

/* vgic_read.c. Guest reads of state that may stand in a list register. They lock for themselves. */
void vgic_read_pending(uint64_t *value, struct vgic_word at);
void vgic_read_active(uint64_t *value, struct vgic_word at);

/*
 * vgic_frame.c. Registers that the distributor and the SGI frame of a redistributor have alike: those of one bit for each
 * interrupt (offsets 0x80 to 0x3ff), of which `bank` is one word, and those of wider fields (0x400 to 0xcff).
 */
static inline uint32_t vgic_word_index(uint32_t offset)
{
    return offset / 4U % 32U;
}
void vgic_word_read(uint64_t *value, uint32_t offset, struct vcpu_state *vcpu, struct vgic_bank *bank);
void vgic_word_write(uint32_t value, uint32_t offset, struct vcpu_state *vcpu, struct vgic_bank *bank);
void vgic_fields_read(uint64_t *value, uint32_t offset, uint32_t size, struct vcpu_state *vcpu, bool shared);
void vgic_fields_write(struct vcpu_state *vcpu, bool shared, uint32_t offset, uint32_t size, uint32_t value);

/* vgic_route.c. Affinity routing of shared interrupts (chapter 5 and 12.9.22). */
/* The vCPU goes off: what may go to any goes to another. */
uint32_t vgic_route_away(struct vcpu_state *vcpu);
void vgic_route_write(struct vcpu_state *vcpu, uint32_t intid, uint32_t value);

#endif
