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
 * @implements REQ-VGIC-035
 */
#include "partitions/vgic_words.h"

static uint64_t template_of(const struct vgic_bank *bank, uint32_t intid)
{
    uint64_t group = (bank->group1 & vgic_bit_of(intid)) != 0U ? GIC_LR_GROUP1 : 0U;

    return GIC_LR_INTID(intid) | GIC_LR_PRIORITY(bank->priority[intid % 32U]) | group;
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
 * `value` as the guest left it: who became active in a list register was acknowledged there, and its EOI will come. So was who was
 * `pending` in it and is no more; it may have been active before, and been deactivated in between.
 */
static inline uint64_t update_active(struct vgic_bank *bank, uint32_t intid, uint64_t value, uint64_t pending)
{
    uint32_t bit = vgic_bit_of(intid);
    uint64_t wanted = apply_requests(bank, bit, value);

    if ((value & wanted & GIC_LR_ACTIVE) == 0U) {
        bank->acknowledged &= ~bit;
        if ((bank->kept & bit) != 0U) {
            vgic_keep_none(bank, bit);
        }
    } else if ((bank->active & bit) == 0U || (pending & ~value) != 0U) {
        bank->acknowledged |= bit;
        if (((value ^ template_of(bank, intid)) & (GIC_LR_PRIORITY_MASK | GIC_LR_GROUP1)) != 0U) {
            vgic_keep(bank, intid, value);
        }
    }
    bank->active = (wanted & GIC_LR_ACTIVE) != 0U ? bank->active | bit : bank->active & ~bit;
    return wanted;
}

/*
 * Where it waits now: here, if it is active here or due here; a shared one that is due
 * for another vCPU has that vCPU look. Not while it is active here: two vCPUs that wait for each other's active interrupts
 * would post for ever.
 */
uint32_t vgic_list_settle(struct vcpu_state *self, uint32_t n, uint32_t intid, uint64_t value)
{
    struct vgic_word at = vgic_word_of(self, intid / 32U);
    struct vgic_bank *bank = at.bank;
    uint32_t bit = vgic_bit_of(intid);
    uint64_t pending = (bank->listed & bit) != 0U ? self->vgic.list_value[n] & GIC_LR_PENDING : 0U;

    /* One that ended and had asked for its maintenance interrupt goes on asking (12.4.2, ICH_EISR_EL2). */
    if ((value & (GIC_LR_PENDING | GIC_LR_ACTIVE | GIC_LR_EOI)) != 0U) {
        gic_list_write(n, 0U);
    }
    if ((value & GIC_LR_HW) != 0U && (value & (GIC_LR_PENDING | GIC_LR_ACTIVE)) != 0U) {
        bank->held |= bit;
    }
    if (((bank->clear_pending | bank->clear_active | bank->set_active | bank->active) & bit) != 0U ||
        (value & GIC_LR_ACTIVE) != 0U) {
        value = update_active(bank, intid, value, pending);
    }
    if ((value & GIC_LR_PENDING) != 0U) {
        bring_back(bank, bit, (value & GIC_LR_HW) != 0U);
    }
    bank->listed &= ~bit;
    bank->carried &= ~bit;
    bank->carried_line &= ~bit;
    if ((bank->held & bit) != 0U) {
        vgic_link_settle(at, bit);
    }
    if ((bank->active & bit) == 0U) {
        self->vgic.taken[bank->index] &= ~(bank->index != 0U ? bit : 0U);
        if ((vgic_pending_in(bank) & bit) == 0U) {
            return 0U;
        }
        if ((self->vgic.routed[bank->index] & bit) == 0U) {
            return vgic_touch(at, bit) & ~(1U << self->config->index);
        }
        if ((vgic_open_for(&self->vgic, bank) & bit) == 0U) {
            return 0U;
        }
        vgic_choose_add(&self->vgic, VGIC_KEY_PENDING | vgic_key_of(bank, intid));
        return 0U;
    }
    vgic_choose_add(&self->vgic, vgic_key_of_active(bank, intid));
    return 0U;
}

uint32_t vgic_list_fold(struct vcpu_state *self, uint32_t n, uint64_t value)
{
    self->vgic.used &= ~(1U << n);
    return vgic_list_settle(self, n, vgic_key_intid(self->vgic.list_key[n]), value);
}

uint32_t vgic_fold(struct vcpu_state *self)
{
    uint32_t vcpus = vgic_take_eois(self);

    for (uint32_t used = self->vgic.used; used != 0U; used &= used - 1U) {
        vcpus |= vgic_list_fold(self, vgic_first(used), gic_list_read(vgic_first(used)));
    }
    self->vgic.timer_list = 0U;
    return vcpus;
}

/*
 * Nothing has changed in this list register's word, and in it nothing but that the guest may have acknowledged the interrupt: it
 * stays where it is.
 */
static bool stays(struct vcpu_state *self, uint32_t n, uint64_t value)
{
    uint64_t before = self->vgic.list_value[n];
    uint32_t intid = vgic_key_intid(self->vgic.list_key[n]);
    struct vgic_bank *bank;
    uint32_t bit;

    if ((self->vgic.look >> VGIC_LOOK_CHANGED & 1U << intid / 32U) != 0U) {
        return false;
    }
    if (value == before) {
        return true;
    }
    if ((before & GIC_LR_ACTIVE) != 0U || value != (before ^ (GIC_LR_PENDING | GIC_LR_ACTIVE))) {
        return false;
    }
    bank = vgic_word_of(self, intid / 32U).bank;
    bit = vgic_bit_of(intid);
    bank->active |= bit;
    bank->acknowledged |= bit;
    bank->carried &= ~bit;
    bank->carried_line &= ~bit;
    self->vgic.list_value[n] = value;
    self->vgic.list_key[n] &= ~VGIC_KEY_PENDING;
    return true;
}

/*
 * What a list register shows of an active interrupt. A hardware one never holds pending and active at once (12.4.6); where the
 * end of the activation must be seen here - the line may still be high, the pending state is another vCPU's or will have
 * another priority, or the physical interrupt is to be deactivated - it is a software one that asks for a maintenance interrupt.
 */
static __attribute__((noinline)) uint64_t compose_active(struct vgic_word at, uint32_t intid, uint32_t due)
{
    const struct vgic_bank *bank = at.bank;
    uint32_t bit = vgic_bit_of(intid);
    uint32_t elsewhere = vgic_pending_in(bank) & ~due & bit;
    uint32_t follow = bank->line & ~bank->edge & ~bank->hardware & bit;
    uint64_t value = template_of(bank, intid) | GIC_LR_ACTIVE | (due != 0U ? GIC_LR_PENDING : 0U);

    if ((bank->kept & bit) != 0U) {
        value = vgic_kept_list(bank, intid, value);
    }
    if ((bank->held & bit & ~due & ~elsewhere) != 0U) {
        return value | physical_of(at, intid);
    }
    return (elsewhere | follow | (bank->held & bit)) != 0U ? value | GIC_LR_EOI : value;
}

/* The same of one that is pending alone. */
static inline uint64_t compose_pending(struct vgic_word at, uint32_t intid)
{
    const struct vgic_bank *bank = at.bank;
    uint32_t bit = vgic_bit_of(intid);
    uint64_t value = template_of(bank, intid) | GIC_LR_PENDING;

    if ((bank->held & bit) != 0U) {
        return value | physical_of(at, intid);
    }
    return (bank->line & ~bank->edge & ~bank->hardware & bit) != 0U ? value | GIC_LR_EOI : value;
}

/* Its pending state, except a virtual line's, goes into the list register with it. */
static inline void carry(struct vgic_bank *bank, uint32_t bit)
{
    uint32_t latched = bank->latched;
    uint32_t line = bank->line & bank->hardware & bit;

    bank->carried |= latched & bit;
    bank->latched = latched & ~bit;
    if (line != 0U) {
        bank->carried_line |= line;
        bank->line &= ~line;
    }
}

void vgic_list_place(struct vcpu_state *self, uint32_t n, uint32_t intid)
{
    struct vgic_cpu_state *cpu = &self->vgic;
    struct vgic_word at = vgic_word_of(self, intid / 32U);
    struct vgic_bank *bank = at.bank;
    uint32_t bit = vgic_bit_of(intid);
    uint32_t ready = bit;
    uint32_t due = bit;
    uint32_t key;
    uint64_t value;

    if ((bank->active & bit) != 0U) {
        ready &= vgic_open_for(cpu, bank) & cpu->routed[bank->index] & ~bank->kept;
        due = ready & vgic_pending_in(bank);
        value = compose_active(at, intid, due);
        key = vgic_key_of_active(bank, intid);
    } else {
        value = compose_pending(at, intid);
        key = vgic_key_of(bank, intid) | VGIC_KEY_PENDING;
    }
    if (due != 0U) {
        carry(bank, bit);
    }
    if ((value & GIC_LR_HW) != 0U) {
        bank->held &= ~bit;
    }
    bank->listed |= bit;
    cpu->taken[bank->index] |= bit;
    cpu->used |= 1U << n;
    cpu->list_value[n] = value;
    cpu->list_key[n] = key;
    if (intid < VGIC_SGI_COUNT) {
        cpu->sgi_list[intid] = (uint8_t)n;
        cpu->ready = (cpu->ready & ~bit) | ready;
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

    if ((self->vgic.used & 1U) != 0U || (vgic_open_for(&self->vgic, bank) & ~busy & VGIC_TIMER_BIT) == 0U) {
        return;
    }
    bank->listed |= VGIC_TIMER_BIT;
    self->vgic.used |= 1U;
    self->vgic.list_key[0] = VGIC_TIMER;
    self->vgic.list_value[0] = ~0ULL; /* whatever it says when it is looked at, it does not stay */
    self->vgic.timer_list = template_of(bank, VGIC_TIMER) | physical_of(at, VGIC_TIMER) | GIC_LR_PENDING;
}

void vgic_regroup(struct vcpu_state *vcpu)
{
    struct vgic_cpu_state *cpu = &vcpu->vgic;

    cpu->group0 = (cpu->groups_off & 1U) != 0U ? 0U : vgic_partition(vcpu)->vgic.group0;
    cpu->group1 = (cpu->groups_off & 2U) != 0U ? 0U : vgic_partition(vcpu)->vgic.group1;
    vgic_look_at_all(vcpu);
}

/*
 * Interrupts of a group that is off at the CPU interface (ICC_IGRPEN<n>_EL1) are nothing to wait for: they would keep others
 * out of the list registers. It matters when something waits; from then on a maintenance interrupt says when the guest turns a group on
 * or off, until both are on and nothing waits.
 */
static uint64_t watch_groups(struct vcpu_state *self)
{
    uint32_t off = ~(uint32_t)gic_vmcr_read() & GIC_VMCR_GROUPS;

    if (off != self->vgic.groups_off) {
        self->vgic.groups_off = off;
        vgic_regroup(self);
    }
    return ((off & 1U) != 0U ? GIC_HCR_GROUP0_ON : GIC_HCR_GROUP0_OFF) |
           ((off & 2U) != 0U ? GIC_HCR_GROUP1_ON : GIC_HCR_GROUP1_OFF);
}

/*
 * Maintenance interrupts: when the last pending list register was acknowledged and more is due; when the guest
 * ended something that stands in none. DIR traps while it may mean an interrupt that is not in this vCPU's list
 * registers: its own unlisted ones, or another vCPU's SPI (4.7.3, 12.4.4).
 */
static __attribute__((noinline)) uint64_t watch(struct vcpu_state *self)
{
    struct vgic_cpu_state *cpu = &self->vgic;
    uint64_t want = 0U;

    if (cpu->waiting.due_words != 0U) {
        want |= GIC_HCR_NO_PENDING;
    }
    if (cpu->waiting.active_words != 0U) {
        want |= GIC_HCR_LRENP | GIC_HCR_TDIR;
    }
    vgic_expect_ends(self);
    if ((cpu->waiting.due_words | cpu->groups_off) != 0U) {
        want |= watch_groups(self);
    }
    cpu->watched = cpu->expected_words | cpu->groups_off << VGIC_LOOK_CHANGED;
    return want;
}

/* Returns the own bit if there is more to look at. */
static uint32_t control(struct vcpu_state *self)
{
    struct vgic_cpu_state *cpu = &self->vgic;
    uint64_t want = GIC_HCR_ENABLE | (cpu->others != 0U ? GIC_HCR_TDIR : 0U);
    uint32_t again = 0U;

    if ((cpu->waiting.due_words | cpu->waiting.active_words | cpu->watched) != 0U) {
        want |= watch(self);
        again = cpu->look >> VGIC_LOOK_CHANGED != 0U ? 1U << self->config->index : 0U;
    }
    if (want != cpu->hcr) {
        cpu->hcr = want;
        gic_hcr_write(want);
    }
    return again;
}

/*
 * What a pass over the list registers may cost, in units of some 60 instructions, so that no section is longer than
 * it should be however much has changed. What is left for later is the next pass's, which the caller makes at once (the own bit in
 * what is returned).
 */
#define BUDGET 13U
#define COST_FOLD 3U
#define COST_IDLE 2U /* a fold of one that ended */
#define COST_SCAN 2U /* of one word */
#define COST_PLACE 3U

static uint32_t rest_of(uint32_t budget, uint32_t cost)
{
    return budget > cost ? budget - cost : 0U;
}

/* Takes back what does not stay. */
static uint32_t fold_changed(struct vcpu_state *self, uint32_t *budget)
{
    uint32_t vcpus = vgic_take_eois(self);

    for (uint32_t used = self->vgic.used; used != 0U; used &= used - 1U) {
        uint32_t n = vgic_first(used);
        uint64_t value = gic_list_read(n);

        if (!stays(self, n, value)) {
            *budget = rest_of(*budget, (value & (GIC_LR_PENDING | GIC_LR_ACTIVE)) != 0U ? COST_FOLD : COST_IDLE);
            vcpus |= vgic_list_fold(self, n, value);
        }
    }
    self->vgic.timer_list = 0U;
    return vcpus;
}

/* The list register with the least urgent interrupt. */
static uint32_t least_urgent(const struct vcpu_state *self)
{
    uint32_t least = 0U;

    for (uint32_t n = 1U; n < self->vgic.lists; n++) {
        least = self->vgic.list_key[n] > self->vgic.list_key[least] ? n : least;
    }
    return least;
}

static bool has_pending(const struct vcpu_state *self)
{
    uint32_t keys = 0U;

    for (uint32_t used = self->vgic.used; used != 0U; used &= used - 1U) {
        keys |= self->vgic.list_key[vgic_first(used)];
    }
    return (keys & VGIC_KEY_PENDING) != 0U;
}

/* Puts the interrupt of this key into a list register: an empty one, 0 last, so that it stays free for the timer as long as it can. */
static uint32_t put_in(struct vcpu_state *self, uint32_t key)
{
    uint32_t empty = ((1U << self->vgic.lists) - 1U) & ~self->vgic.used;
    uint32_t vcpus = 0U;
    uint32_t n = 0U;

    if (empty == 0U) {
        n = least_urgent(self);
        vcpus = vgic_list_fold(self, n, gic_list_read(n));
    } else if (empty != 1U) {
        n = vgic_first(empty & ~1U);
    }
    vgic_list_place(self, n, vgic_key_intid(key));
    vgic_choose_took(self, vgic_key_intid(key));
    return vcpus;
}

/* True if list registers are empty, or one has a less urgent interrupt than this. */
static inline bool has_room(const struct vcpu_state *self, uint32_t key)
{
    return self->vgic.used != (1U << self->vgic.lists) - 1U || key < self->vgic.list_key[least_urgent(self)];
}

/*
 * The most urgent ones - but if anything is pending, one that is pending is always among them, even if more urgent active
 * ones fill the rest: with EOImode 1 those may have dropped their priority long ago. So "no list register is pending" is
 * never true after a refill while something is pending, and the maintenance interrupt that says so cannot repeat without
 * progress.
 */
static uint32_t refill(struct vcpu_state *self, uint32_t budget)
{
    uint32_t again = 1U << self->config->index;
    uint32_t vcpus = 0U;

    budget = rest_of(budget, COST_SCAN * vgic_choose_begin(self, budget / COST_SCAN));
    if (self->vgic.look >> VGIC_LOOK_CHANGED != 0U) {
        return again;
    }
    for (; self->vgic.look != 0U; budget -= COST_PLACE) {
        uint32_t key = vgic_choose(self);

        if (!has_room(self, key)) {
            break;
        }
        if (budget < COST_PLACE) {
            return vcpus | again;
        }
        vcpus |= put_in(self, key);
    }
    if (self->vgic.waiting.due_words != 0U && !has_pending(self)) {
        vcpus |= put_in(self, vgic_choose_pending(self));
    }
    return vcpus;
}

uint32_t vgic_resync(struct vcpu_state *self)
{
    struct vgic_word private = vgic_word_of(self, 0U);
    uint32_t budget = BUDGET;
    uint32_t vcpus;

    if (self->vgic.arrived != 0U) {
        self->vgic.arrived = 0U;
        self->vgic.look |= VGIC_LOOK(0U);
    }
    vcpus = fold_changed(self, &budget);
    if (private.bank->held != 0U) {
        vgic_link_settle(private, private.bank->held);
    }
    vgic_link_timer(self);
    vcpus |= refill(self, budget);
    if (self->vgic.look == 0U) {
        bind_timer(self);
    }
    return vcpus | control(self);
}
