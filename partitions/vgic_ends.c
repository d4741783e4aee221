/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ends of interrupts that stand in no list register. The hardware counts such an EOI (12.4.4, EOIcount) and does not say
 * what it was written for.
 *
 * But it is known which level of priority each interrupt runs at that the guest acknowledged: the level is active in
 * ICH_AP<m>R<n>_EL2 from the acknowledge to the EOI, and while it is, nothing else can be acknowledged at it (4.8.2). So when
 * EOIs were counted, those ended whose level is active no more, or is again, because of an interrupt that was acknowledged
 * since from a list register. Runs on the vCPU's own core.
 * @implements REQ-VGIC-033
 */
#include "partitions/vgic_words.h"

#define LEVELS (1U << VGIC_PRIORITY_BITS)

/* The group and the group priority (4.8.5) of what a list register holds, of which five bits count. */
static uint32_t level_of(uint64_t list)
{
    uint64_t vmcr = gic_vmcr_read();
    uint32_t priority = (uint32_t)((list & GIC_LR_PRIORITY_MASK) >> GIC_LR_PRIORITY_SHIFT);
    uint32_t below = ((uint32_t)(vmcr >> GIC_VMCR_POINT0_SHIFT) & GIC_VMCR_POINT_MASK) + 1U;
    uint32_t group = (list & GIC_LR_GROUP1) != 0U ? LEVELS : 0U;

    if (group != 0U && (vmcr & GIC_VMCR_COMMON) == 0U) {
        below = (uint32_t)(vmcr >> GIC_VMCR_POINT1_SHIFT) & GIC_VMCR_POINT_MASK;
    }
    return group | priority >> below << below >> (8U - VGIC_PRIORITY_BITS);
}

/* What its list register showed, and would show again. */
static uint64_t list_of(const struct vgic_bank *bank, uint32_t intid)
{
    uint64_t group = (bank->group1 & vgic_bit_of(intid)) != 0U ? GIC_LR_GROUP1 : 0U;

    return vgic_kept_list(bank, intid, GIC_LR_INTID(intid) | group);
}

/* What was folded still runs, and is in no list register again. */
static bool still_runs(struct vcpu_state *self, uint32_t intid)
{
    const struct vgic_bank *bank = vgic_word_of(self, intid / 32U).bank;
    uint32_t runs = bank->active & bank->acknowledged & ~bank->listed & self->vgic.taken[bank->index];

    return (runs & vgic_bit_of(intid)) != 0U;
}

/* A level must not outlive what ran at it: the same interrupt may run at another one next, if the binary point changes. */
static void forget_levels(struct vcpu_state *self)
{
    for (uint64_t levels = self->vgic.running; levels != 0U; levels &= levels - 1U) {
        if (!still_runs(self, self->vgic.runner[__builtin_ctzll(levels)])) {
            self->vgic.running &= ~(levels & (0U - levels));
        }
    }
}

void vgic_expect_ends(struct vcpu_state *self)
{
    struct vgic_cpu_state *cpu = &self->vgic;

    cpu->split = (gic_vmcr_read() & GIC_VMCR_EOI_MODE) != 0U;
    forget_levels(self);
    for (uint32_t words = cpu->waiting.active_words | cpu->expected_words; words != 0U; words &= words - 1U) {
        uint32_t index = vgic_first(words);
        const struct vgic_bank *bank = vgic_word_of(self, index).bank;
        uint32_t bits = cpu->waiting.active[index] & bank->acknowledged;

        for (uint32_t left = bits & ~cpu->expected[index]; left != 0U; left &= left - 1U) {
            uint32_t intid = index * 32U + vgic_first(left);
            uint32_t level = level_of(list_of(bank, intid));

            cpu->running |= 1ULL << level;
            cpu->runner[level] = (uint16_t)intid;
        }
        cpu->expected[index] = bits;
    }
    cpu->expected_words = cpu->waiting.active_words;
}

/* Levels of which something was acknowledged since its list register was last looked at. */
static uint64_t levels_since(const struct vgic_cpu_state *cpu)
{
    uint64_t levels = 0U;

    for (uint32_t used = cpu->used; used != 0U; used &= used - 1U) {
        uint64_t value = gic_list_read(vgic_first(used));

        if ((value & ~cpu->list_value[vgic_first(used)] & GIC_LR_ACTIVE) != 0U) {
            levels |= 1ULL << level_of(value);
        }
    }
    return levels;
}

/* Levels at which what was running runs no more. */
static uint64_t take_ended(struct vgic_cpu_state *cpu)
{
    uint32_t stride = gic_active_read(&cpu->context);
    uint64_t ended = cpu->running & levels_since(cpu);

    for (uint64_t levels = cpu->running; levels != 0U; levels &= levels - 1U) {
        uint32_t level = (uint32_t)__builtin_ctzll(levels);
        uint32_t at = level % LEVELS * stride;

        if ((cpu->context.active[level / LEVELS][at / 32U] >> (at % 32U) & 1U) == 0U) {
            ended |= 1ULL << level;
        }
    }
    cpu->running &= ~ended;
    return ended;
}

/* At most `count` of them: an active priority that the guest itself wrote to ICC_AP<m>R<n>_EL1 ends nothing. */
static uint32_t end(struct vcpu_state *self, uint32_t count)
{
    uint32_t vcpus = 0U;

    for (uint64_t levels = take_ended(&self->vgic); levels != 0U && count != 0U; levels &= levels - 1U) {
        uint32_t intid = self->vgic.runner[__builtin_ctzll(levels)];

        if (still_runs(self, intid)) {
            self->vgic.look |= VGIC_LOOK(intid / 32U);
            vcpus |= vgic_list_settle(self, 0U, intid, 0U);
            count--;
        }
    }
    return vcpus;
}

/* What another vCPU made active while an end of it may have waited here to be counted: that end is taken, and the next one ends it. */
static void forget_requests(struct vcpu_state *self)
{
    for (uint32_t words = self->vgic.look >> VGIC_LOOK_CHANGED; words != 0U; words &= words - 1U) {
        struct vgic_bank *bank = vgic_word_of(self, vgic_first(words)).bank;

        bank->set_active &= bank->listed | ~self->vgic.taken[bank->index];
    }
}

/*
 * With EOImode 1 a write to EOIR only drops the priority, but some hardware counts it all the same; the deactivation comes as a DIR,
 * which traps. The mode is that of the last pass: what was active and unlisted then was acknowledged in it, and ends in it.
 */
uint32_t vgic_count_eois(struct vcpu_state *self)
{
    struct vgic_cpu_state *cpu = &self->vgic;
    uint64_t hcr = gic_hcr_read();
    uint32_t count = (uint32_t)((hcr & GIC_HCR_EOICOUNT_MASK) >> GIC_HCR_EOICOUNT_SHIFT);
    uint32_t vcpus = 0U;

    if (count != 0U) {
        gic_hcr_write(cpu->hcr);
    }
    if (count != 0U && ((hcr & GIC_HCR_TDIR) == 0U || !cpu->split)) {
        vcpus = end(self, count);
    }
    forget_requests(self);
    return vcpus;
}
