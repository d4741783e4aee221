/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC's life: reset, on and off a core.
 * @implements REQ-VGIC-018
 * @implements REQ-VGIC-019
 */
#include "partitions/vgic_words.h"

#define OWNED_AT_ONCE 14U /* interrupts for each step of a reset: some 60 instructions each */
#define WAKER_ASLEEP 6U   /* ProcessorSleep and ChildrenAsleep */

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
    cpu->groups_off = 0U;
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

/* The physical timer interrupt is active on the core exactly while this vCPU's is, or is pending for it. */
void vgic_load(struct vcpu_state *vcpu)
{
    struct vgic_cpu_state *cpu = &vcpu->vgic;
    uint32_t lists = gic_list_count();

    gic_load(&cpu->context);
    cpu->hcr = cpu->context.hcr;
    cpu->lists = lists < VGIC_LISTS ? lists : VGIC_LISTS;
    vgic_regroup(vcpu);
    if ((cpu->bank.held & VGIC_TIMER_BIT) != 0U) {
        gic_ppi_set_active(VGIC_TIMER, true);
    }
    vgic_sync(vcpu);
}

/* Of a partition that stops, what the list registers say is of no use: it is reset before it runs again. */
void vgic_put(struct vcpu_state *vcpu)
{
    struct vgic_cpu_state *cpu = &vcpu->vgic;
    uint32_t vcpus = 0U;

    vgic_enter(vcpu);
    if (vgic_partition(vcpu)->phase == PARTITION_RUNNING) {
        vcpus = vgic_fold(vcpu);
        if (vcpu->power == VCPU_OFF) {
            vcpus |= vgic_route_away(vcpu);
        }
    } else {
        cpu->bank.held |= VGIC_TIMER_BIT; /* perhaps: nobody looked */
    }
    vgic_leave(vcpu, vcpus & ~(1U << vcpu->config->index));
    gic_put(&cpu->context);
    cpu->context.hcr = GIC_HCR_ENABLE;
    cpu->hcr = 0U;
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
