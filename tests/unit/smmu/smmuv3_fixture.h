/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver of SMMUv3 is configured with in its tests: a partition with streams 1 and 3, another one with stream 2. */
#ifndef TESTS_UNIT_SMMU_SMMUV3_FIXTURE_H
#define TESTS_UNIT_SMMU_SMMUV3_FIXTURE_H

#include "smmu/smmuv3.h"

#define IVI_VMID 2U
#define IVI_STREAMS 2U
#define ENTRY(n) &model_entries[8U * (n)]

extern const struct stream_config ivi_streams[IVI_STREAMS];
extern struct smmu_config smmuv3_config __asm__("smmu_configs");

int smmuv3_set_up(void **state);
/* What the config compiler puts into the entries of streams, and a first word. */
void smmuv3_fill_entries(uint64_t word0);
/* smmu_init(), which is to succeed. */
void smmuv3_init(void);
/* Both streams of the first partition, synchronised. */
void smmuv3_attach_ivi(void);

#endif
