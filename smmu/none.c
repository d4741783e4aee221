/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No SMMU: of systems that give PCI functions to a partition with dma-unprotected. What is asked for is always done.
 */
#include "smmu/smmu.h"

/* The config compiler writes it only where there is one (smmu_count); loops over none of them name it all the same. */
const struct smmu_config smmu_configs[1];

const char *smmu_init(uint32_t smmu, uint64_t *found, uint64_t *expected)
{
    (void)smmu;
    *found = 0U;
    *expected = 0U;
    return NULL;
}

bool smmu_attach(const struct partition_config *partition, const struct stream_config *stream)
{
    (void)partition;
    (void)stream;
    return true;
}

bool smmu_detach(const struct stream_config *stream)
{
    (void)stream;
    return true;
}

bool smmu_forget(uint32_t smmu, const struct partition_config *partition)
{
    (void)smmu;
    (void)partition;
    return true;
}

void smmu_begin(uint32_t smmu, struct smmu_ticket *ticket)
{
    (void)smmu;
    *ticket = (struct smmu_ticket){0};
}

bool smmu_sync(uint32_t smmu, struct smmu_ticket *ticket)
{
    (void)smmu;
    (void)ticket;
    return true;
}

enum smmu_answer smmu_sync_poll(uint32_t smmu, const struct smmu_ticket *ticket)
{
    (void)smmu;
    (void)ticket;
    return SMMU_DONE;
}

bool smmu_next_event(uint32_t smmu, struct smmu_event *event)
{
    (void)smmu;
    (void)event;
    return false;
}

enum smmu_trouble smmu_check(uint32_t smmu, uint64_t *more)
{
    (void)smmu;
    *more = 0U;
    return SMMU_WELL;
}

void smmu_stop(void)
{
}
