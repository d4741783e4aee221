/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMMUv3: from whatever the boot loader has left to "on, and every stream blocked" (Arm IHI 0070, 3.11 and 6.3.9).
 * @implements REQ-DMA-001 REQ-DMA-002 REQ-DMA-003
 */
#include "smmu/smmuv3.h"

#define PATIENCE 100000U /* reads of a register that should change at once */

/* CR1: tables and queues, inner shareable and write-back, or non-cacheable (6.3.11). */
#define CR1_COHERENT 0xd75U
#define CR1_NOT_COHERENT 0U
/* CR2: broadcast invalidations of the cores mean nothing here (PTM), streams out of range are events (RECINVSID). */
#define CR2_VALUE ((1U << 2) | (1U << 1))
#define IRQ_CTRL_VALUE ((1U << 2) | (1U << 0)) /* events, global errors */
#define BASE_RA (1ULL << 62)                   /* read or write allocate */
#define TABLE_TWO_LEVELS (1U << 16)            /* STRTAB_BASE_CFG.FMT */

#define FIELD(value, shift, bits) (((value) >> (shift)) & ((1U << (bits)) - 1U))

struct smmuv3_state smmuv3_states[MAX_SMMUS];

static uint32_t read32(uint32_t smmu, uint32_t offset)
{
    return mmio_read32(smmuv3_register(smmu, offset));
}

static bool wait_for(uint32_t smmu, uint32_t offset, uint32_t mask, uint32_t value)
{
    for (uint32_t n = 0U; n < PATIENCE; n++) {
        if ((read32(smmu, offset) & mask) == value) {
            return true;
        }
    }
    return false;
}

/* What is not looked up is aborted: from here on without the SMMU, later without a table (6.3.14). */
static bool abort_bypass(uint32_t smmu)
{
    if (!wait_for(smmu, SMMU_GBPA, GBPA_UPDATE, 0U)) {
        return false;
    }
    mmio_write32(smmuv3_register(smmu, SMMU_GBPA), GBPA_UPDATE | GBPA_ABORT);
    return wait_for(smmu, SMMU_GBPA, GBPA_UPDATE | GBPA_ABORT, GBPA_ABORT);
}

/* Of the bits that this SMMU has (6.3.10). */
static bool control(uint32_t smmu, uint32_t value)
{
    mmio_write32(smmuv3_register(smmu, SMMU_CR0), value);
    return wait_for(smmu, SMMU_CR0ACK, CR0_SMMUEN | CR0_EVENTQEN | CR0_CMDQEN | CR0_ATSCHK, value);
}

static bool interrupts(uint32_t smmu, uint32_t value)
{
    mmio_write32(smmuv3_register(smmu, SMMU_IRQ_CTRL), value);
    return wait_for(smmu, SMMU_IRQ_CTRLACK, IRQ_CTRL_VALUE, value);
}

struct difference {
    const char *what;
    uint32_t found;
    uint32_t expected;
    bool wrong;
};

/* Bits of a physical address (IDR5.OAS). */
static uint32_t output_bits(uint32_t size)
{
    static const uint8_t bits[] = {32U, 36U, 40U, 42U, 44U, 48U, 52U, 56U};

    return bits[size];
}

/* What the tables of the config compiler rely on (6.3.1 to 6.3.6). */
static const char *check(uint32_t smmu, uint64_t *found, uint64_t *expected)
{
    const struct smmu_config *config = &smmu_configs[smmu];
    uint32_t idr0 = read32(smmu, SMMU_IDR0);
    uint32_t idr1 = read32(smmu, SMMU_IDR1);
    uint32_t idr5 = read32(smmu, SMMU_IDR5);
    uint32_t levels = FIELD(idr0, 27U, 2U);
    uint32_t oas = output_bits(FIELD(idr5, 0U, 3U));
    const struct difference differences[] = {
        {"stage 2 (IDR0.S2P)", idr0 & 1U, 1U, (idr0 & 1U) == 0U},
        {"AArch64 tables (IDR0.TTF)", FIELD(idr0, 2U, 2U), 2U, (FIELD(idr0, 2U, 2U) & 2U) == 0U},
        {"coherent walks (IDR0.COHACC)", 0U, 1U, config->coherent && FIELD(idr0, 4U, 1U) == 0U},
        {"little-endian tables (IDR0.TTENDIAN)", FIELD(idr0, 21U, 2U), 2U, FIELD(idr0, 21U, 2U) == 3U},
        {"faults that end (IDR0.STALL_MODEL)", FIELD(idr0, 24U, 2U), 1U, FIELD(idr0, 24U, 2U) == 2U},
        {"two-level stream table (IDR0.ST_LEVEL)", levels, 1U,
         (config->table_config & TABLE_TWO_LEVELS) != 0U && levels == 0U},
        {"tables at any address (IDR1.TABLES_PRESET, QUEUES_PRESET)", FIELD(idr1, 29U, 2U), 0U,
         FIELD(idr1, 29U, 2U) != 0U},
        {"StreamID bits (IDR1.SIDSIZE)", FIELD(idr1, 0U, 6U), config->id_bits, FIELD(idr1, 0U, 6U) < config->id_bits},
        {"command queue (IDR1.CMDQS)", FIELD(idr1, 21U, 5U), config->commands_log2,
         FIELD(idr1, 21U, 5U) < config->commands_log2},
        {"event queue (IDR1.EVENTQS)", FIELD(idr1, 16U, 5U), config->events_log2,
         FIELD(idr1, 16U, 5U) < config->events_log2},
        {"address bits (IDR5.OAS)", oas, config->output_bits, oas < config->output_bits},
        {"4 KiB granule (IDR5.GRAN4K)", FIELD(idr5, 4U, 1U), 1U, FIELD(idr5, 4U, 1U) == 0U},
    };

    for (uint32_t n = 0U; n < sizeof(differences) / sizeof(differences[0]); n++) {
        if (differences[n].wrong) {
            *found = differences[n].found;
            *expected = differences[n].expected;
            return differences[n].what;
        }
    }
    return NULL;
}

