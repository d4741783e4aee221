/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event queue of SMMUv3 (Arm IHI 0070, 3.5, 7.2 and 7.3) and its global errors (7.5).
 * @implements REQ-DMA-006 REQ-DMA-007
 */
#include "arch/arm64/memory.h"
#include "arch/arm64/sysreg.h"
#include "include/bulkhead/trace.h"
#include "smmu/smmuv3.h"

#define RECORD_WORDS 4ULL
#define RECORD_SIZE 32U

/* Events whose address is that of a structure that could not be fetched, in word 3. */
#define F_STE_FETCH 0x03U
#define F_CD_FETCH 0x09U

static uint32_t next_position(uint32_t smmu, uint32_t position)
{
    return (position + 1U) & ((2U << smmu_configs[smmu].events_log2) - 1U);
}

/* Word 1, from its bit 32 on: of the access. The other fields are of what EL2 does not use. */
static uint32_t flags(uint32_t high)
{
    uint32_t detail = 0U;

    detail |= (high & 1U << 3) != 0U ? BULKHEAD_DMA_READ : 0U;
    detail |= (high & 1U << 2) != 0U ? BULKHEAD_DMA_INSTRUCTION : 0U;
    detail |= (high & 1U << 1) != 0U ? BULKHEAD_DMA_PRIVILEGED : 0U;
    detail |= (high & 1U << 7) != 0U ? BULKHEAD_DMA_STAGE2 : 0U;
    return detail | (high >> 8 & 3U) << BULKHEAD_DMA_CLASS_SHIFT;
}

bool smmu_next_event(uint32_t smmu, struct smmu_event *event)
{
    struct smmuv3_state *state = &smmuv3_states[smmu];
    const struct smmu_config *config = &smmu_configs[smmu];
    uint32_t mask = (2U << config->events_log2) - 1U;
    uint32_t position = state->consumed & mask;
    const volatile uint64_t *record = &config->events[RECORD_WORDS * (position & (mask >> 1))];
    uint64_t first;
    uint32_t number;

    if ((mmio_read32(smmuv3_register(smmu, SMMU_EVENTQ_PROD)) & mask) == position) {
        return false;
    }
    if (!config->coherent) {
        memory_clean_invalidate((va_t){(uint64_t)record}, RECORD_SIZE);
    }
    first = record[0];
    number = (uint32_t)first & 0xffU;
    event->stream = (uint32_t)(first >> 32);
    event->detail = number | flags((uint32_t)(record[1] >> 32));
    event->address = record[number == F_STE_FETCH || number == F_CD_FETCH ? 3U : 2U];
    dsb_sy(); /* the record has been read before the SMMU may write the next one there */
    state->consumed = (state->consumed & QUEUE_OVERFLOW) | next_position(smmu, position);
    mmio_write32(smmuv3_register(smmu, SMMU_EVENTQ_CONS), state->consumed);
    return true;
}

/* The flag was turned since the last time: events were dropped because there was no room (3.5.2). */
static bool overflowed(uint32_t smmu)
{
    struct smmuv3_state *state = &smmuv3_states[smmu];

    if (((mmio_read32(smmuv3_register(smmu, SMMU_EVENTQ_PROD)) ^ state->consumed) & QUEUE_OVERFLOW) == 0U) {
        return false;
    }
    state->consumed ^= QUEUE_OVERFLOW;
    mmio_write32(smmuv3_register(smmu, SMMU_EVENTQ_CONS), state->consumed);
    return true;
}

static void acknowledge(uint32_t smmu, uint32_t errors)
{
    mmio_write32(smmuv3_register(smmu, SMMU_GERRORN), mmio_read32(smmuv3_register(smmu, SMMU_GERRORN)) ^ errors);
}

enum smmu_trouble smmu_check(uint32_t smmu, uint64_t *more)
{
    uint32_t errors = smmuv3_errors(smmu);
    uint32_t refused = mmio_read32(smmuv3_register(smmu, SMMU_CMDQ_CONS));

    *more = errors | (uint64_t)refused << 32;
    if ((errors & ~GERROR_CMDQ) != 0U) {
        acknowledge(smmu, errors & ~GERROR_CMDQ);
        return (errors & GERROR_FAILURE_MODE) != 0U ? SMMU_FAILURE_MODE : SMMU_EVENTS_LOST;
    }
    if ((errors & GERROR_CMDQ) != 0U && smmuv3_replace_refused(smmu)) {
        return SMMU_COMMAND_ERROR;
    }
    return overflowed(smmu) ? SMMU_EVENTS_LOST : SMMU_WELL;
}
