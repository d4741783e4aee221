/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smmu_configs[], the streams of partitions, and the list of the parts of the hypervisor that the system is linked with
 * (mk/hypervisor.mk).
 * @implements REQ-CONFIG-060
 * @implements REQ-CONFIG-063
 */
#include "emit_smmu.h"

#include "dma.h"
#include "emit.h"
#include "emit_pci.h"
#include "output.h"
#include "smmu.h"
#include "stream_table.h"

/* SMMU_STRTAB_BASE.RA (Arm IHI 0070, 6.3.24). */
#define TABLE_READ_ALLOCATE (1ULL << 62)

static const char *emit_bool(bool value)
{
    return value ? "true" : "false";
}

/* A linear table is its only group; of two levels the first has a name of its own. */
static void emit_table_symbols(const struct model *model, const struct smmu *smmu, FILE *file)
{
    uint32_t n = smmu->index;
    struct stream_table table = stream_table_of(model, smmu);
    if (table.split == 0) {
        (void)fprintf(file, "extern uint64_t smmu_%u_group_0[];\n", n);
    } else {
        (void)fprintf(file, "extern const uint64_t smmu_%u_table[];\n", n);
    }
    (void)fprintf(file, "extern uint64_t smmu_%u_events[];\nextern uint64_t smmu_%u_commands[];\n", n, n);
}

static void emit_v3(const struct model *model, const struct smmu *smmu, FILE *file)
{
    uint32_t n = smmu->index;
    struct stream_table table = stream_table_of(model, smmu);
    (void)fprintf(file,
                  "        .table = (uint64_t)smmu_%u_%s + 0x%llxULL,\n        .table_config = 0x%xU, /* %s */\n"
                  "        .id_bits = %u,\n"
                  "        .commands_log2 = %u,\n        .events_log2 = %u,\n"
                  "        .commands = smmu_%u_commands,\n        .events = smmu_%u_events,\n",
                  n, table.split == 0 ? "group_0" : "table", TABLE_READ_ALLOCATE, stream_table_config(&table),
                  table.split == 0 ? "linear" : "two levels", table.bits, STREAM_COMMANDS_LOG2, STREAM_EVENTS_LOG2, n,
                  n);
}

static void emit_smmu(const struct model *model, const struct translation *translation, const struct smmu *smmu,
                      FILE *file)
{
    (void)fprintf(file,
                  "    {\n        /* %s */\n        .base = {0x%llxULL},\n        .output_bits = %u,\n"
                  "        .event_intid = %u,\n        .error_intid = %u,\n        .event_edge = %s,\n"
                  "        .error_edge = %s,\n        .coherent = %s,\n",
                  smmu->device.name, HEX(smmu->device.regions[0].base), translation->pa_bits, smmu->event.intid,
                  smmu->error.intid, emit_bool(smmu->event.edge), emit_bool(smmu->error.edge),
                  emit_bool(smmu->coherent));
    if (smmu->version == SMMU_V3) {
        emit_v3(model, smmu, file);
    } else {
        (void)fprintf(file, "        .id_bits = %u,\n", SMMU_V2_ID_BITS);
    }
    (void)fprintf(file, "    },\n");
}

void emit_smmus(const struct model *model, const struct translation *translation, FILE *file)
{
    const struct board *board = &model->board;
    (void)fprintf(file, "\nconst uint32_t smmu_count = %u;\n", board->smmu_count);
    if (board->smmu_count == 0) {
        return;
    }
    for (uint32_t i = 0; i < board->smmu_count && board->smmus[i].version == SMMU_V3; i++) {
        emit_table_symbols(model, &board->smmus[i], file);
    }
    (void)fprintf(file, "\nconst struct smmu_config smmu_configs[] = {\n");
    for (uint32_t i = 0; i < board->smmu_count; i++) {
        emit_smmu(model, translation, &board->smmus[i], file);
    }
    (void)fprintf(file, "};\n");
}

static uint32_t emit_stream_count(const struct model *model, const struct partition *partition)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->stream_count; i++) {
        count += model->streams[i].partition == partition ? 1U : 0U;
    }
    return count;
}

