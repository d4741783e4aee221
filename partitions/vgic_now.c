/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One interrupt that goes straight into a list register, without a look at the rest: what has just arrived, when nothing else
 * has changed and there is room. Runs on the vCPU's own core.
 * @implements REQ-VGIC-010
 * @implements REQ-VGIC-017
 */
#include "partitions/vgic_words.h"

/* The list register that an interrupt stands in, or a free one other than 0; VGIC_LISTS if there is none. */
static uint32_t find_slot(const struct vcpu_state *self, uint32_t intid, bool listed)
{
    uint32_t free = ((1U << self->vgic.lists) - 1U) & ~self->vgic.used & ~1U;

    if (!listed) {
        return free != 0U ? vgic_first(free) : VGIC_LISTS;
    }
    for (uint32_t used = self->vgic.used; used != 0U; used &= used - 1U) {
        if (vgic_key_intid(self->vgic.list_key[vgic_first(used)]) == intid) {
            return vgic_first(used);
        }
    }
    return VGIC_LISTS;
}

bool vgic_list_now(struct vcpu_state *self, uint32_t intid)
{
    struct vgic_word at = vgic_word_of(self, intid / 32U);
    uint32_t bit = vgic_bit_of(intid);
    uint32_t due = vgic_open_for(&self->vgic, at.bank) & self->vgic.routed[at.bank->index] & bit;
    uint32_t n = find_slot(self, intid, (at.bank->listed & bit) != 0U);

    if (self->vgic.look != 0U || due == 0U || n == VGIC_LISTS || intid == VGIC_TIMER ||
        (at.bank->active & ~at.bank->listed & bit) != 0U) { /* active elsewhere, or here without a list register */
        return false;
    }
    if ((at.bank->listed & bit) == 0U) {
        vgic_list_place(self, n, intid);
        return true;
    }
    (void)vgic_list_fold(self, n, gic_list_read(n)); /* it is routed here, so this concerns nobody else */
    vgic_list_place(self, n, intid);
    vgic_choose_took(self, intid);
    return true;
}

/* The first time since the last fold: a list register of its own. */
static bool list_sgi(struct vcpu_state *self, uint32_t intid)
{
    struct vgic_word at = vgic_word_of(self, 0U);
    uint32_t bit = 1U << intid;
    uint32_t n = find_slot(self, intid, false);

    if (n == VGIC_LISTS || ((at.bank->active | at.bank->listed) & bit) != 0U || self->vgic.look != 0U ||
        (vgic_open_for(&self->vgic, at.bank) & bit) == 0U) {
        return false;
    }
    vgic_list_place(self, n, intid);
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
