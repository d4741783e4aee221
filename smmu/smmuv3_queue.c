/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command queue of SMMUv3 (Arm IHI 0070, 3.5 and 4), and the stream table entries that commands are about. An entry of the queue
 * is never written before the SMMU has consumed it, so a queue that is stuck for a while goes on with what it was given.
 * @implements REQ-DMA-004 REQ-DMA-005 REQ-DMA-006
 */
#include "arch/arm64/memory.h"
#include "arch/arm64/sysreg.h"
#include "smmu/smmuv3.h"

#define COMMAND_SIZE 16U
#define STE_SIZE 64U

/* Errors after which the queue is left alone: a queue that cannot be read would refuse the same command for ever. */
#define ERRORS_PUT_RIGHT 16U

/* Index and wrap bit of a queue of 2^log2 entries (3.5.1). */
static uint32_t position_mask(uint32_t smmu)
{
    return (2U << smmu_configs[smmu].commands_log2) - 1U;
}

static uint32_t room(uint32_t smmu)
{
    uint32_t consumed = mmio_read32(smmuv3_register(smmu, SMMU_CMDQ_CONS));
    uint32_t waiting = (smmuv3_states[smmu].produced - consumed) & position_mask(smmu);

    return (1U << smmu_configs[smmu].commands_log2) - waiting;
}

static uint64_t *entry_at(uint32_t smmu, uint32_t position)
{
    return &smmu_configs[smmu].commands[2ULL * (position & (position_mask(smmu) >> 1))];
}

void smmuv3_publish(uint32_t smmu, const volatile uint64_t *words, uint64_t size)
{
    if (!smmu_configs[smmu].coherent) {
        memory_clean_invalidate((va_t){(uint64_t)words}, size);
    }
    dsb_sy();
}

bool smmuv3_command(uint32_t smmu, uint64_t first, uint64_t second)
{
    struct smmuv3_state *state = &smmuv3_states[smmu];
    volatile uint64_t *entry = entry_at(smmu, state->produced);

    if (room(smmu) == 0U) {
        return false;
    }
    entry[0] = first;
    entry[1] = second;
    smmuv3_publish(smmu, entry, COMMAND_SIZE);
    state->produced = (state->produced + 1U) & position_mask(smmu);
    mmio_write32(smmuv3_register(smmu, SMMU_CMDQ_PROD), state->produced);
    return true;
}

bool smmuv3_forget_all(uint32_t smmu)
{
    return smmuv3_command(smmu, CMD_CFGI_ALL, CFGI_EVERYTHING) && smmuv3_command(smmu, CMD_TLBI_NSNH_ALL, 0U);
}

/*
 * Word 0 alone decides; it is written in one piece, and what the others say is in memory before (3.21.3). Also when there is no
 * room for the command: what is to be blocked is then at least not looked up anew.
 */
static bool set_entry(const struct stream_config *stream, uint64_t word)
{
    volatile uint64_t *entry = stream->entry;

    dsb_sy();
    entry[0] = word;
    smmuv3_publish(stream->smmu, entry, STE_SIZE);
    return smmuv3_command(stream->smmu, CMD_CFGI_STE | (uint64_t)stream->id << 32, CFGI_LEAF);
}

bool smmu_attach(const struct partition_config *partition, const struct stream_config *stream)
{
    (void)partition; /* whose memory it is stands in the entry */
    return set_entry(stream, STE_STAGE2);
}

bool smmu_detach(const struct stream_config *stream)
{
    return set_entry(stream, 0U);
}

bool smmu_forget(uint32_t smmu, const struct partition_config *partition)
{
    return smmuv3_command(smmu, CMD_TLBI_S12_VMALL | (uint64_t)partition->vmid << 32, 0U);
}

void smmu_begin(uint32_t smmu, struct smmu_ticket *ticket)
{
    ticket->errors = smmuv3_states[smmu].errors;
}

bool smmu_sync(uint32_t smmu, struct smmu_ticket *ticket)
{
    bool sent = smmuv3_command(smmu, CMD_SYNC, 0U);

    ticket->position = smmuv3_states[smmu].produced;
    return sent;
}

/*
 * A refused command (7.1) stays at the head of the queue, which stands still. It is overwritten before the error is
 * acknowledged: the acknowledgement lets the queue go on.
 */
bool smmuv3_replace_refused(uint32_t smmu)
{
    struct smmuv3_state *state = &smmuv3_states[smmu];
    uint32_t consumed = mmio_read32(smmuv3_register(smmu, SMMU_CMDQ_CONS));
    volatile uint64_t *entry = entry_at(smmu, consumed);

    if (state->errors == ERRORS_PUT_RIGHT) {
        return false;
    }
    state->errors++;
    entry[0] = CMD_SYNC;
    entry[1] = 0U;
    smmuv3_publish(smmu, entry, COMMAND_SIZE);
    mmio_write32(smmuv3_register(smmu, SMMU_GERRORN), mmio_read32(smmuv3_register(smmu, SMMU_GERRORN)) ^ GERROR_CMDQ);
    return true;
}

/* What was produced after the ticket is still to be consumed at least, if the ticket's synchronisation is. */
enum smmu_answer smmu_sync_poll(uint32_t smmu, const struct smmu_ticket *ticket)
{
    const struct smmuv3_state *state = &smmuv3_states[smmu];
    uint32_t consumed = mmio_read32(smmuv3_register(smmu, SMMU_CMDQ_CONS));
    uint32_t waiting = (state->produced - consumed) & position_mask(smmu);
    uint32_t younger = (state->produced - ticket->position) & position_mask(smmu);

    if (state->errors != ticket->errors || (smmuv3_errors(smmu) & GERROR_CMDQ) != 0U) {
        return SMMU_FAILED;
    }
    return waiting <= younger ? SMMU_DONE : SMMU_BUSY;
}
