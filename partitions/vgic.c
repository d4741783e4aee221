/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrivals from outside the guest, and the lock around all of the virtual GIC.
 *
 * Lock rule: the words of a partition change under the partition's lock, which is taken here and in no other
 * function of the virtual GIC; a function that holds it calls no function that takes it, and posts after it is given
 * back. What a vCPU's core alone writes is listed at struct vgic_cpu_state.
 * @implements REQ-VGIC-030
 */
#include "arch/arm64/core.h"
#include "partitions/vgic_words.h"

#define PASSES 8U /* over the list registers, one after another */

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

uint32_t vgic_touch(struct vgic_word at, uint32_t bits)
{
    const struct partition_config *partition = at.vcpu->config->partition;
    uint32_t vcpus = 0U;

    if (bits == 0U) {
        return 0U;
    }
    if (at.bank->index == 0U) {
        at.vcpu->vgic.look |= VGIC_LOOK(0U);
        return 1U << at.vcpu->config->index;
    }
    for (uint32_t v = 0U; v < partition->vcpu_count; v++) {
        struct vgic_cpu_state *cpu = &partition->vcpus[v].state->vgic;

        if (((cpu->routed[at.bank->index] | cpu->taken[at.bank->index]) & bits) != 0U) {
            cpu->look |= VGIC_LOOK(at.bank->index);
            vcpus |= 1U << v;
        }
    }
    return vcpus;
}

void vgic_forget(struct vgic_word at)
{
    const struct partition_config *partition = at.vcpu->config->partition;
    uint32_t waits = 1U << at.bank->index;

    if (at.bank->index == 0U) {
        at.vcpu->vgic.look |= (at.vcpu->vgic.look & waits) << VGIC_LOOK_CHANGED;
        return;
    }
    for (uint32_t v = 0U; v < partition->vcpu_count; v++) {
        struct vgic_cpu_state *cpu = &partition->vcpus[v].state->vgic;

        cpu->look |= (cpu->look & waits) << VGIC_LOOK_CHANGED;
    }
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
