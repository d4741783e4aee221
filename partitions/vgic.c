/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC's life: reset, on and off a core, arrivals from outside the guest, and the lock around it all.
 *
 * Lock rule: the words of a partition change under the partition's lock, which is taken here and in no other
 * function of the virtual GIC; a function that holds it calls no function that takes it, and posts after it is given
 * back. What a vCPU's core alone writes is listed at struct vgic_cpu_state.
 * @implements REQ-VGIC-018
 * @implements REQ-VGIC-019
 * @implements REQ-VGIC-030
 */
#include "arch/arm64/core.h"
#include "partitions/vgic_words.h"

#define OWNED_AT_ONCE 16U /* interrupts for each step of a reset: some 60 instructions each */
#define PASSES 8U /* over the list registers, one after another */
#define WAKER_ASLEEP 6U /* ProcessorSleep and ChildrenAsleep */

struct vcpu_state *vgic_here(const struct partition_state *partition)
{
    struct vcpu_state *current = this_core()->current;

    return current != NULL && vgic_partition(current) == partition ? current : NULL;
}

void vgic_enter(const struct vcpu_state *vcpu)
{
    ticket_acquire(&vgic_partition(vcpu)->lock);
}

static inline void release_and_post(const struct vcpu_state *vcpu, uint32_t vcpus)
{
    ticket_release(&vgic_partition(vcpu)->lock);
    for (; vcpus != 0U; vcpus &= vcpus - 1U) {
        core_post(vcpu->config->partition->vcpus[vgic_first(vcpus)].core, POST_VCPU);
    }
}

/* Between two passes: after each, a look for interrupts (tools/bench/areas.py knows it by name). */
bool vgic_interrupted(void)
{
    return gic_interrupt_pending();
}

/*
 * Gives the lock back. A pass that would have become too long goes on in a section of its own - after what is pending on this
 * core, if there is anything. In the end the guest finds the most urgent interrupts listed, as if it had been one pass.
 */
static void finish(struct vcpu_state *self, uint32_t vcpus)
{
    uint32_t own = 1U << self->config->index;
    uint32_t passes = 1U;

    release_and_post(self, vcpus & ~own);
    for (; (vcpus & own) != 0U && passes < PASSES && !vgic_interrupted(); passes++) {
        vgic_enter(self);
        vcpus = vgic_resync(self);
        release_and_post(self, vcpus & ~own);
    }
    if ((vcpus & own) != 0U) {
        core_post(self->config->core, POST_VCPU);
    }
}

uint32_t vgic_look_own(const struct vcpu_state *vcpu, uint32_t vcpus)
{
    struct vcpu_state *self = vcpus != 0U ? vgic_here(vgic_partition(vcpu)) : NULL;

    if (self == NULL || (vcpus & 1U << self->config->index) == 0U) {
        return vcpus;
    }
    vcpus &= ~(1U << self->config->index);
    return vgic_list_arrived(self) ? vcpus : vcpus | vgic_resync(self);
}

void vgic_release(const struct vcpu_state *vcpu, uint32_t vcpus)
{
    struct vcpu_state *self = vcpus != 0U ? vgic_here(vgic_partition(vcpu)) : NULL;

    if (self == NULL) {
        release_and_post(vcpu, vcpus);
    } else {
        finish(self, vcpus);
    }
}

void vgic_leave(const struct vcpu_state *vcpu, uint32_t vcpus)
{
    vgic_release(vcpu, vgic_look_own(vcpu, vcpus));
}

/* What vgic_look() does not find done. [lock] */
static __attribute__((noinline)) void look_at_all(struct vcpu_state *vcpu)
{
    finish(vcpu, vgic_list_arrived(vcpu) ? 0U : vgic_resync(vcpu));
}

/* One SGI that has its list register already is the common case, and needs no frame. */
void vgic_look(struct vcpu_state *vcpu)
{
    uint32_t arrived;

    ticket_acquire(&vgic_partition(vcpu)->lock);
    arrived = vcpu->vgic.arrived & vcpu->vgic.bank.latched;
    if ((arrived & (arrived - 1U)) != 0U || !vgic_sgi_listed(vcpu, arrived)) {
        look_at_all(vcpu);
        return;
    }
    vcpu->vgic.arrived = 0U;
    vcpu->vgic.bank.latched &= ~arrived;
    vcpu->vgic.bank.carried |= arrived;
    ticket_release(&vgic_partition(vcpu)->lock);
    gic_list_set_pending(vcpu->vgic.sgi_list[vgic_first(arrived)]);
}

