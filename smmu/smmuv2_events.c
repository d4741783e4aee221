/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of SMMUv2 (Arm IHI 0062, 3.12 and 10.8): each context bank holds one, and one stands for all streams that have none.
 * What comes while one stands there is lost but for a flag. They become the events that SMMUv3 would have recorded.
 * @implements REQ-DMA-014
 */
#include "include/bulkhead/trace.h"
#include "smmu/smmuv2.h"

/* sGFSR (10.6.14). */
#define GFSR_STREAM_FAULTS 0x6U /* USF, SMCF */
#define GFSR_OTHERS 0x1f8U
#define FSR_FAULTS 0x1feU
#define FSR_MULTI (1U << 31)
#define SYNR0_WNR 4U
#define FSR_TRANSLATION (1U << 1)
#define FSR_ACCESS (1U << 2)
#define FSR_PERMISSION (1U << 3)
#define FSR_EXTERNAL (1U << 4)

#define EXTERNAL_ABORT 0x0bU /* F_WALK_EABT */
#define CONFLICT 0x20U       /* F_TLB_CONFLICT, and what is none of the rest */
#define CLASS_INPUT (2U << BULKHEAD_DMA_CLASS_SHIFT)

static uint32_t number_of(uint32_t fsr)
{
    if ((fsr & FSR_TRANSLATION) != 0U) {
        return BULKHEAD_DMA_TRANSLATION;
    }
    if ((fsr & FSR_PERMISSION) != 0U) {
        return BULKHEAD_DMA_PERMISSION;
    }
    if ((fsr & FSR_ACCESS) != 0U) {
        return BULKHEAD_DMA_ACCESS;
    }
    return (fsr & FSR_EXTERNAL) != 0U ? EXTERNAL_ABORT : CONFLICT;
}

/* FSYNR0 (10.8.9), and sGFSYNR0 with WNR, PNU and IND at 1 to 3. */
static uint32_t flags(uint32_t syndrome, uint32_t lowest)
{
    uint32_t detail = (syndrome >> lowest & 1U) != 0U ? 0U : BULKHEAD_DMA_READ;

    detail |= (syndrome >> (lowest + 1U) & 1U) != 0U ? BULKHEAD_DMA_PRIVILEGED : 0U;
    return detail | ((syndrome >> (lowest + 2U) & 1U) != 0U ? BULKHEAD_DMA_INSTRUCTION : 0U);
}

static bool next_of_bank(uint32_t smmu, uint32_t bank, struct smmu_event *event)
{
    uint64_t status = smmuv2_bank(smmu, bank, SMMU_CB_FSR);
    uint32_t fsr = mmio_read32(status);

    if ((fsr & FSR_FAULTS) == 0U) {
        return false;
    }
    event->stream = mmio_read32(smmuv2_global1(smmu, SMMU_CBFRSYNRA(bank))) & 0xffffU;
    event->address = mmio_read64(smmuv2_bank(smmu, bank, SMMU_CB_FAR));
    event->detail = number_of(fsr) | BULKHEAD_DMA_STAGE2 | CLASS_INPUT |
                    flags(mmio_read32(smmuv2_bank(smmu, bank, SMMU_CB_FSYNR0)), SYNR0_WNR);
    smmuv2_states[smmu].lost = smmuv2_states[smmu].lost || (fsr & FSR_MULTI) != 0U;
    mmio_write32(status, fsr); /* what is written with 1 is cleared */
    return true;
}

/* Streams that are blocked: no group, or one that says fault. */
static bool next_of_all(uint32_t smmu, struct smmu_event *event)
{
    uint32_t status = mmio_read32(smmuv2_global(smmu, SMMU_SGFSR));

    if ((status & (GFSR_STREAM_FAULTS | 1U)) == 0U) {
        return false;
    }
    event->stream = mmio_read32(smmuv2_global(smmu, SMMU_SGFSYNR1)) & 0xffffU;
    event->address = mmio_read64(smmuv2_global(smmu, SMMU_SGFAR));
    event->detail = BULKHEAD_DMA_STREAM_BLOCKED | flags(mmio_read32(smmuv2_global(smmu, SMMU_SGFSYNR0)), 1U);
    mmio_write32(smmuv2_global(smmu, SMMU_SGFSR), status & (GFSR_STREAM_FAULTS | 1U));
    return true;
}

bool smmu_next_event(uint32_t smmu, struct smmu_event *event)
{
    if (next_of_all(smmu, event)) {
        return true;
    }
    for (uint32_t p = 0U; p < partition_count; p++) {
        for (uint32_t s = 0U; s < partition_configs[p].stream_count; s++) {
            const struct stream_config *stream = &partition_configs[p].streams[s];

            if (stream->smmu == smmu && next_of_bank(smmu, stream->slot, event)) {
                return true;
            }
        }
    }
    return false;
}

/* More faults than the registers hold, and what an access of EL2's own has caused. */
enum smmu_trouble smmu_check(uint32_t smmu, uint64_t *more)
{
    uint32_t status = mmio_read32(smmuv2_global(smmu, SMMU_SGFSR));

    *more = status;
    if ((status & (FSR_MULTI | GFSR_OTHERS)) == 0U && !smmuv2_states[smmu].lost) {
        return SMMU_WELL;
    }
    smmuv2_states[smmu].lost = false;
    mmio_write32(smmuv2_global(smmu, SMMU_SGFSR), status & (FSR_MULTI | GFSR_OTHERS));
    return (status & GFSR_OTHERS) != 0U ? SMMU_FAILURE_MODE : SMMU_EVENTS_LOST;
}
