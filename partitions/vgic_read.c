/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest reads of pending and active state, which may stand in a list register.
 * @implements REQ-VGIC-005
 * @implements REQ-VGIC-006
 */
#include "partitions/vgic_words.h"

/*
 * Brings the words up to date with the list registers: those of this core at once. Those of another core can only be
 * read there: it is asked to fold them, and until it has, a read gives their state as of its last fold. Takes the lock, so that
 * no bit is missed that moves between words and list registers.
 */
static uint32_t refresh(struct vgic_word at)
{
    vgic_enter(at.vcpu);
    return vgic_look_own(at.vcpu, vgic_touch(at, at.bank->listed));
}

void vgic_read_pending(uint64_t *value, struct vgic_word at)
{
    const struct vgic_bank *bank = at.bank;
    uint32_t vcpus = refresh(at);
    uint32_t pending =
        vgic_pending_in(bank) | (bank->listed & (bank->carried | bank->carried_line) & ~bank->clear_pending);

    *value = pending | vgic_link_pending(at, ~pending);
    vgic_release(at.vcpu, vcpus);
}

void vgic_read_active(uint64_t *value, struct vgic_word at)
{
    const struct vgic_bank *bank = at.bank;
    uint32_t vcpus = refresh(at);

    *value = (bank->active | bank->set_active) & ~bank->clear_active;
    vgic_release(at.vcpu, vcpus);
}
