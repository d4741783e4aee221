/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List registers: what the vCPU on this core finds in them, and what they say when it comes back (12.4.6).
 *
 * A fold takes every list register's state back into the words; a refill chooses anew. Whatever anybody changed in
 * the words in between takes effect there, so a change need not know where an interrupt stands. Runs on the
 * vCPU's own core, which alone can reach its list registers.
 * @implements REQ-VGIC-010
 * @implements REQ-VGIC-011
 * @implements REQ-VGIC-012
 * @implements REQ-VGIC-013
 */
#include "partitions/vgic_words.h"

static uint64_t template_of(struct vgic_word at, uint32_t intid)
{
    uint64_t group = (at.bank->group1 & vgic_bit_of(intid)) != 0U ? GIC_LR_GROUP1 : 0U;

    return GIC_LR_INTID(intid) | GIC_LR_PRIORITY(at.bank->priority[intid % 32U]) | group;
}

static uint64_t physical_of(struct vgic_word at, uint32_t intid)
{
    return GIC_LR_HW | GIC_LR_PHYSICAL(vgic_partition(at.vcpu)->vgic.physical[intid]);
}

/*
 * The pending state that a list register brings back goes to where it came from. Neither: the timer's interrupt was
 * stored without a word (vgic_inject_hardware()), or a virtual line stands for itself.
 */
static void bring_back(struct vgic_bank *bank, uint32_t bit, bool whole)
{
    uint32_t carried = (bank->carried | bank->carried_line) & bit;

    bank->latched |= bank->carried & bit;
    bank->line |= bank->carried_line & bit;
    if (whole && carried == 0U) {
        bank->line |= bit;
    }
}

/* What others asked for while only this core could reach the list register. */
static uint64_t apply_requests(struct vgic_bank *bank, uint32_t bit, uint64_t value)
{
    if ((bank->clear_pending & bit) != 0U) {
        value &= ~GIC_LR_PENDING;
    }
    if ((bank->clear_active & bit) != 0U) {
        value &= ~GIC_LR_ACTIVE;
    }
    if ((bank->set_active & bit) != 0U) {
        value |= GIC_LR_ACTIVE;
    }
    bank->clear_pending &= ~bit;
    bank->clear_active &= ~bit;
    bank->set_active &= ~bit;
    return value;
}

/*
 * Where a shared interrupt that left a list register of `self` can be delivered now, if that is another vCPU. Not
 * while it is active here: two vCPUs that wait for each other's active interrupts would post for ever.
 */
static uint32_t pass_on(struct vgic_word at, uint32_t bit)
{
    const struct vgic_bank *bank = at.bank;
    uint32_t due = vgic_pending_in(bank) & vgic_open_in(&vgic_partition(at.vcpu)->vgic, bank) & ~bank->active & bit;

    if (at.bank->index == 0U || (due & ~at.vcpu->vgic.routed[at.bank->index]) == 0U) {
        return 0U;
    }
    return vgic_touch(at, due) & ~(1U << at.vcpu->config->index);
}

/* One interrupt is no longer active on this vCPU, and stands nowhere. */
static uint32_t leave_list(struct vgic_word at, uint32_t bit)
{
    if (at.bank->index != 0U && (at.bank->active & bit) == 0U) {
        at.vcpu->vgic.taken[at.bank->index] &= ~bit;
    }
    if ((at.bank->held & bit) != 0U) {
        vgic_link_settle(at, bit);
    }
    return pass_on(at, bit);
}

/* `value` as the guest left it: who became active in a list register was acknowledged there, and its EOI will come. */
static void update_active(struct vgic_bank *bank, uint32_t bit, uint64_t value, uint64_t wanted)
{
    if ((value & wanted & GIC_LR_ACTIVE) == 0U) {
        bank->acknowledged &= ~bit;
    } else if ((bank->active & bit) == 0U) {
        bank->acknowledged |= bit;
    }
    bank->active = (wanted & GIC_LR_ACTIVE) != 0U ? bank->active | bit : bank->active & ~bit;
}

