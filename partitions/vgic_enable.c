/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ISENABLER (12.9.26), which drivers write often: compiled for speed, unlike the other writes (vgic_change.c).
 * @implements REQ-VGIC-003
 */
#include "partitions/vgic_words.h"

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
