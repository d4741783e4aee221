/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual redistributors' registers (12.10, 12.11): for each vCPU, in order, an RD frame and an SGI frame of
 * 64 KiB. No LPIs, so GICR_CTLR has no field that could be set; the rest reads as zero and ignores writes.
 * @implements REQ-VGIC-002
 * @implements REQ-VGIC-009
 */
#include "partitions/vgic_words.h"

#define STRIDE 0x20000U
#define SGI_FRAME 0x10000U
#define SGI_BANKS 0x10080U /* as in the distributor */
#define SGI_WORDS_END 0x10400U
#define SGI_BANKS_END 0x10d00U
#define GICR_IIDR 0x0004U
#define GICR_TYPER 0x0008U
#define GICR_WAKER 0x0014U
#define GICR_PIDR2 0xffe8U

#define TYPER_LAST (1U << 4)
#define TYPER_NUMBER_SHIFT 8U
#define TYPER_AFFINITY_SHIFT 32U
#define WAKER_PROCESSOR_SLEEP (1U << 1)
#define WAKER_CHILDREN_ASLEEP (1U << 2)

/* Affinity and processor number are the vCPU's index (12.11.35). */
static uint64_t type_of(const struct vcpu_state *owner)
{
    uint64_t index = owner->config->index;
    uint64_t last = index + 1U == owner->config->partition->vcpu_count ? TYPER_LAST : 0U;

    return index << TYPER_AFFINITY_SHIFT | index << TYPER_NUMBER_SHIFT | last;
}

/* The vCPU whose frames the offset is in, or NULL. */
static struct vcpu_state *owner_of(const struct vcpu_state *vcpu, uint64_t offset)
{
    const struct partition_config *partition = vcpu->config->partition;

    return offset / STRIDE < partition->vcpu_count ? partition->vcpus[offset / STRIDE].state : NULL;
}

static uint32_t read_word(const struct vcpu_state *owner, uint32_t offset)
{
    switch (offset) {
    case GICR_IIDR:
        return VGIC_IIDR;
    case GICR_TYPER:
        return (uint32_t)type_of(owner);
    case GICR_TYPER + 4U:
        return (uint32_t)(type_of(owner) >> 32);
    case GICR_WAKER:
        return owner->vgic.waker;
    case GICR_PIDR2:
        return VGIC_PIDR2;
    default:
        return 0U;
    }
}

void vgicr_read(uint64_t *value, uint64_t offset, uint32_t size, struct vcpu_state *vcpu)
{
    struct vcpu_state *owner = owner_of(vcpu, offset);
    uint32_t within = (uint32_t)(offset % STRIDE);

    *value = 0U;
    if (owner == NULL) {
        return;
    }
    if (within - SGI_BANKS < SGI_WORDS_END - SGI_BANKS && size == 4U && vgic_word_index(within) == 0U) {
        vgic_word_read(value, within - SGI_FRAME, owner, &owner->vgic.bank);
    } else if (within - SGI_WORDS_END < SGI_BANKS_END - SGI_WORDS_END) {
        vgic_fields_read(value, within - SGI_FRAME, size, owner, false);
    } else if (size == 4U) {
        *value = read_word(owner, within);
    } else if (within == GICR_TYPER && size == 8U) {
        *value = type_of(owner);
    }
}

/* Storage, with ChildrenAsleep following at once: interrupts are delivered whatever it says (12.11.42). */
static void write_waker(struct vcpu_state *owner, uint32_t value)
{
    owner->vgic.waker = (value & WAKER_PROCESSOR_SLEEP) != 0U ? WAKER_PROCESSOR_SLEEP | WAKER_CHILDREN_ASLEEP : 0U;
}

void vgicr_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value)
{
    struct vcpu_state *owner = owner_of(vcpu, offset);
    uint32_t within = (uint32_t)(offset % STRIDE);

    if (owner == NULL) {
        return;
    }
    if (within - SGI_BANKS < SGI_WORDS_END - SGI_BANKS && size == 4U && vgic_word_index(within) == 0U) {
        vgic_word_write((uint32_t)value, within - SGI_FRAME, owner, &owner->vgic.bank);
    } else if (within - SGI_WORDS_END < SGI_BANKS_END - SGI_WORDS_END) {
        vgic_fields_write(owner, false, within - SGI_FRAME, size, (uint32_t)value);
    } else if (within == GICR_WAKER && size == 4U) {
        write_waker(owner, (uint32_t)value);
    }
}