/* Takes list register n's state back, and leaves it empty: no interrupt ever stands in two (12.4.6). Its `used` bit is the caller's. */
static uint32_t fold_one(struct vcpu_state *self, uint32_t n)
{
    uint32_t intid = self->vgic.list_intid[n];
    uint32_t bit = vgic_bit_of(intid);
    struct vgic_word at = vgic_word_of(self, intid / 32U);
    uint64_t value = gic_list_read(n);
    bool whole = (value & GIC_LR_HW) != 0U;
    uint64_t wanted;

    if ((value & (GIC_LR_PENDING | GIC_LR_ACTIVE)) != 0U) {
        at.bank->held |= whole ? bit : 0U;
        gic_list_write(n, 0U);
    } else if (!whole && (value & GIC_LR_EOI) != 0U) {
        gic_list_write(n, 0U); /* it has asked for its maintenance interrupt (12.4.2, ICH_EISR_EL2) */
    }
    wanted = apply_requests(at.bank, bit, value);
    update_active(at.bank, bit, value, wanted);
    if ((wanted & GIC_LR_PENDING) != 0U) {
        bring_back(at.bank, bit, whole);
    }
    at.bank->listed &= ~bit;
    at.bank->carried &= ~bit;
    at.bank->carried_line &= ~bit;
    self->vgic.look |= 1U << at.bank->index;
    return leave_list(at, bit);
}

/* An active interrupt that stands in no list register ended: the guest's EOI was counted (12.4.4, EOIcount). */
static uint32_t end_unlisted(struct vcpu_state *self, uint32_t intid)
{
    struct vgic_word at = vgic_word_of(self, intid / 32U);
    uint32_t bit = vgic_bit_of(intid);

    at.bank->active &= ~bit;
    at.bank->acknowledged &= ~bit;
    self->vgic.look |= 1U << at.bank->index;
    return leave_list(at, bit);
}

static uint32_t count_eois(struct vcpu_state *self)
{
    uint64_t hcr = gic_hcr_read();
    uint32_t count = (uint32_t)((hcr & GIC_HCR_EOICOUNT_MASK) >> GIC_HCR_EOICOUNT_SHIFT);
    uint32_t vcpus = 0U;

    self->vgic.hcr = hcr;
    /*
     * Counted while nothing active was unlisted: not about anything of ours. With EOImode 1 a write to EOIR only drops
     * the priority, but is counted all the same; the deactivation comes as a DIR, which traps.
     */
    if ((hcr & GIC_HCR_LRENP) == 0U || ((hcr & GIC_HCR_TDIR) != 0U && (gic_vmcr_read() & GIC_VMCR_EOI_MODE) != 0U)) {
        count = 0U;
    }
    for (; count > 0U; count--) {
        uint32_t key = vgic_choose_active(self);

        if (key == VGIC_KEY_NONE) {
            break; /* the guest ended what was not active */
        }
        vcpus |= end_unlisted(self, vgic_key_intid(key));
    }
    return vcpus;
}

uint32_t vgic_fold(struct vcpu_state *self)
{
    uint32_t vcpus = count_eois(self);

    for (uint32_t used = self->vgic.used; used != 0U; used &= used - 1U) {
        vcpus |= fold_one(self, vgic_first(used));
    }
    self->vgic.used = 0U;
    self->vgic.timer_list = 0U;
    self->vgic.folds++;
    return vcpus;
}

/*
 * What a list register shows. A hardware one never holds pending and active at once (12.4.6); where the end of the
 * activation must be seen here - the line may still be high, the pending state is another vCPU's, or the
 * physical interrupt is to be deactivated - it is a software one that asks for a maintenance interrupt.
 */
