/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMMUv2 and MMU-500: setting up, and streams (smmuv2.h says what this was tested on). Section numbers: Arm IHI 0062, issue D.
 * @implements REQ-DMA-014
 */
#include "smmu/smmuv2.h"
#include "arch/arm64/sysreg.h"

#define PATIENCE 100000U /* reads of a register that should change at once */

/*
 * sCR0 (10.6.7): translation of clients on (CLIENTPD = 0), faults reported (GFRE, GFIE, GCFGFRE, GCFGFIE), no stalls (STALLD),
 * streams without a group and several groups for one stream are faults (USFCFG, SMCFCFG), no broadcast from the cores (PTM).
 */
#define SCR0_CLIENTPD (1U << 0)
#define SCR0_ON ((1U << 1) | (1U << 2) | (1U << 4) | (1U << 5) | (1U << 8) | (1U << 10) | (1U << 12) | (1U << 21))
/* A context bank's SCTLR (10.8.24): M, AFE; faults reported and interrupting (CFRE, CFIE), ending the access (CFCFG = 0). */
#define SCTLR_ON ((1U << 0) | (1U << 2) | (1U << 5) | (1U << 6))
/* TCR of a stage 2 bank has the fields of VTCR_EL2 up to PS (10.8.28); bit 31 is res1 as there. */
#define TCR_FIELDS 0x7ffffULL
#define TCR_CACHED 0x3f00ULL /* IRGN0, ORGN0, SH0 */
/* MMU-500: next-page prefetch off (errata 826419 and 841119), for which the lock of that register has to be open. */
#define SACR_CACHE_LOCK (1U << 26)
#define ACTLR_CPRE (1U << 1)

#define FIELD(value, shift, bits) (((value) >> (shift)) & ((1U << (bits)) - 1U))

struct smmuv2_state smmuv2_states[MAX_SMMUS];

static uint32_t read32(uint32_t smmu, uint32_t offset)
{
    return mmio_read32(smmuv2_global(smmu, offset));
}

static void write32(uint32_t smmu, uint32_t offset, uint32_t value)
{
    mmio_write32(smmuv2_global(smmu, offset), value);
}

struct difference {
    const char *what;
    uint32_t found;
    uint32_t expected;
    bool wrong;
};

static uint32_t output_bits(uint32_t size)
{
    static const uint8_t bits[] = {32U, 36U, 40U, 42U, 44U, 48U};

    return size < sizeof(bits) ? bits[size] : 48U;
}

/* One more than the highest slot of a stream. */
static uint32_t slots(uint32_t smmu)
{
    uint32_t most = 0U;

    for (uint32_t p = 0U; p < partition_count; p++) {
        const struct partition_config *partition = &partition_configs[p];

        for (uint32_t s = 0U; s < partition->stream_count; s++) {
            if (partition->streams[s].smmu == smmu && partition->streams[s].slot >= most) {
                most = partition->streams[s].slot + 1U;
            }
        }
    }
    return most;
}

