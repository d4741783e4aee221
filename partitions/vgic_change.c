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

static struct vgic_state *vgic_of(struct vgic_word at)
{
    return &vgic_partition(at.vcpu)->vgic;
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

static uint32_t disable(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;

    bits &= bank->enabled;
    bank->enabled &= ~bits;
    if (at.bank->index != 0U) {
        vgic_link_disable(at, bits);
    }
    settle_shared(at, bits);
    vgic_forget(at);
    return vgic_touch(at, bits & (bank->listed | own_core_only(at)));
}

static uint32_t set_pending(struct vgic_word at, uint32_t bits)
{
    at.bank->latched |= bits;
    vgic_link_clear_pending(at, bits); /* an edge that waits there is the same one */
    return vgic_touch(at, bits & vgic_open_in(vgic_of(at), at.bank));
}

static uint32_t clear_pending(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;

    bank->latched &= ~bits;
    bank->line &= ~(bits & bank->hardware);
    bank->clear_pending |= bits & bank->listed;
    vgic_link_clear_pending(at, bits);
    settle_shared(at, bits);
    vgic_forget(at);
    return vgic_touch(at, bits & (bank->listed | own_core_only(at)));
}

/* An EOI that came before a write to ISACTIVER, and was counted, takes effect before it. */
static uint32_t count_first(struct vgic_word at)
{
    struct vcpu_state *self = vgic_here(vgic_partition(at.vcpu));

    if (self == NULL || (self->vgic.hcr & GIC_HCR_LRENP) == 0U) {
        return 0U;
    }
    return vgic_count_eois(self) | 1U << self->config->index;
}

/*
 * Shared ones become active on the vCPU they go to, or on the writer's if that is nobody. Returns those of `bits` that are active on
 * another core and in none of its list registers, where an end of them may wait to be counted.
 */
static uint32_t take(struct vgic_word at, uint32_t fresh, uint32_t bits)
{
    const struct partition_config *partition = at.vcpu->config->partition;
    const struct vcpu_state *here = vgic_here(vgic_partition(at.vcpu));
    uint32_t index = at.bank->index;
    uint32_t uncounted = 0U;

    for (uint32_t v = 0U; v < partition->vcpu_count; v++) {
        struct vcpu_state *vcpu = partition->vcpus[v].state;
        struct vgic_cpu_state *cpu = &vcpu->vgic;

        cpu->taken[index] |= fresh & cpu->routed[index];
        fresh &= ~cpu->routed[index];
        if ((cpu->hcr & GIC_HCR_LRENP) != 0U && vcpu != here && (index != 0U || vcpu == at.vcpu)) {
            uncounted |= cpu->taken[index];
        }
    }
    at.vcpu->vgic.taken[index] |= fresh;
    return bits & uncounted & ~at.bank->listed;
}

static uint32_t set_active(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;
    uint32_t vcpus = count_first(at);
    uint32_t fresh = bits & ~bank->listed & ~bank->active;

    bank->active |= fresh;
    bank->clear_active &= ~bits;
    bits = (bits & bank->listed) | take(at, fresh, bits);
    bank->set_active |= bits;
    return vcpus | vgic_touch(at, fresh | bits);
}

/* They stand in no list register, so nobody has them any more. */
static void untake(struct vgic_word at, uint32_t bits)
{
    const struct partition_config *partition = at.vcpu->config->partition;

    for (uint32_t v = 0U; v < partition->vcpu_count; v++) {
        partition->vcpus[v].state->vgic.taken[at.bank->index] &= ~bits;
    }
}

static uint32_t clear_active(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;
    uint32_t ended = bits & ~bank->listed & bank->active;
    uint32_t vcpus;

    bank->active &= ~ended;
    bank->acknowledged &= ~ended;
    vgic_keep_none(bank, ended);
    bank->clear_active |= bits & bank->listed;
    bank->set_active &= ~bits;
    vcpus = vgic_touch(at, ended | (bits & bank->listed));
    if (at.bank->index != 0U) {
        untake(at, ended);
    }
    settle_shared(at, ended);
    return vcpus;
}

static uint32_t set_group(struct vgic_word at, uint32_t value)
{
    struct vgic_bank *bank = at.bank;
    uint32_t change = (bank->group1 ^ value) & bank->owned;

    bank->group1 ^= change;
    bank->kept |= change & bank->active;
    for (uint32_t bits = change & bank->active; bits != 0U; bits &= bits - 1U) {
        bank->priority[vgic_first(bits)] ^= VGIC_OTHER_GROUP;
    }
    return vgic_touch(at, change & (vgic_pending_in(bank) | bank->listed | own_core_only(at)));
}

static uint32_t write_bank(struct vgic_word at, uint32_t reg, uint32_t value)
{
    uint32_t bits = value & at.bank->owned;

    switch (reg) {
    case VGIC_IGROUPR:
        return set_group(at, value);
    case VGIC_ICENABLER:
        return disable(at, bits);
    case VGIC_ISPENDR:
        return set_pending(at, bits);
    case VGIC_ICPENDR:
        return clear_pending(at, bits);
    case VGIC_ISACTIVER:
        return set_active(at, bits);
    case VGIC_ICACTIVER:
    default:
        return clear_active(at, bits);
    }
}

void vgic_change(struct vgic_word at, uint32_t reg, uint32_t value)
{
    vgic_enter(at.vcpu);
    vgic_leave(at.vcpu, write_bank(at, reg, value));
}

void vgic_deactivate(struct vcpu_state *vcpu, uint64_t value)
{
    uint32_t intid = (uint32_t)value & 0xffffffU;

    if (intid < MAX_INTIDS) {
        vgic_change(vgic_word_of(vcpu, intid / 32U), VGIC_ICACTIVER, vgic_bit_of(intid));
    }
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

void vgic_set_priority(struct vgic_word at, uint32_t first, uint32_t size, uint32_t value)
{
    struct vgic_bank *bank = at.bank;
    uint32_t change = 0U;

    vgic_enter(at.vcpu);
    for (uint32_t n = 0U; n < size; n++) {
        uint32_t flip = (bank->priority[first + n] ^ value >> (8U * n)) & VGIC_PRIORITY_MASK;

        if ((bank->owned & 1U << (first + n)) != 0U && flip != 0U) {
            bank->priority[first + n] ^= (uint8_t)flip;
            change |= 1U << n;
        }
    }
    vgic_set_planes(bank, first, change & ~(bank->active >> first), value);
    change <<= first;
    bank->kept |= change & bank->active;
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
        vgic_regroup(partition->vcpus[v].state);
    }
    vgic_leave(vcpu, (1U << partition->vcpu_count) - 1U);
}
