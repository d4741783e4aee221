/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An active interrupt keeps the priority and the group that it was acknowledged with, whatever the guest writes meanwhile: they
 * decide whether its EOI ends it (12.4.6), and what preempts it (4.8). IPRIORITYR and IGROUPR read as written, and are
 * what counts again when it is active no more. Until then it is one of the bank's `kept`. [lock]
 * @implements REQ-VGIC-034
 */
#include "partitions/vgic_words.h"

/* Bit 0 of each byte as bits 0 to 3. */
static uint32_t gather_bytes(uint32_t value)
{
    return ((value & 0x01010101U) * 0x10204080U) >> 28;
}

void vgic_set_planes(struct vgic_bank *bank, uint32_t first, uint32_t mask, uint32_t value)
{
    for (uint32_t n = 0U; n < VGIC_PRIORITY_BITS; n++) {
        uint32_t bits = gather_bytes(value >> (7U - n)) & mask;

        bank->planes[n] = (bank->planes[n] & ~(mask << first)) | bits << first;
    }
}

uint32_t vgic_priorities(const struct vgic_bank *bank, uint32_t first, uint32_t size)
{
    uint32_t value = 0U;

    for (uint32_t n = 0U; n < size; n++) {
        value |= (uint32_t)(bank->priority[first + n] & VGIC_PRIORITY_MASK) << (n * 8U);
    }
    return value;
}

uint32_t vgic_kept_priority(const struct vgic_bank *bank, uint32_t intid)
{
    uint32_t priority = 0U;

    for (uint32_t n = 0U; n < VGIC_PRIORITY_BITS; n++) {
        priority |= (bank->planes[n] >> (intid % 32U) & 1U) << (7U - n);
    }
    return priority;
}

uint64_t vgic_kept_list(const struct vgic_bank *bank, uint32_t intid, uint64_t list)
{
    uint64_t other = (bank->priority[intid % 32U] & VGIC_OTHER_GROUP) != 0U ? GIC_LR_GROUP1 : 0U;

    return ((list & ~GIC_LR_PRIORITY_MASK) ^ other) | GIC_LR_PRIORITY(vgic_kept_priority(bank, intid));
}

void vgic_keep(struct vgic_bank *bank, uint32_t intid, uint64_t list)
{
    uint32_t n = intid % 32U;
    uint32_t priority = (uint32_t)((list & GIC_LR_PRIORITY_MASK) >> GIC_LR_PRIORITY_SHIFT);
    bool other = ((list & GIC_LR_GROUP1) != 0U) != ((bank->group1 & 1U << n) != 0U);

    if (priority != bank->priority[n] || other) {
        bank->kept |= 1U << n;
        bank->priority[n] |= other ? VGIC_OTHER_GROUP : 0U;
        vgic_set_planes(bank, n, 1U, priority);
    }
}

void vgic_keep_none(struct vgic_bank *bank, uint32_t bits)
{
    bits &= bank->kept;
    bank->kept &= ~bits;
    for (uint32_t left = bits; left != 0U;) { /* four at a time */
        uint32_t first = vgic_first(left) & ~3U;

        vgic_set_planes(bank, first, left >> first & 0xfU, vgic_priorities(bank, first, 4U));
        left &= ~(0xfU << first);
    }
    for (; bits != 0U; bits &= bits - 1U) {
        bank->priority[vgic_first(bits)] &= VGIC_PRIORITY_MASK;
    }
}
