/* SPDX-License-Identifier: Apache-2.0 */
/* The SMMUs and their streams, in tables.c, and which alternatives of the hypervisor a system needs. */
#ifndef CONFIG_COMPILER_EMIT_SMMU_H
#define CONFIG_COMPILER_EMIT_SMMU_H

#include "model.h"
#include "translation.h"

#include <stdio.h>

/* smmu_count and smmu_configs[]. */
void emit_smmus(const struct model *model, const struct translation *translation, FILE *file);

#endif
