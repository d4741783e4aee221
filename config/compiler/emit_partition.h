/* SPDX-License-Identifier: Apache-2.0 */
/* The part of tables.c that describes partitions. Called by emit_config.c. */
#ifndef CONFIG_COMPILER_EMIT_PARTITION_H
#define CONFIG_COMPILER_EMIT_PARTITION_H

#include "model.h"
#include "translation.h"

#include <stdio.h>

/* What a partition_config points to: vCPUs, memory, pieces to copy, windows, interrupts. */
void emit_partition_arrays(const struct model *model, const struct partition *partition, FILE *file);
void emit_partition_configs(const struct model *model, const struct translation *translation, FILE *file);

/* Number of interrupts the partition owns. */
uint32_t emit_interrupt_count(const struct partition *partition);
/* Number of pieces that have bytes to copy. */
uint32_t emit_copy_count(const struct partition *partition);

#endif
