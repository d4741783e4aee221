/* SPDX-License-Identifier: Apache-2.0 */
/* The SMMUs of the board that are enabled, which the hypervisor drives. */
#ifndef CONFIG_COMPILER_SMMU_H
#define CONFIG_COMPILER_SMMU_H

#include "model.h"

/* StreamIDs that are supported: a stream table of 8 KiB at its first level (SMMUv3), the width of SMR.ID (SMMUv2). */
#define SMMU_V3_ID_BITS 20U
#define SMMU_V2_ID_BITS 15U

/* Fills board.smmus. After board_read(). */
void smmu_read(struct model *model);

/* The node is an SMMU of a kind that can be driven, enabled or not. */
bool smmu_is_known(const struct tree *tree, int node);

/* The SMMU with this node, or NULL. */
const struct smmu *smmu_of(const struct model *model, int node);

/* StreamIDs are below 1 << this. */
uint32_t smmu_id_bits(const struct smmu *smmu);

#endif
