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

/* Word by word, so that it is bounded; the physical routes follow (vgic_route_settle). */
uint32_t vgic_route_away(struct vcpu_state *vcpu)
{
    const struct partition_config *config = vcpu->config->partition;
    struct vgic_state *vgic = &config->state->vgic;
    uint32_t target = resolve(config, VGIC_ROUTE_ANY);
    uint32_t vcpus = 0U;

    for (uint32_t index = 1U; index < VGIC_WORDS && target != vcpu->config->index; index++) {
        uint32_t moved = vgic->route_any[index] & vcpu->vgic.routed[index];
        struct vgic_word at = vgic_word_of(vcpu, index);

        if (moved != 0U) {
            vcpu->vgic.routed[index] &= ~moved;
            config->vcpus[target].state->vgic.routed[index] |= moved;
            vcpu->vgic.reroute |= 1U << index;
            vcpus |= vgic_touch(at, moved & vgic_live_in(vgic, at.bank));
        }
    }
    return vcpus;
}

/* To wherever they are routed now, which may be elsewhere again. */
static void reroute_word(const struct partition_config *config, const struct vcpu_state *from, uint32_t index)
{
    const struct vgic_state *vgic = &config->state->vgic;
    uint32_t movable = vgic->route_any[index] & vgic->bank[index].hardware & ~from->vgic.routed[index];

    for (uint32_t v = 0U; v < config->vcpu_count; v++) {
        uint32_t bits = movable & config->vcpus[v].state->vgic.routed[index];

        for (; bits != 0U; bits &= bits - 1U) {
            gic_spi_route(vgic->physical[index * 32U + vgic_first(bits)], core_configs[config->vcpus[v].core].mpidr);
        }
    }
}

bool vgic_route_settle(struct vcpu_state *vcpu)
{
    uint32_t words;

    vgic_enter(vcpu);
    words = vcpu->vgic.reroute;
    vcpu->vgic.reroute = words & (words - 1U);
    if (words != 0U) {
        reroute_word(vcpu->config->partition, vcpu, vgic_first(words));
    }
    vgic_leave(vcpu, 0U);
    return (words & (words - 1U)) != 0U;
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
    partition->vgic.route_any[intid / 32U] &= ~bit;
    partition->vgic.route_any[intid / 32U] |= (value & VGIC_ROUTE_ANY) != 0U ? bit : 0U;
    vgic_forget(at);
    apply(partition, intid);
    vcpus = vgic_touch(at, bit & vgic_live_in(&partition->vgic, at.bank));
    vgic_leave(vcpu, vcpus);
}
