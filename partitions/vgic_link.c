/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical interrupts behind hardware-linked virtual ones.
 *
 * EL2 acknowledges a physical interrupt and leaves it active; `held` says so while no hardware list register will
 * deactivate it. It is enabled exactly while the guest has the virtual one enabled (the timer's: while the vCPU is
 * on its core), so the physical distributor keeps what arrives in between.
 * @implements REQ-VGIC-020
 * @implements REQ-VGIC-021
 */
#include "arch/arm64/core.h"
#include "partitions/vgic_words.h"

static uint32_t physical_of(struct vgic_word at, uint32_t n)
{
    return vgic_partition(at.vcpu)->vgic.physical[at.bank->index * 32U + n];
}

void vgic_link_enable(struct vgic_word at, uint32_t bits)
{
    gic_spi_enable_word(at.bank->index, bits & at.bank->same);
    for (bits &= at.bank->hardware & ~at.bank->same; bits != 0U; bits &= bits - 1U) {
        gic_spi_enable(physical_of(at, vgic_first(bits)));
    }
}

void vgic_link_disable(struct vgic_word at, uint32_t bits)
{
    gic_spi_disable_word(at.bank->index, bits & at.bank->same);
    for (bits &= at.bank->hardware & ~at.bank->same; bits != 0U; bits &= bits - 1U) {
        gic_spi_disable(physical_of(at, vgic_first(bits)));
    }
}

/* Back to the physical controller: a level shows there by itself, an edge is made pending again. */
static void hand_back(struct vgic_word at, uint32_t bit)
{
    if ((at.bank->edge & bit) == 0U) {
        at.bank->line &= ~bit;
    } else if ((at.bank->latched & bit) != 0U) {
        gic_spi_set_pending(physical_of(at, vgic_first(bit)));
        at.bank->latched &= ~bit;
    }
}

/*
 * Two kinds end here: what is neither pending nor active any more, and what is pending but disabled: the disabled
 * physical interrupt goes on following its line, and the guest sees it there (vgic_link_pending()).
 */
void vgic_link_settle(struct vgic_word at, uint32_t bits)
{
    struct vgic_bank *bank = at.bank;

    bits &= bank->held & ~bank->listed & ~bank->active & (~bank->enabled | ~vgic_pending_in(bank));
    bank->held &= ~bits;
    for (; bits != 0U; bits &= bits - 1U) {
        hand_back(at, bits & (0U - bits));
        gic_deactivate(physical_of(at, vgic_first(bits)));
    }
}

uint32_t vgic_link_pending(struct vgic_word at, uint32_t bits)
{
    uint32_t pending = 0U;

    if (at.bank->index == 0U) {
        bool readable = this_core()->current == at.vcpu && (bits & at.bank->hardware & VGIC_TIMER_BIT) != 0U;

        return readable && gic_ppi_pending(VGIC_TIMER) ? VGIC_TIMER_BIT : 0U;
    }
    for (bits &= at.bank->hardware; bits != 0U; bits &= bits - 1U) {
        pending |= gic_spi_pending(physical_of(at, vgic_first(bits))) ? bits & (0U - bits) : 0U;
    }
    return pending;
}

void vgic_link_clear_pending(struct vgic_word at, uint32_t bits)
{
    if (at.bank->index == 0U) {
        return;
    }
    for (bits &= at.bank->hardware & at.bank->edge; bits != 0U; bits &= bits - 1U) {
        gic_spi_clear_pending(physical_of(at, vgic_first(bits)));
    }
}

void vgic_link_timer(struct vcpu_state *self)
{
    bool enabled = (self->vgic.bank.enabled & VGIC_TIMER_BIT) != 0U;

    if (enabled == self->vgic.timer_on) {
        return;
    }
    self->vgic.timer_on = enabled;
    if (enabled) {
        gic_ppi_enable(VGIC_TIMER);
    } else {
        gic_ppi_disable(VGIC_TIMER);
    }
}
