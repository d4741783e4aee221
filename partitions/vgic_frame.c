/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Register decode that the distributor (12.9) and the SGI frame of a redistributor (12.11) share: the same banks at
 * the same offsets, word 0 in the redistributor, the rest in the distributor. What a frame does not have reads as
 * zero and ignores writes.
 * @implements REQ-VGIC-002
 */
#include "partitions/vgic_words.h"

#define IPRIORITYR 0x400U
#define IPRIORITYR_SIZE 0x400U
#define ICFGR 0xc00U
#define ICFGR_SIZE 0x100U

/* Word 0 is the redistributor's alone, because affinity routing is always on (12.9.7 and others). */
static bool has_word(bool shared, uint32_t index)
{
    return shared ? index != 0U && index < VGIC_WORDS : index == 0U;
}

void vgic_word_read(uint64_t *value, uint32_t offset, struct vcpu_state *vcpu, struct vgic_bank *bank)
{
    uint32_t reg = offset / 0x80U;

    if (reg - VGIC_ISENABLER <= VGIC_ICENABLER - VGIC_ISENABLER) {
        *value = bank->enabled;
    } else if (reg == VGIC_IGROUPR) {
        *value = bank->group1;
    } else if (reg - VGIC_ISPENDR <= VGIC_ICPENDR - VGIC_ISPENDR) {
        vgic_read_pending(value, (struct vgic_word){vcpu, bank});
    } else {
        vgic_read_active(value, (struct vgic_word){vcpu, bank});
    }
}

void vgic_word_write(uint32_t value, uint32_t offset, struct vcpu_state *vcpu, struct vgic_bank *bank)
{
    if (offset / 0x80U == VGIC_ISENABLER) {
        vgic_enable(value, vcpu, bank);
    } else {
        vgic_change((struct vgic_word){vcpu, bank}, offset / 0x80U, value);
    }
}

/* Bits n as bits 2n+1 (12.9.9). */
static uint32_t spread_triggers(uint32_t value)
{
    value = (value | value << 8) & 0x00ff00ffU;
    value = (value | value << 4) & 0x0f0f0f0fU;
    value = (value | value << 2) & 0x33333333U;
    value = (value | value << 1) & 0x55555555U;
    return value << 1;
}

/* Byte and word accesses only (12.1.3). */
static bool is_priority(uint32_t offset, uint32_t size)
{
    return offset - IPRIORITYR < IPRIORITYR_SIZE && (size == 1U || size == 4U);
}

void vgic_fields_read(uint64_t *value, uint32_t offset, uint32_t size, struct vcpu_state *vcpu, bool shared)
{
    *value = 0U;
    if (is_priority(offset, size) && has_word(shared, (offset - IPRIORITYR) / 32U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - IPRIORITYR) / 32U);

        *value = vgic_priorities(at.bank, offset % 32U, size);
    } else if (offset - ICFGR < ICFGR_SIZE && size == 4U && has_word(shared, (offset - ICFGR) / 8U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - ICFGR) / 8U);

        *value = spread_triggers(at.bank->edge >> ((offset & 4U) * 4U) & 0xffffU);
    }
}

void vgic_fields_write(struct vcpu_state *vcpu, bool shared, uint32_t offset, uint32_t size, uint32_t value)
{
    if (is_priority(offset, size) && has_word(shared, (offset - IPRIORITYR) / 32U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - IPRIORITYR) / 32U);

        vgic_set_priority(at, offset % 32U, size, value);
    } else if (offset - ICFGR < ICFGR_SIZE && size == 4U && has_word(shared, (offset - ICFGR) / 8U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - ICFGR) / 8U);

        vgic_set_trigger(at, (offset / 4U) & 1U, value);
    }
}
