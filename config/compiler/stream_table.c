/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Choosing the least stream table. Pure arithmetic on the StreamIDs in use, no diagnostics.
 * @implements REQ-CONFIG-063
 */
#include "stream_table.h"

#define LINEAR_BITS 6U /* with more, an SMMU must support two levels (3.3.1) */
#define FORMAT_TWO_LEVELS (1U << 16)
#define SPLIT_SHIFT 6U

/* Bits that a number has. */
static unsigned stream_table_width(uint32_t number)
{
    unsigned bits = 0;
    while (number >> bits != 0) {
        bits++;
    }
    return bits;
}

const struct stream *stream_table_find(const struct model *model, const struct smmu *smmu, uint32_t id)
{
    for (uint32_t i = 0; i < model->stream_count; i++) {
        if (model->streams[i].smmu == smmu && model->streams[i].id == id) {
            return &model->streams[i];
        }
    }
    return NULL;
}

uint32_t stream_table_groups(const struct stream_table *table)
{
    return table->split == 0 ? 1U : 1U << (table->bits - table->split);
}

int stream_table_group_bits(const struct model *model, const struct smmu *smmu, const struct stream_table *table,
                            uint32_t group)
{
    int bits = -1;
    if (table->split == 0) {
        return (int)table->bits;
    }
    for (uint32_t i = 0; i < model->stream_count; i++) {
        const struct stream *stream = &model->streams[i];
        if (stream->smmu == smmu && stream->id >> table->split == group) {
            int width = (int)stream_table_width(stream->id & ((1U << table->split) - 1U));
            bits = width > bits ? width : bits;
        }
    }
    return bits;
}

static uint64_t stream_table_size(const struct model *model, const struct smmu *smmu, const struct stream_table *table)
{
    uint64_t size = 0;
    for (uint32_t group = 0; group < stream_table_groups(table); group++) {
        int bits = stream_table_group_bits(model, smmu, table, group);
        size += sizeof(uint64_t) + (bits < 0 ? 0U : (uint64_t)STREAM_ENTRY_SIZE << bits);
    }
    return size;
}

struct stream_table stream_table_of(const struct model *model, const struct smmu *smmu)
{
    static const unsigned splits[] = {6, 8, 10}; /* what STRTAB_BASE_CFG.SPLIT can be */
    struct stream_table best = {0};
    for (uint32_t i = 0; i < model->stream_count; i++) {
        unsigned width = stream_table_width(model->streams[i].id);
        best.bits = model->streams[i].smmu == smmu && width > best.bits ? width : best.bits;
    }
    if (best.bits <= LINEAR_BITS) {
        return best;
    }
    best.split = splits[0];
    for (uint32_t i = 1; i < 3U && splits[i] < best.bits; i++) {
        struct stream_table other = {best.bits, splits[i]};
        if (stream_table_size(model, smmu, &other) < stream_table_size(model, smmu, &best)) {
            best = other;
        }
    }
    return best;
}

uint32_t stream_table_config(const struct stream_table *table)
{
    uint32_t levels = table->split == 0 ? 0U : FORMAT_TWO_LEVELS | table->split << SPLIT_SHIFT;
    return levels | table->bits;
}
