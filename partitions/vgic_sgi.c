/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SGIs between the vCPUs of one partition: ICC_SGI1R_EL1, ICC_SGI0R_EL1, ICC_ASGI1R_EL1 (12.2.12 and on).
 * @implements REQ-VGIC-016
 * @implements REQ-VGIC-017
 */
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
 * A group 1 register reaches SGIs of either group, a group 0 one those of group 0 (4.6, one security state). An SGI
 * that is pending already stays so; whoever made it pending has posted.
 */
static bool make_pending(struct vcpu_state *target, uint32_t bit, bool group1)
{
    struct vgic_bank *bank = &target->vgic.bank;

    if ((!group1 && (bank->group1 & bit) != 0U) || (bank->latched & bit) != 0U) {
        return false;
    }
    bank->latched |= bit;
    return (vgic_open_in(&vgic_partition(target)->vgic, bank) & bit) != 0U;
}

/* To others, or what the fast path below cannot do. Not inlined: that one has no frame of this. */
static __attribute__((noinline)) void send_slowly(struct vcpu_state *vcpu, uint64_t value, bool group1)
{
    const struct partition_config *partition = vcpu->config->partition;
    uint32_t intid = SGI_INTID(value);
    uint32_t vcpus = 0U;

    vgic_enter(vcpu);
    for (uint32_t targets = targets_of(vcpu, value); targets != 0U; targets &= targets - 1U) {
        struct vcpu_state *target = partition->vcpus[vgic_first(targets)].state;

        if (make_pending(target, 1U << intid, group1)) {
            target->vgic.look |= 1U;
            vcpus |= targets & (0U - targets);
        }
    }
    vgic_leave(vcpu, vcpus);
}

void vgic_send_sgi(struct vcpu_state *vcpu, uint64_t value, bool group1)
{
    bool to_self = (value & ~SGI_INTID_FIELD) == 1ULL << vcpu->config->index;

    if (!group1 || !to_self || !vgic_list_sgi(vcpu, SGI_INTID(value))) {
        send_slowly(vcpu, value, group1);
    }
}
