/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an SMMUv3 reads and writes in memory: stream table entries, and queues, in a writable section of their own; the
 * first level of a stream table, which nothing changes, among the constants. Formats: Arm IHI 0070, 3.3.1, 5.1 and 5.2.
 * @implements REQ-CONFIG-063
 * @implements REQ-CONFIG-064
 */
#include "emit_streams.h"

#include "diag.h"
#include "stream_table.h"

#define ENTRY_WORDS 8U
#define LEAST_ALIGNMENT 64U

/* Word 1 of an entry: the shareability of what comes in is kept (SHCFG), no ATS (EATS). */
#define ENTRY_SHCFG_INCOMING (1ULL << 44)

static void emit_entry(const struct model *model, const struct translation *translation, const struct stream *stream,
                       FILE *file)
{
    uint32_t partition = stream->partition->index;
    (void)fprintf(file,
                  "\t.global stream_entry_%u\nstream_entry_%u: /* StreamID 0x%x, %s */\n"
                  "\t.quad 0x0\n\t.quad 0x%016llx\n\t.quad 0x%016llx\n\t.quad dma_root_%u + 0\n\t.fill 4, 8, 0\n",
                  (uint32_t)(stream - model->streams), (uint32_t)(stream - model->streams), stream->id,
                  stream->partition->name, ENTRY_SHCFG_INCOMING,
                  HEX(translation_stream(translation, partition, stream->smmu->coherent)), partition);
}

/* Entries from `first` on; those of streams that nobody has are invalid. */
static void emit_entries(const struct model *model, const struct translation *translation, const struct smmu *smmu,
                         struct region ids, FILE *file)
{
    uint64_t empty = 0;
    for (uint64_t i = 0; i < ids.size; i++) {
        const struct stream *stream = stream_table_find(model, smmu, (uint32_t)(ids.base + i));
        if (stream == NULL) {
            empty++;
            continue;
        }
        if (empty != 0) {
            (void)fprintf(file, "\t.fill %llu, 8, 0\n", HEX(empty * ENTRY_WORDS));
        }
        empty = 0;
        emit_entry(model, translation, stream, file);
    }
    if (empty != 0) {
        (void)fprintf(file, "\t.fill %llu, 8, 0\n", HEX(empty * ENTRY_WORDS));
    }
}

static void emit_groups(const struct model *model, const struct translation *translation, const struct smmu *smmu,
                        FILE *file)
{
    struct stream_table table = stream_table_of(model, smmu);
    for (uint32_t group = 0; group < stream_table_groups(&table); group++) {
        int bits = stream_table_group_bits(model, smmu, &table, group);
        if (bits < 0) {
            continue;
        }
        struct region ids = {(uint64_t)group << table.split, 1ULL << bits};
        (void)fprintf(file, "\n\t.balign %llu\n\t.global smmu_%u_group_%u\nsmmu_%u_group_%u:\n",
                      HEX(STREAM_ENTRY_SIZE * ids.size), smmu->index, group, smmu->index, group);
        emit_entries(model, translation, smmu, ids, file);
    }
}

static void emit_queue(const char *name, const struct smmu *smmu, uint32_t size, FILE *file)
{
    (void)fprintf(file, "\n\t.balign %u\n\t.global smmu_%u_%s\nsmmu_%u_%s:\n\t.fill %u, 8, 0\n", size, smmu->index,
                  name, smmu->index, name, size / 8U);
}

/* Level 1 descriptors: Span is log2 of the entries, and one more; 0 is a group without any (5.1). */
static void emit_first_level(const struct model *model, const struct smmu *smmu, FILE *file)
{
    struct stream_table table = stream_table_of(model, smmu);
    uint32_t size = stream_table_groups(&table) * 8U;
    if (table.split == 0) {
        return;
    }
    (void)fprintf(file, "\n\t.section .tables, \"a\"\n\t.balign %u\n\t.global smmu_%u_table\nsmmu_%u_table:\n",
                  size > LEAST_ALIGNMENT ? size : LEAST_ALIGNMENT, smmu->index, smmu->index);
    for (uint32_t group = 0; group < stream_table_groups(&table); group++) {
        int bits = stream_table_group_bits(model, smmu, &table, group);
        if (bits < 0) {
            (void)fprintf(file, "\t.quad 0\n");
        } else {
            (void)fprintf(file, "\t.quad smmu_%u_group_%u + %d\n", smmu->index, group, bits + 1);
        }
    }
}

/* The largest first: each is aligned to its size. */
void emit_streams(const struct model *model, const struct translation *translation, FILE *file)
{
    const struct board *board = &model->board;
    if (board->smmu_count == 0 || board->smmus[0].version != SMMU_V3) {
        return;
    }
    (void)fprintf(file, "\n\t.section .streams, \"aw\", %%progbits\n\t.balign 4096\n");
    for (uint32_t i = 0; i < board->smmu_count; i++) {
        emit_queue("events", &board->smmus[i], STREAM_EVENT_SIZE << STREAM_EVENTS_LOG2, file);
    }
    for (uint32_t i = 0; i < board->smmu_count; i++) {
        emit_queue("commands", &board->smmus[i], STREAM_COMMAND_SIZE << STREAM_COMMANDS_LOG2, file);
        emit_groups(model, translation, &board->smmus[i], file);
    }
    for (uint32_t i = 0; i < board->smmu_count; i++) {
        emit_first_level(model, &board->smmus[i], file);
    }
}