static uint64_t compose(struct vgic_word at, uint32_t intid, uint32_t due)
{
    const struct vgic_bank *bank = at.bank;
    uint32_t bit = vgic_bit_of(intid);
    uint32_t active = bank->active & bit;
    uint32_t elsewhere = active & vgic_pending_in(bank) & ~due;
    uint32_t follow = bank->line & ~bank->edge & ~bank->hardware & bit;
    uint64_t value = template_of(at, intid);

    value |= due != 0U ? GIC_LR_PENDING : 0U;
    value |= active != 0U ? GIC_LR_ACTIVE : 0U;
    if ((bank->held & bit & ~(active & due) & ~elsewhere) != 0U) {
        return value | physical_of(at, intid);
    }
    return (elsewhere | follow | (bank->held & bit)) != 0U ? value | GIC_LR_EOI : value;
}

/* Puts one interrupt into list register n; its pending state, except a virtual line's, goes with it. */
static void place(struct vcpu_state *self, uint32_t n, uint32_t intid)
{
    struct vgic_word at = vgic_word_of(self, intid / 32U);
    struct vgic_bank *bank = at.bank;
    uint32_t bit = vgic_bit_of(intid);
    uint32_t due = vgic_pending_in(bank) & vgic_open_in(&vgic_partition(self)->vgic, bank) &
                   self->vgic.routed[at.bank->index] & bit;
    uint64_t value = compose(at, intid, due);

    if (due != 0U) {
        bank->carried |= bank->latched & bit;
        bank->carried_line |= bank->line & bank->hardware & bit;
        bank->latched &= ~bit;
        bank->line &= ~(bank->hardware & bit);
    }
    if ((value & GIC_LR_HW) != 0U) {
        bank->held &= ~bit;
    }
    bank->listed |= bit;
    self->vgic.taken[at.bank->index] |= bit;
    self->vgic.used |= 1U << n;
    self->vgic.list_intid[n] = (uint16_t)intid;
    if (intid < VGIC_SGI_COUNT) {
        self->vgic.sgi_list[intid] = (uint8_t)n;
    }
    gic_list_write(n, value);
}

/*
 * List register 0 waits for the timer if nothing else needs it: then the timer's interrupt is one store
 * (vgic_inject_hardware()).
 */
static void bind_timer(struct vcpu_state *self)
{
    struct vgic_word at = vgic_word_of(self, 0U);
    struct vgic_bank *bank = at.bank;
    uint32_t busy = vgic_pending_in(bank) | bank->active | bank->held | bank->listed;

    if ((self->vgic.used & 1U) != 0U ||
        (vgic_open_in(&vgic_partition(self)->vgic, bank) & ~busy & VGIC_TIMER_BIT) == 0U) {
        return;
    }
    bank->listed |= VGIC_TIMER_BIT;
    self->vgic.used |= 1U;
    self->vgic.list_intid[0] = VGIC_TIMER;
    self->vgic.timer_list = template_of(at, VGIC_TIMER) | physical_of(at, VGIC_TIMER) | GIC_LR_PENDING;
}

/*
 * Maintenance interrupts: when the last pending list register was acknowledged and more is due; when the guest
 * ended something that stands in none. DIR traps while it may mean an interrupt that is not in this vCPU's list
 * registers: its own unlisted ones, or another vCPU's SPI (4.7.3, 12.4.4).
 */
static void control(struct vcpu_state *self, const struct vgic_choice *choice)
{
    uint64_t want = GIC_HCR_ENABLE;

    want |= choice->left_pending != 0U ? GIC_HCR_NO_PENDING : 0U;
    want |= choice->left_active != 0U ? GIC_HCR_LRENP | GIC_HCR_TDIR : 0U;
    want |= self->config->partition->vcpu_count > 1U ? GIC_HCR_TDIR : 0U;
    if (want != self->vgic.hcr) {
        self->vgic.hcr = want;
        gic_hcr_write(want);
    }
}