/* Before the SMMU looks: an image that was left in memory by an earlier run may have streams attached. */
static void detach_all(uint32_t smmu)
{
    for (uint32_t p = 0U; p < partition_count; p++) {
        const struct partition_config *partition = &partition_configs[p];

        for (uint32_t s = 0U; s < partition->stream_count; s++) {
            if (partition->streams[s].smmu == smmu) {
                *(volatile uint64_t *)partition->streams[s].entry = 0U;
                smmuv3_publish(smmu, partition->streams[s].entry, 64U);
            }
        }
    }
}

/* Nothing is enabled: the registers may be written (6.3.24 on). No message-signalled interrupts: wired ones. */
static void point_to_tables(uint32_t smmu)
{
    const struct smmu_config *config = &smmu_configs[smmu];

    smmuv3_publish(smmu, config->events, 32ULL << config->events_log2);
    mmio_write32(smmuv3_register(smmu, SMMU_CR1), config->coherent ? CR1_COHERENT : CR1_NOT_COHERENT);
    mmio_write32(smmuv3_register(smmu, SMMU_CR2), CR2_VALUE);
    mmio_write64(smmuv3_register(smmu, SMMU_STRTAB_BASE), config->table);
    mmio_write32(smmuv3_register(smmu, SMMU_STRTAB_BASE_CFG), config->table_config);
    mmio_write64(smmuv3_register(smmu, SMMU_CMDQ_BASE), (uint64_t)config->commands | BASE_RA | config->commands_log2);
    mmio_write32(smmuv3_register(smmu, SMMU_CMDQ_PROD), 0U);
    mmio_write32(smmuv3_register(smmu, SMMU_CMDQ_CONS), 0U);
    mmio_write64(smmuv3_register(smmu, SMMU_EVENTQ_BASE), (uint64_t)config->events | BASE_RA | config->events_log2);
    mmio_write32(smmuv3_register(smmu, SMMU_EVENTQ_PROD), 0U);
    mmio_write32(smmuv3_register(smmu, SMMU_EVENTQ_CONS), 0U);
    mmio_write64(smmuv3_register(smmu, SMMU_GERROR_IRQ_CFG0), 0U);
    mmio_write64(smmuv3_register(smmu, SMMU_EVENTQ_IRQ_CFG0), 0U);
    mmio_write32(smmuv3_register(smmu, SMMU_GERRORN), read32(smmu, SMMU_GERROR)); /* an earlier user's */
}

static bool synchronise(uint32_t smmu)
{
    struct smmu_ticket ticket;

    smmu_begin(smmu, &ticket);
    if (!smmuv3_forget_all(smmu) || !smmu_sync(smmu, &ticket)) {
        return false;
    }
    for (uint32_t n = 0U; n < PATIENCE; n++) {
        enum smmu_answer answer = smmu_sync_poll(smmu, &ticket);

        if (answer != SMMU_BUSY) {
            return answer == SMMU_DONE;
        }
    }
    return false;
}

/* Translated transactions of a device with ATS would pass unchecked, were they not looked up as well (ATSCHK). */
static const char *enable(uint32_t smmu)
{
    uint32_t ats = FIELD(read32(smmu, SMMU_IDR0), 10U, 1U) != 0U ? CR0_ATSCHK : 0U;

    if (!control(smmu, CR0_CMDQEN | ats)) {
        return "answer to CR0.CMDQEN";
    }
    if (!synchronise(smmu)) {
        return "answer to the first commands";
    }
    if (!control(smmu, CR0_CMDQEN | CR0_EVENTQEN | ats)) {
        return "answer to CR0.EVENTQEN";
    }
    if (!interrupts(smmu, IRQ_CTRL_VALUE)) {
        return "answer to IRQ_CTRL";
    }
    if (!control(smmu, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN | ats)) {
        return "answer to CR0.SMMUEN";
    }
    return NULL;
}

const char *smmu_init(uint32_t smmu, uint64_t *found, uint64_t *expected)
{
    const char *difference;

    *found = 0U;
    *expected = 1U;
    if (!abort_bypass(smmu)) {
        return "answer to GBPA.ABORT";
    }
    difference = check(smmu, found, expected);
    if (difference != NULL) {
        return difference;
    }
    if (!control(smmu, 0U) || !interrupts(smmu, 0U)) {
        return "answer to CR0 or IRQ_CTRL of 0";
    }
    smmuv3_states[smmu] = (struct smmuv3_state){0};
    detach_all(smmu);
    point_to_tables(smmu);
    return enable(smmu);
}

/* With SMMUEN off, GBPA decides, which says abort since the start (6.3.10). One store each: this is the fault path. */
void smmu_stop(void)
{
    for (uint32_t n = 0U; n < smmu_count; n++) {
        mmio_write32(smmuv3_register(n, SMMU_CR0), 0U);
    }
}
