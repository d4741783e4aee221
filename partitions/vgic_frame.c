/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Register decode that the distributor (12.9) and the SGI frame of a redistributor (12.11) share: the same banks at
 * the same offsets, word 0 in the redistributor, the rest in the distributor. What a frame does not have reads as
 * zero and ignores writes.
 * @implements REQ-VGIC-002
 */
#include "partitions/vgic_words.h"

/* Banks of one bit for each interrupt: offset / 0x80. */
#define IGROUPR 1U
#define ISENABLER 2U
#define ICENABLER 3U
#define ISPENDR 4U
#define ICPENDR 5U
#define ISACTIVER 6U
#define ICACTIVER 7U
#define IPRIORITYR 0x400U
#define IPRIORITYR_SIZE 0x400U
#define ICFGR 0xc00U
#define ICFGR_SIZE 0x100U

/* Word 0 is the redistributor's alone, because affinity routing is always on (12.9.7 and others). */
static bool has_word(bool shared, uint32_t index)
{
    return shared ? index != 0U && index < VGIC_WORDS : index == 0U;
}

static uint32_t read_bits(struct vgic_word at, uint32_t reg)
{
    switch (reg) {
    case IGROUPR:
        return at.bank->group1;
    case ISENABLER:
    case ICENABLER:
        return at.bank->enabled;
    case ISPENDR:
    case ICPENDR:
        return vgic_read_pending(at);
    case ISACTIVER:
    case ICACTIVER:
        return vgic_read_active(at);
    default:
        return 0U;
    }
}

static void write_bits(struct vgic_word at, uint32_t reg, uint32_t value)
{
    switch (reg) {
    case IGROUPR:
        vgic_set_group(at, value);
        break;
    case ISENABLER:
        vgic_enable(at, value);
        break;
    case ICENABLER:
        vgic_disable(at, value);
        break;
    case ISPENDR:
        vgic_set_pending(at, value);
        break;
    case ICPENDR:
        vgic_clear_pending(at, value);
        break;
    case ISACTIVER:
        vgic_set_active(at, value);
        break;
    case ICACTIVER:
        vgic_clear_active(at, value);
        break;
    default:
        break;
    }
}

static uint32_t read_priority(struct vgic_word at, uint32_t first, uint32_t size)
{
    uint32_t value = 0U;

    for (uint32_t n = 0U; n < size; n++) {
        value |= (uint32_t)at.bank->priority[first + n] << (n * 8U);
    }
    return value;
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

uint32_t vgic_frame_read(struct vcpu_state *vcpu, bool shared, uint32_t offset, uint32_t size)
{
    if (offset < IPRIORITYR && size == 4U && has_word(shared, (offset & 0x7fU) / 4U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset & 0x7fU) / 4U);

        return read_bits(at, offset / 0x80U);
    }
    if (is_priority(offset, size) && has_word(shared, (offset - IPRIORITYR) / 32U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - IPRIORITYR) / 32U);

        return read_priority(at, offset % 32U, size);
    }
    if (offset - ICFGR < ICFGR_SIZE && size == 4U && has_word(shared, (offset - ICFGR) / 8U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - ICFGR) / 8U);

        return spread_triggers(at.bank->edge >> ((offset & 4U) * 4U) & 0xffffU);
    }
    return 0U;
}

void vgic_frame_write(struct vcpu_state *vcpu, bool shared, uint32_t offset, uint32_t size, uint32_t value)
{
    if (offset < IPRIORITYR && size == 4U && has_word(shared, (offset & 0x7fU) / 4U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset & 0x7fU) / 4U);

        write_bits(at, offset / 0x80U, value);
    } else if (is_priority(offset, size) && has_word(shared, (offset - IPRIORITYR) / 32U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - IPRIORITYR) / 32U);

        vgic_set_priority(at, offset % 32U, size, value);
    } else if (offset - ICFGR < ICFGR_SIZE && size == 4U && has_word(shared, (offset - ICFGR) / 8U)) {
        struct vgic_word at = vgic_word_of(vcpu, (offset - ICFGR) / 8U);

        vgic_set_trigger(at, (offset / 4U) & 1U, value);
    }
}