static void emit_stream(const struct stream *stream, uint32_t number, FILE *file)
{
    (void)fprintf(file, "    {.smmu = %u, .id = 0x%x, .slot = %u", stream->smmu->index, stream->id, stream->slot);
    if (stream->smmu->version == SMMU_V3) {
        (void)fprintf(file, ", .entry = stream_entry_%u", number);
    }
    (void)fprintf(file, "},\n");
}

void emit_partition_streams(const struct model *model, const struct partition *partition, FILE *file)
{
    if (emit_stream_count(model, partition) == 0) {
        return;
    }
    (void)fprintf(file, "extern const uint64_t dma_root_%u[];\n", partition->index);
    for (uint32_t i = 0; i < model->stream_count; i++) {
        if (model->streams[i].partition == partition && model->streams[i].smmu->version == SMMU_V3) {
            (void)fprintf(file, "extern uint64_t stream_entry_%u[];\n", i);
        }
    }
    (void)fprintf(file, "static const struct stream_config streams_%u[] = {\n", partition->index);
    for (uint32_t i = 0; i < model->stream_count; i++) {
        if (model->streams[i].partition == partition) {
            emit_stream(&model->streams[i], i, file);
        }
    }
    (void)fprintf(file, "};\n");
}

void emit_partition_dma(const struct model *model, const struct translation *translation,
                        const struct partition *partition, FILE *file)
{
    uint32_t count = emit_stream_count(model, partition);
    uint32_t idle = dma_idle_most(&model->tree, partition);
    if (count != 0 && translation->dma_roots[partition->index] != NULL) {
        (void)fprintf(file,
                      "        .stream_count = %u,\n        .streams = streams_%u,\n"
                      "        .dma_root = {(uint64_t)dma_root_%u},\n",
                      count, partition->index, partition->index);
    }
    if (idle != 0) {
        (void)fprintf(file, "        .idle_us = %u,\n", idle);
    }
}

void emit_parts(const struct model *model)
{
    FILE *file = output_open(model, "parts");
    if (model->board.smmu_count != 0) {
        (void)fprintf(file, "smmu-%s\n", model->board.smmus[0].version == SMMU_V3 ? "v3" : "v2");
    } else if (emit_pci_any(model)) {
        (void)fprintf(file, "smmu-none\n");
    }
    (void)fprintf(file, "%s\n", model->board.smmu_count != 0 || emit_pci_any(model) ? "dma" : "dma-none");
    (void)fprintf(file, "%s\n", emit_pci_any(model) ? "pci" : "pci-none");
    output_close(file, "parts");
}

static void emit_report_smmu(const struct model *model, const struct smmu *smmu, FILE *file)
{
    struct stream_table table = stream_table_of(model, smmu);
    const char *version = smmu->version == SMMU_V3 ? "SMMUv3" : "SMMUv2";
    (void)fprintf(file, "\nSMMU %s, %s at 0x%llx, events SPI %u, errors SPI %u, %s\n", smmu->device.name, version,
                  HEX(smmu->device.regions[0].base), smmu->event.intid - FIRST_SPI, smmu->error.intid - FIRST_SPI,
                  smmu->coherent ? "coherent" : "not coherent");
    if (smmu->version == SMMU_V3) {
        (void)fprintf(file, "  stream table: %s, %u bits of StreamID\n", table.split == 0 ? "linear" : "two levels",
                      table.bits);
    }
    (void)fprintf(file, "  what is not listed here is blocked\n\n  StreamID   owner            master\n");
    for (uint32_t i = 0; i < model->stream_count; i++) {
        const struct stream *stream = &model->streams[i];
        if (stream->smmu == smmu) {
            (void)fprintf(file, "  0x%08x %-16s %s\n", stream->id, stream->partition->name,
                          tree_title(&model->tree, stream->node));
        }
    }
}

void emit_report_smmus(const struct model *model, FILE *file)
{
    for (uint32_t i = 0; i < model->board.smmu_count; i++) {
        emit_report_smmu(model, &model->board.smmus[i], file);
    }
}
