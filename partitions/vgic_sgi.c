/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SGIs between the vCPUs of one partition: ICC_SGI1R_EL1, ICC_SGI0R_EL1, ICC_ASGI1R_EL1 (12.2.12 and on).
 * @implements REQ-VGIC-016
 * @implements REQ-VGIC-017
 */
#include "arch/arm64/core.h"
#include "partitions/vgic_words.h"

#define SGI_INTID(value) ((uint32_t)((value) >> 24) & 0xfU)
#define SGI_INTID_FIELD (0xfULL << 24)
#define SGI_ALL_BUT_SELF (1ULL << 40)
#define SGI_RANGE(value) ((uint32_t)((value) >> 44) & 0xfU)
#define SGI_AFFINITY_3_2_1 0x00ff00ff00ff0000ULL

/* vCPUs have Aff3 = Aff2 = Aff1 = 0 and fewer than 16 values of Aff0, so range 0 reaches them all. */
static uint32_t targets_of(const struct vcpu_state *sender, uint64_t value)
{
    uint32_t all = (1U << sender->config->partition->vcpu_count) - 1U;

    if ((value & SGI_ALL_BUT_SELF) != 0U) {
        return all & ~(1U << sender->config->index);
    }
    if ((value & SGI_AFFINITY_3_2_1) != 0U || SGI_RANGE(value) != 0U) {
        return 0U;
    }
    return (uint32_t)value & all;
}

/*
 * Who must look. A group 1 register reaches SGIs of either group, a group 0 one those of group 0 (4.6, one security
 * state): `reach` masks the group. An SGI that is pending already stays so; whoever made it pending has posted. Whether it
 * is enabled is for the receiver to see.
 */
static inline bool make_pending(struct vcpu_state *target, uint32_t bit, uint32_t reach)
{
    struct vgic_bank *bank = &target->vgic.bank;

    if (((bank->latched | (bank->group1 & reach)) & bit) != 0U) {
        return false;
    }
    bank->latched |= bit;
    target->vgic.arrived |= bit;
    return true;
}

static void send(struct vcpu_state *vcpu, uint64_t value, uint32_t reach)
{
    const struct vcpu_config *vcpus = vcpu->config->partition->vcpus;
    uint32_t bit = 1U << SGI_INTID(value);
    uint32_t must_look = 0U;

    ticket_acquire(&vgic_partition(vcpu)->lock);
    for (uint32_t targets = targets_of(vcpu, value); targets != 0U; targets &= targets - 1U) {
        if (make_pending(vcpus[vgic_first(targets)].state, bit, reach)) {
            must_look |= targets & (0U - targets);
        }
    }
    vgic_leave(vcpu, must_look);
}

/* What the two below cannot do. Not inlined: they need no frame of this. */
static __attribute__((noinline)) void send_any(struct vcpu_state *vcpu, uint64_t value)
{
    send(vcpu, value, 0U);
}

static inline bool is_one(uint64_t bits)
{
    return bits != 0U && (bits & (bits - 1U)) == 0U;
}

/* To one other vCPU: the same as send() does. */
static inline void send_to_one(const struct vcpu_state *vcpu, uint32_t target, uint32_t intid)
{
    const struct vcpu_config *other = &vcpu->config->partition->vcpus[target];
    bool must_look;

    ticket_acquire(&vgic_partition(vcpu)->lock);
    must_look = make_pending(other->state, 1U << intid, 0U);
    ticket_release(&vgic_partition(vcpu)->lock);
    if (must_look) {
        core_post(other->core, POST_VCPU);
    }
}

void vgic_send_sgi_group0(struct vcpu_state *vcpu, uint64_t value)
{
    send(vcpu, value, ~0U);
}

void vgic_send_sgi(struct vcpu_state *vcpu, uint64_t value)
{
    uint64_t target = value & ~SGI_INTID_FIELD;
    uint32_t intid = SGI_INTID(value);

    if (target == vcpu->vgic.self && vgic_sgi_listed(vcpu, 1U << intid)) {
        vgic_repeat_sgi(vcpu, intid);
    } else if ((target & ~vcpu->vgic.others) == 0U && is_one(target)) {
        send_to_one(vcpu, vgic_first((uint32_t)target), intid);
    } else {
        send_any(vcpu, value);
    }
}