/* What the tables of the config compiler rely on (10.6.1 to 10.6.3). */
static const char *check(uint32_t smmu, uint64_t *found, uint64_t *expected)
{
    const struct smmu_config *config = &smmu_configs[smmu];
    uint32_t idr0 = read32(smmu, SMMU_IDR0);
    uint32_t idr1 = read32(smmu, SMMU_IDR1);
    uint32_t idr2 = read32(smmu, SMMU_IDR2);
    uint32_t oas = output_bits(FIELD(idr2, 4U, 4U));
    uint32_t used = slots(smmu);
    const struct difference differences[] = {
        {"stage 2 (IDR0.S2TS)", FIELD(idr0, 29U, 1U), 1U, FIELD(idr0, 29U, 1U) == 0U},
        {"stream matching (IDR0.SMS)", FIELD(idr0, 27U, 1U), 1U, FIELD(idr0, 27U, 1U) == 0U},
        {"coherent walks (IDR0.CTTW)", 0U, 1U, config->coherent && FIELD(idr0, 14U, 1U) == 0U},
        {"StreamID bits (IDR0.NUMSIDB)", FIELD(idr0, 9U, 4U), config->id_bits, FIELD(idr0, 9U, 4U) < config->id_bits},
        {"stream mapping groups (IDR0.NUMSMRG)", FIELD(idr0, 0U, 8U), used, FIELD(idr0, 0U, 8U) < used},
        {"context banks (IDR1.NUMCB)", FIELD(idr1, 0U, 8U), used, FIELD(idr1, 0U, 8U) < used},
        {"address bits (IDR2.OAS)", oas, config->output_bits, oas < config->output_bits},
        {"4 KiB granule (IDR2.PTFSv8_4kB)", FIELD(idr2, 12U, 1U), 1U, FIELD(idr2, 12U, 1U) == 0U},
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

/*
 * At most 255 groups. What matches one is blocked first, then what matches none (USFCFG): only then may a group match nothing any
 * more (10.6.7, 10.6.19).
 */
static void block_all(uint32_t smmu)
{
    uint32_t groups = FIELD(read32(smmu, SMMU_IDR0), 0U, 8U);

    for (uint32_t n = 0U; n < groups; n++) {
        write32(smmu, SMMU_S2CR(n), S2CR_FAULT);
    }
    dsb_sy();
    write32(smmu, SMMU_SCR0, SCR0_ON);
    dsb_sy();
    for (uint32_t n = 0U; n < groups; n++) {
        write32(smmu, SMMU_SMR(n), 0U);
    }
}

static void find_banks(uint32_t smmu)
{
    uint32_t idr1 = read32(smmu, SMMU_IDR1);
    struct smmuv2_state *state = &smmuv2_states[smmu];

    state->page = FIELD(idr1, 31U, 1U) != 0U ? 0x10000U : 0x1000U;
    state->banks = smmu_configs[smmu].base.value + (state->page << (FIELD(idr1, 28U, 3U) + 1U));
}

/* At most 128 banks: off, no fault left, and for MMU-500 without prefetch. */
static void banks_off(uint32_t smmu)
{
    uint32_t banks = FIELD(read32(smmu, SMMU_IDR1), 0U, 8U);

    write32(smmu, SMMU_SACR, read32(smmu, SMMU_SACR) & ~SACR_CACHE_LOCK);
    for (uint32_t n = 0U; n < banks; n++) {
        uint64_t actlr = smmuv2_bank(smmu, n, SMMU_CB_ACTLR);

        mmio_write32(smmuv2_bank(smmu, n, SMMU_CB_SCTLR), 0U);
        mmio_write32(smmuv2_bank(smmu, n, SMMU_CB_FSR), ~0U);
        mmio_write32(actlr, mmio_read32(actlr) & ~ACTLR_CPRE);
    }
}

static bool synchronise(uint32_t smmu)
{
    write32(smmu, SMMU_STLBGSYNC, 0U);
    for (uint32_t n = 0U; n < PATIENCE; n++) {
        if ((read32(smmu, SMMU_STLBGSTATUS) & STATUS_ACTIVE) == 0U) {
            return true;
        }
    }
    return false;
}

/*
 * An SMMUv2 that is off lets everything through, and nothing can change that but turning it on: until here a boot loader had to
 * keep the devices quiet.
 */
const char *smmu_init(uint32_t smmu, uint64_t *found, uint64_t *expected)
{
    const char *difference;

    block_all(smmu);
    *found = 0U;
    *expected = 1U;
    if ((read32(smmu, SMMU_SCR0) & (SCR0_CLIENTPD | 1U << 10)) != 1U << 10) {
        return "answer to sCR0";
    }
    difference = check(smmu, found, expected);
    if (difference != NULL) {
        return difference;
    }
    smmuv2_states[smmu] = (struct smmuv2_state){0};
    find_banks(smmu);
    banks_off(smmu);
    write32(smmu, SMMU_SGFSR, read32(smmu, SMMU_SGFSR));
    write32(smmu, SMMU_TLBIALLNSNH, 0U);
    return synchronise(smmu) ? NULL : "answer to the first synchronisation";
}

/* The bank is complete before a stream is given to it. */
bool smmu_attach(const struct partition_config *partition, const struct stream_config *stream)
{
    uint32_t smmu = stream->smmu;
    uint32_t bank = stream->slot;
    uint64_t tcr = partition->vtcr & TCR_FIELDS;

    if (!smmu_configs[smmu].coherent) {
        tcr &= ~TCR_CACHED;
    }
    mmio_write32(smmuv2_bank(smmu, bank, SMMU_CB_SCTLR), 0U);
    mmio_write32(smmuv2_global1(smmu, SMMU_CBAR(bank)), partition->vmid); /* TYPE 0: stage 2 */
    mmio_write32(smmuv2_global1(smmu, SMMU_CBA2R(bank)), 1U);             /* VA64 */
    mmio_write64(smmuv2_bank(smmu, bank, SMMU_CB_TTBR0), partition->dma_root.value);
    mmio_write32(smmuv2_bank(smmu, bank, SMMU_CB_TCR), (uint32_t)tcr | 1U << 31);
    mmio_write32(smmuv2_bank(smmu, bank, SMMU_CB_SCTLR), SCTLR_ON);
    dsb_sy();
    write32(smmu, SMMU_S2CR(bank), S2CR_TRANSLATE | bank);
    write32(smmu, SMMU_SMR(bank), SMR_VALID | stream->id);
    return true;
}

/* The group goes on to match: it is the one that blocks. */
bool smmu_detach(const struct stream_config *stream)
{
    write32(stream->smmu, SMMU_S2CR(stream->slot), S2CR_FAULT);
    return true;
}

bool smmu_forget(uint32_t smmu, const struct partition_config *partition)
{
    dsb_sy();
    write32(smmu, SMMU_TLBIVMID, partition->vmid);
    return true;
}

void smmu_begin(uint32_t smmu, struct smmu_ticket *ticket)
{
    (void)smmu;
    *ticket = (struct smmu_ticket){0};
}

bool smmu_sync(uint32_t smmu, struct smmu_ticket *ticket)
{
    (void)ticket;
    write32(smmu, SMMU_STLBGSYNC, 0U);
    return true;
}

enum smmu_answer smmu_sync_poll(uint32_t smmu, const struct smmu_ticket *ticket)
{
    (void)ticket;
    return (read32(smmu, SMMU_STLBGSTATUS) & STATUS_ACTIVE) == 0U ? SMMU_DONE : SMMU_BUSY;
}

/* Each stream's group; there is no one register for all. At most as many stores as there are streams. */
void smmu_stop(void)
{
    for (uint32_t p = 0U; p < partition_count; p++) {
        for (uint32_t s = 0U; s < partition_configs[p].stream_count; s++) {
            (void)smmu_detach(&partition_configs[p].streams[s]);
        }
    }
}
