/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest's write does to a word of interrupts (12.9, 12.11).
 *
 * A change is made in the words under the lock; what stands in a list register is marked for the core that it is on
 * (struct vgic_bank says how), and every vCPU it may concern looks again: the own one before the write is over,
 * others when their core answers the post. Called by the register decoders.
 * @implements REQ-VGIC-003
 * @implements REQ-VGIC-004
 * @implements REQ-VGIC-005
 * @implements REQ-VGIC-006
 * @implements REQ-VGIC-007
 */
#include "partitions/vgic_words.h"

#define PRIORITY_BITS 0xf8U /* five implemented bits (4.8) */

static struct vgic_state *vgic_of(struct vgic_word at)
{
    return &vgic_partition(at.vcpu)->vgic;
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

/* Private hardware-linked ones are settled by their own core: it has to look. */
static uint32_t own_core_only(struct vgic_word at)
{
    return at.bank->index == 0U ? at.bank->hardware : 0U;
}

/* Shared ones can be settled from any core. */
static void settle_shared(struct vgic_word at, uint32_t bits)
{
    if (at.bank->index != 0U && (bits & at.bank->held) != 0U) {
        vgic_link_settle(at, bits);
    }
}

static __attribute__((noinline)) void enable(uint32_t bits, struct vcpu_state *vcpu, struct vgic_bank *bank)
{
    uint32_t concerned;

    ticket_acquire(&vgic_partition(vcpu)->lock);
    bank->enabled |= bits;
    if (bank->index != 0U) {
        vgic_link_enable((struct vgic_word){vcpu, bank}, bits);
        concerned = bits & vgic_pending_in(bank);
    } else {
        concerned = bits & (vgic_pending_in(bank) | bank->hardware);
    }
    if (concerned != 0U) {
        vgic_leave(vcpu, vgic_touch((struct vgic_word){vcpu, bank}, concerned));
    } else {
        ticket_release(&vgic_partition(vcpu)->lock);
    }
}

void vgic_enable(uint32_t bits, struct vcpu_state *vcpu, struct vgic_bank *bank)
{
    bits &= bank->owned & ~bank->enabled;
    if (bits != 0U) {
        enable(bits, vcpu, bank);
    }
}

void vgic_disable(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;

    bits &= bank->enabled;
    if (bits == 0U) {
        return;
    }
    vgic_enter(at.vcpu);
    bank->enabled &= ~bits;
    if (at.bank->index != 0U) {
        vgic_link_disable(at, bits);
    }
    settle_shared(at, bits);
    vgic_forget(at);
    vgic_leave(at.vcpu, vgic_touch(at, bits & (bank->listed | own_core_only(at))));
}

void vgic_set_pending(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;

    bits &= bank->owned;
    if (bits == 0U) {
        return;
    }
    vgic_enter(at.vcpu);
    bank->latched |= bits;
    vgic_link_clear_pending(at, bits); /* an edge that waits there is the same one */
    vgic_leave(at.vcpu, vgic_touch(at, bits & vgic_open_in(vgic_of(at), bank)));
}

void vgic_clear_pending(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;

    bits &= bank->owned;
    if (bits == 0U) {
        return;
    }
    vgic_enter(at.vcpu);
    bank->latched &= ~bits;
    bank->line &= ~(bits & bank->hardware);
    bank->clear_pending |= bits & bank->listed;
    vgic_link_clear_pending(at, bits);
    settle_shared(at, bits);
    vgic_forget(at);
    vgic_leave(at.vcpu, vgic_touch(at, bits & (bank->listed | own_core_only(at))));
}

/* An EOI that came before a write of active state, and was counted, takes effect before it. */
static uint32_t count_first(struct vgic_word at)
{
    struct vcpu_state *self = vgic_here(vgic_partition(at.vcpu));

    if (self == NULL || (self->vgic.hcr & GIC_HCR_LRENP) == 0U) {
        return 0U;
    }
    return vgic_count_eois(self) | 1U << self->config->index;
}

/* Shared ones become active on the vCPU they go to, or on the writer's if that is nobody. */
static void take(struct vgic_word at, uint32_t bits)
{
    const struct partition_config *partition = at.vcpu->config->partition;

    for (uint32_t v = 0U; v < partition->vcpu_count; v++) {
        struct vgic_cpu_state *cpu = &partition->vcpus[v].state->vgic;

        cpu->taken[at.bank->index] |= bits & cpu->routed[at.bank->index];
        bits &= ~cpu->routed[at.bank->index];
    }
    at.vcpu->vgic.taken[at.bank->index] |= bits;
}

void vgic_set_active(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;
    uint32_t fresh;
    uint32_t vcpus;

    bits &= bank->owned;
    if (bits == 0U) {
        return;
    }
    vgic_enter(at.vcpu);
    vcpus = count_first(at);
    fresh = bits & ~bank->listed & ~bank->active;
    bank->active |= fresh;
    bank->set_active |= bits & bank->listed;
    bank->clear_active &= ~bits;
    if (at.bank->index != 0U) {
        take(at, fresh);
    }
    vgic_leave(at.vcpu, vcpus | vgic_touch(at, fresh | (bits & bank->listed)));
}

/* They stand in no list register, so nobody has them any more. */
static void untake(struct vgic_word at, uint32_t bits)
{
    const struct partition_config *partition = at.vcpu->config->partition;

    for (uint32_t v = 0U; v < partition->vcpu_count; v++) {
        partition->vcpus[v].state->vgic.taken[at.bank->index] &= ~bits;
    }
}

void vgic_clear_active(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;
    uint32_t ended;
    uint32_t vcpus;

    bits &= bank->owned;
    if (bits == 0U) {
        return;
    }
    vgic_enter(at.vcpu);
    vcpus = count_first(at);
    ended = bits & ~bank->listed & bank->active;
    bank->active &= ~ended;
    bank->acknowledged &= ~ended;
    bank->clear_active |= bits & bank->listed;
    bank->set_active &= ~bits;
    vcpus |= vgic_touch(at, ended | (bits & bank->listed));
    if (at.bank->index != 0U) {
        untake(at, ended);
    }
    settle_shared(at, ended);
    vgic_leave(at.vcpu, vcpus);
}

void vgic_deactivate(struct vcpu_state *vcpu, uint64_t value)
{
    uint32_t intid = (uint32_t)value & 0xffffffU;

    if (intid < MAX_INTIDS) {
        struct vgic_word at = vgic_word_of(vcpu, intid / 32U);

        vgic_clear_active(at, vgic_bit_of(intid));
    }
}

void vgic_set_group(struct vgic_word at, uint32_t value)
{
    struct vgic_bank *bank = at.bank;
    uint32_t change;

    vgic_enter(at.vcpu);
    change = (bank->group1 ^ value) & bank->owned;
    bank->group1 = value & bank->owned;
    vgic_leave(at.vcpu, vgic_touch(at, change & (vgic_pending_in(bank) | bank->listed | own_core_only(at))));
}

/* Bits 2n+1 of a trigger register as bits n (12.9.9). */
static uint32_t gather_triggers(uint32_t value)
{
    value = value >> 1 & 0x55555555U;
    value = (value | value >> 1) & 0x33333333U;
    value = (value | value >> 2) & 0x0f0f0f0fU;
    value = (value | value >> 4) & 0x00ff00ffU;
    return (value | value >> 8) & 0x0000ffffU;
}

/*
 * SGIs are edge, PPIs level, and a hardware-linked interrupt has the trigger that the configuration gave its
 * physical one; these fields are read-only.
 */
void vgic_set_trigger(struct vgic_word at, uint32_t half, uint32_t value)
{
    struct vgic_bank *bank = at.bank;
    uint32_t fields = bank->owned & ~bank->hardware & (0xffffU << (half * 16U));
    uint32_t change;

    if (at.bank->index == 0U) {
        return;
    }
    vgic_enter(at.vcpu);
    change = (bank->edge ^ gather_triggers(value) << (half * 16U)) & fields;
    bank->edge ^= change;
    vgic_leave(at.vcpu, vgic_touch(at, change & (bank->line | bank->latched | bank->listed)));
}

/* Bit 0 of each byte as bits 0 to 3. */
static uint32_t gather_bytes(uint32_t value)
{
    return ((value & 0x01010101U) * 0x10204080U) >> 28;
}

/* Four bytes of priorities into the planes: of those interrupts from `first` on whose bit is in `mask`. */
static void set_planes(struct vgic_bank *bank, uint32_t first, uint32_t mask, uint32_t value)
{
    for (uint32_t n = 0U; n < VGIC_PRIORITY_BITS; n++) {
        uint32_t bits = gather_bytes(value >> (7U - n)) & mask;

        bank->planes[n] = (bank->planes[n] & ~(mask << first)) | bits << first;
    }
}

void vgic_set_priority(struct vgic_word at, uint32_t first, uint32_t size, uint32_t value)
{
    struct vgic_bank *bank = at.bank;
    uint32_t change = 0U;

    vgic_enter(at.vcpu);
    for (uint32_t n = 0U; n < size; n++) {
        uint8_t priority = (uint8_t)(value >> (8U * n) & PRIORITY_BITS);

        if ((bank->owned & 1U << (first + n)) != 0U && bank->priority[first + n] != priority) {
            bank->priority[first + n] = priority;
            change |= 1U << n;
        }
    }
    set_planes(bank, first, change, value);
    change <<= first;
    vgic_leave(at.vcpu, vgic_touch(at, change & (vgic_live_in(vgic_of(at), bank))));
}

/* EnableGrp0 and EnableGrp1; the other fields are fixed (12.9.4). */
void vgic_set_control(struct vcpu_state *vcpu, uint32_t value)
{
    const struct partition_config *partition = vcpu->config->partition;
    struct vgic_state *vgic = &partition->state->vgic;

    value &= 3U;
    if (vgic->ctlr == value) {
        return;
    }
    vgic_enter(vcpu);
    vgic->ctlr = value;
    vgic->group0 = 0U - (value & 1U);
    vgic->group1 = 0U - (value >> 1);
    for (uint32_t v = 0U; v < partition->vcpu_count; v++) {
        vgic_look_at_all(partition->vcpus[v].state);
    }
    vgic_leave(vcpu, (1U << partition->vcpu_count) - 1U);
}
