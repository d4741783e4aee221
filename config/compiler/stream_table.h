/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of an SMMUv3's stream table (Arm IHI 0070, 3.3.1): linear, or two levels of which the second has only the
 * groups with a StreamID that is used, and of those only as much as is needed.
 */
#ifndef CONFIG_COMPILER_STREAM_TABLE_H
#define CONFIG_COMPILER_STREAM_TABLE_H

#include "model.h"

#define STREAM_ENTRY_SIZE 64U /* bytes */
#define STREAM_EVENTS_LOG2 9U /* of 32 bytes: QEMU makes an event of each four bytes that are blocked */
#define STREAM_COMMANDS_LOG2 6U
#define STREAM_EVENT_SIZE 32U
#define STREAM_COMMAND_SIZE 16U

struct stream_table {
    unsigned bits;  /* of StreamIDs: LOG2SIZE */
    unsigned split; /* bits within a group; 0: linear */
};

struct stream_table stream_table_of(const struct model *model, const struct smmu *smmu);

/* Groups of the first level; 1 for a linear table. */
uint32_t stream_table_groups(const struct stream_table *table);

/* log2 of the entries of a group, or -1 if no StreamID in it is used. A linear table is one group, and never empty. */
int stream_table_group_bits(const struct model *model, const struct smmu *smmu, const struct stream_table *table,
                            uint32_t group);

/* The stream with this StreamID, or NULL. */
const struct stream *stream_table_find(const struct model *model, const struct smmu *smmu, uint32_t id);

/* SMMU_STRTAB_BASE_CFG (6.3.25). */
uint32_t stream_table_config(const struct stream_table *table);

#endif
