/* SPDX-License-Identifier: Apache-2.0 */
/* SMMUs and streams in tables.c and for people, and which alternatives of the hypervisor a system needs. */
#ifndef CONFIG_COMPILER_EMIT_SMMU_H
#define CONFIG_COMPILER_EMIT_SMMU_H

#include "model.h"
#include "translation.h"

#include <stdio.h>

/* smmu_count and smmu_configs[]. */
void emit_smmus(const struct model *model, const struct translation *translation, FILE *file);

/* The array of a partition's streams, and what of its partition_config is about DMA. */
void emit_partition_streams(const struct model *model, const struct partition *partition, FILE *file);
void emit_partition_dma(const struct model *model, const struct translation *translation,
                        const struct partition *partition, FILE *file);

/* For report.txt: each SMMU with its stream table, and who has which stream. */
void emit_report_smmus(const struct model *model, FILE *file);

#endif