/* Power-on state; which shared interrupts go to it or are active on it does not change. */
static void reset_private(struct vcpu_state *vcpu)
{
    struct vgic_cpu_state *cpu = &vcpu->vgic;

    cpu->bank = (struct vgic_bank){0};
    cpu->bank.owned = VGIC_SGIS | VGIC_TIMER_BIT | VGIC_PHYSICAL_TIMER_BIT;
    cpu->bank.hardware = VGIC_TIMER_BIT;
    cpu->bank.edge = VGIC_SGIS;
    cpu->timer_list = 0U;
    cpu->used = 0U;
    cpu->timer_on = false;
    cpu->arrived = 0U;
    cpu->routed[0] = ~0U;
    cpu->taken[0] = ~0U;
    cpu->self = 1ULL << vcpu->config->index;
    cpu->others = ((1ULL << vcpu->config->partition->vcpu_count) - 1U) & ~cpu->self;
    cpu->waker = WAKER_ASLEEP;
    for (uint32_t index = 0U; index < VGIC_WORDS; index++) {
        cpu->waiting.key[index] = VGIC_KEY_NONE;
    }
    gic_context_reset(&cpu->context);
}

void vgic_reset_vcpu(struct vcpu_state *vcpu)
{
    vgic_enter(vcpu);
    for (uint32_t index = 1U; index < VGIC_WORDS; index++) {
        vgic_partition(vcpu)->vgic.bank[index].acknowledged &=
            ~vcpu->vgic.taken[index]; /* no EOI comes from its last life */
    }
    reset_private(vcpu);
    vgic_leave(vcpu, 0U);
}

/* Owned, off, and routed to vCPU 0, as GICD_IROUTER<n> = 0 says. */
static void own_shared(struct partition_state *partition, const struct interrupt_config *interrupt)
{
    const struct vcpu_config *boot = &partition->config->vcpus[0];
    struct vgic_bank *bank = &partition->vgic.bank[interrupt->intid / 32U];
    uint32_t bit = vgic_bit_of(interrupt->intid);

    partition->vgic.words |= 1U << bank->index;
    bank->owned |= bit;
    bank->edge |= interrupt->edge ? bit : 0U;
    boot->state->vgic.routed[interrupt->intid / 32U] |= bit;
    if (interrupt->physical != 0U) {
        bank->hardware |= bit;
        bank->same |= interrupt->physical == interrupt->intid ? bit : 0U;
        partition->vgic.physical[interrupt->intid] = interrupt->physical;
        gic_spi_reset(interrupt->physical);
        gic_spi_route(interrupt->physical, core_configs[boot->core].mpidr);
    }
}

/* The distributor first, then each vCPU, then a few interrupts at a time. */
bool vgic_reset(struct partition_state *partition, uint32_t step)
{
    const struct partition_config *config = partition->config;
    uint32_t first;

    if (step == 0U) {
        partition->vgic = (struct vgic_state){0};
        partition->vgic.physical[VGIC_TIMER] = VGIC_TIMER;
        partition->vgic.words = 1U;
        for (uint32_t index = 0U; index < VGIC_WORDS; index++) {
            partition->vgic.bank[index].index = index;
        }
        return true;
    }
    if (step <= config->vcpu_count) {
        config->vcpus[step - 1U].state->vgic = (struct vgic_cpu_state){0};
        reset_private(config->vcpus[step - 1U].state);
        return true;
    }
    first = (step - 1U - config->vcpu_count) * OWNED_AT_ONCE;
    for (uint32_t i = first; i < config->interrupt_count && i < first + OWNED_AT_ONCE; i++) {
        own_shared(partition, &config->interrupts[i]);
    }
    return first + OWNED_AT_ONCE < config->interrupt_count;
}