/* From list register 1 up, so that 0 stays free for the timer as long as it can. */
static void place_all(struct vcpu_state *self, const struct vgic_choice *choice)
{
    uint32_t n = 0U;

    for (uint32_t i = 0U; i < choice->count; i++) {
        uint32_t intid = vgic_key_intid(choice->keys[i]);

        if (intid == VGIC_TIMER) {
            place(self, 0U, VGIC_TIMER);
            continue;
        }
        n = n + 1U < self->vgic.lists ? n + 1U : 0U;
        place(self, n, intid);
    }
}

uint32_t vgic_resync(struct vcpu_state *self)
{
    uint32_t vcpus = vgic_fold(self);
    struct vgic_word private = vgic_word_of(self, 0U);
    struct vgic_choice choice;

    if (self->vgic.arrived != 0U) {
        self->vgic.arrived = 0U;
        self->vgic.look |= 1U;
    }
    if (private.bank->held != 0U) {
        vgic_link_settle(private, private.bank->held);
    }
    vgic_link_timer(self);
    vgic_choose(self, self->vgic.lists, &choice);
    place_all(self, &choice);
    if ((choice.left_pending | choice.left_active) == 0U) {
        self->vgic.look = 0U;
        bind_timer(self);
    }
    control(self, &choice);
    return vcpus;
}

/* The list register that an interrupt stands in, or a free one other than 0; VGIC_LISTS if there is none. */
static uint32_t find_slot(const struct vcpu_state *self, uint32_t intid, bool listed)
{
    uint32_t free = ((1U << self->vgic.lists) - 1U) & ~self->vgic.used & ~1U;

    if (!listed) {
        return free != 0U ? vgic_first(free) : VGIC_LISTS;
    }
    for (uint32_t used = self->vgic.used; used != 0U; used &= used - 1U) {
        if (self->vgic.list_intid[vgic_first(used)] == intid) {
            return vgic_first(used);
        }
    }
    return VGIC_LISTS;
}

bool vgic_list_now(struct vcpu_state *self, uint32_t intid)
{
    struct vgic_word at = vgic_word_of(self, intid / 32U);
    uint32_t bit = vgic_bit_of(intid);
    uint32_t due = vgic_open_in(&vgic_partition(self)->vgic, at.bank) & self->vgic.routed[at.bank->index] & bit;
    uint32_t n = find_slot(self, intid, (at.bank->listed & bit) != 0U);

    if (self->vgic.look != 0U || due == 0U || n == VGIC_LISTS || intid == VGIC_TIMER ||
        (at.bank->active & ~at.bank->listed & bit) != 0U) { /* active elsewhere, or here without a list register */
        return false;
    }
    if ((at.bank->listed & bit) != 0U) {
        (void)fold_one(self, n); /* it is routed here, so this concerns nobody else */
        self->vgic.look = 0U;
    }
    place(self, n, intid);
    return true;
}

/* The first time since the last fold: a list register of its own. */
static bool list_sgi(struct vcpu_state *self, uint32_t intid)
{
    struct vgic_word at = vgic_word_of(self, 0U);
    uint32_t bit = 1U << intid;
    uint32_t n = find_slot(self, intid, false);

    if (n == VGIC_LISTS || ((at.bank->active | at.bank->listed) & bit) != 0U || self->vgic.look != 0U ||
        (vgic_open_in(&vgic_partition(self)->vgic, at.bank) & bit) == 0U) {
        return false;
    }
    place(self, n, intid);
    return true;
}

bool vgic_list_arrived(struct vcpu_state *self)
{
    for (uint32_t bits = self->vgic.arrived & self->vgic.bank.latched; bits != 0U; bits &= bits - 1U) {
        uint32_t intid = vgic_first(bits);

        if (vgic_sgi_listed(self, 1U << intid)) {
            self->vgic.bank.latched &= ~(1U << intid);
            vgic_repeat_sgi(self, intid);
        } else if (!list_sgi(self, intid)) {
            return false;
        }
    }
    self->vgic.arrived = 0U;
    return self->vgic.look == 0U;
}
