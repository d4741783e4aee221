/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Affinity routing of shared interrupts: GICD_IROUTER<n> (12.9.22). A vCPU's affinity is its index, in Aff0.
 *
 * The physical interrupt of a hardware-linked one is routed to the core of the same vCPU, so that its arrival needs
 * no second core. Called by the distributor and at reset.
 * @implements REQ-VGIC-008
 */
#include "partitions/vgic_words.h"

/* "Any participating PE" is the first that is powered; before the first is, vCPU 0. */
static uint32_t resolve(const struct partition_config *config, uint32_t route)
{
    if ((route & VGIC_ROUTE_ANY) == 0U) {
        return (route & VGIC_ROUTE_AFFINITY) < config->vcpu_count ? route & VGIC_ROUTE_AFFINITY : VGIC_NOBODY;
    }
    for (uint32_t v = 0U; v < config->vcpu_count; v++) {
        if (config->vcpus[v].state->power == VCPU_ON) {
            return v;
        }
    }
    return 0U;
}

/* Makes the routed words and the physical route say what the register says. */
static void apply(const struct partition_state *partition, uint32_t intid)
{
    const struct partition_config *config = partition->config;
    uint32_t target = resolve(config, partition->vgic.route[intid]);
    uint32_t bit = vgic_bit_of(intid);

    for (uint32_t v = 0U; v < config->vcpu_count; v++) {
        uint32_t *routed = &config->vcpus[v].state->vgic.routed[intid / 32U];

        *routed = v == target ? *routed | bit : *routed & ~bit;
    }
    if (partition->vgic.physical[intid] != 0U && target != VGIC_NOBODY) {
        gic_spi_route(partition->vgic.physical[intid], core_configs[config->vcpus[target].core].mpidr);
    }
}

void vgic_route_reset(struct partition_state *partition)
{
    const struct partition_config *config = partition->config;

    for (uint32_t i = 0U; i < config->interrupt_count; i++) {
        apply(partition, config->interrupts[i].intid);
    }
}

uint32_t vgic_route_away(struct vcpu_state *vcpu)
{
    const struct partition_config *config = vcpu->config->partition;
    uint32_t vcpus = 0U;

    for (uint32_t i = 0U; i < config->interrupt_count; i++) {
        uint32_t intid = config->interrupts[i].intid;
        struct vgic_word at = vgic_word_of(vcpu, intid / 32U);
        uint32_t bit = vgic_bit_of(intid);

        if ((config->state->vgic.route[intid] & VGIC_ROUTE_ANY) != 0U && (vcpu->vgic.routed[intid / 32U] & bit) != 0U) {
            apply(config->state, intid);
            vcpus |= vgic_touch(at, bit & vgic_live_in(&config->state->vgic, at.bank));
        }
    }
    return vcpus;
}

void vgic_route_write(struct vcpu_state *vcpu, uint32_t intid, uint32_t value)
{
    struct partition_state *partition = vgic_partition(vcpu);
    struct vgic_word at = vgic_word_of(vcpu, intid / 32U);
    uint32_t bit = vgic_bit_of(intid);
    uint32_t vcpus;

    value &= VGIC_ROUTE_ANY | VGIC_ROUTE_AFFINITY;
    if ((at.bank->owned & bit) == 0U) {
        return;
    }
    vgic_enter(vcpu);
    partition->vgic.route[intid] = value;
    apply(partition, intid);
    vcpus = vgic_touch(at, bit & vgic_live_in(&partition->vgic, at.bank));
    vgic_leave(vcpu, vcpus);
}