/* It is pending, and held until a list register or the settling ends it. Not inlined: the fast path has no frame. */
static __attribute__((noinline)) void inject_slowly(struct vcpu_state *vcpu, uint32_t intid)
{
    struct vgic_word at = vgic_word_of(vcpu, intid / 32U);
    uint32_t bit = vgic_bit_of(intid);
    struct vcpu_state *self;
    uint32_t vcpus = 0U;

    vgic_enter(vcpu);
    self = vgic_here(vgic_partition(vcpu));
    at.bank->held |= bit;
    if ((at.bank->edge & bit) != 0U) {
        at.bank->latched |= bit;
    } else {
        at.bank->line |= bit;
    }
    vgic_link_settle(at, bit);
    if (self == NULL || (at.bank->held & bit) == 0U || !vgic_list_now(self, intid)) {
        vcpus = vgic_touch(at, bit & at.bank->held);
    }
    vgic_leave(vcpu, vcpus);
}

/*
 * The timer's interrupt finds list register 0 waiting for it, almost always; everything else takes the lock. While
 * timer_list is set, list register 0 is for the timer alone, and it is empty: were it not, the physical interrupt would
 * still be active and could not have arrived.
 */
void vgic_inject_hardware(struct vcpu_state *vcpu, uint32_t intid)
{
    if (intid != VGIC_TIMER || !vgic_timer_now(&vcpu->vgic)) {
        inject_slowly(vcpu, intid);
    }
}

uint32_t vgic_line(struct vcpu_state *vcpu, uint32_t intid, bool level)
{
    struct vgic_word at = vgic_word_of(vcpu, intid / 32U);
    uint32_t bit = vgic_bit_of(intid) & at.bank->owned;
    uint32_t touched;

    if (((at.bank->line & bit) != 0U) == level || bit == 0U) {
        return 0U;
    }
    at.bank->line = level ? at.bank->line | bit : at.bank->line & ~bit;
    at.bank->latched |= level ? bit & at.bank->edge : 0U;
    if (!level) {
        vgic_forget(at);
    }
    touched = level ? bit & vgic_open_in(&vgic_partition(vcpu)->vgic, at.bank) : bit & at.bank->listed;
    return vgic_touch(at, touched);
}

void vgic_set_line(struct vcpu_state *vcpu, uint32_t intid, bool level)
{
    vgic_enter(vcpu);
    vgic_leave(vcpu, vgic_line(vcpu, intid, level));
}

void vgic_sync(struct vcpu_state *vcpu)
{
    vgic_enter(vcpu);
    vcpu->vgic.look |= VGIC_LOOK(0U); /* a list register's own change has no other sign */
    vgic_leave(vcpu, 1U << vcpu->config->index);
}

/* The physical timer interrupt is active on the core exactly while this vCPU's is, or is pending for it. */
void vgic_load(struct vcpu_state *vcpu)
{
    struct vgic_cpu_state *cpu = &vcpu->vgic;
    uint32_t lists = gic_list_count();

    gic_load(&cpu->context);
    cpu->hcr = cpu->context.hcr;
    cpu->lists = lists < VGIC_LISTS ? lists : VGIC_LISTS;
    vgic_look_at_all(vcpu);
    if ((cpu->bank.held & VGIC_TIMER_BIT) != 0U) {
        gic_ppi_set_active(VGIC_TIMER, true);
    }
    vgic_sync(vcpu);
}

void vgic_put(struct vcpu_state *vcpu)
{
    struct vgic_cpu_state *cpu = &vcpu->vgic;
    uint32_t vcpus;

    vgic_enter(vcpu);
    vcpus = vgic_fold(vcpu);
    if (vcpu->power == VCPU_OFF) {
        vcpus |= vgic_route_away(vcpu);
    }
    vgic_leave(vcpu, vcpus & ~(1U << vcpu->config->index));
    gic_put(&cpu->context);
    cpu->context.hcr = GIC_HCR_ENABLE;
    if (cpu->timer_on) {
        gic_ppi_disable(VGIC_TIMER);
        cpu->timer_on = false;
    }
    if ((cpu->bank.held & VGIC_TIMER_BIT) != 0U) {
        gic_ppi_set_active(VGIC_TIMER, false);
    }
}

bool vgic_listed(void)
{
    uint32_t lists = gic_list_count();

    for (uint32_t n = 0U; n < lists; n++) {
        if ((gic_list_read(n) & GIC_LR_PENDING) != 0U) {
            return true;
        }
    }
    return false;
}
