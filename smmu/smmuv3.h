/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers and structures of SMMUv3 as far as EL2 uses them, and what the parts of its driver share. Section numbers: Arm IHI
 * 0070, issue F. Only Non-secure streams, stage 2 alone, no stalling, no ATS, no PRI.
 */
#ifndef SMMU_SMMUV3_H
#define SMMU_SMMUV3_H

#include "arch/arm64/mmio.h"
#include "smmu/smmu.h"

/* Register page 0 (6.3), and 1, where the event queue's indices are. */
#define SMMU_IDR0 0x0000U
#define SMMU_IDR1 0x0004U
#define SMMU_IDR5 0x0014U
#define SMMU_CR0 0x0020U
#define SMMU_CR0ACK 0x0024U
#define SMMU_CR1 0x0028U
#define SMMU_CR2 0x002cU
#define SMMU_GBPA 0x0044U
#define SMMU_IRQ_CTRL 0x0050U
#define SMMU_IRQ_CTRLACK 0x0054U
#define SMMU_GERROR 0x0060U
#define SMMU_GERRORN 0x0064U
#define SMMU_GERROR_IRQ_CFG0 0x0068U
#define SMMU_STRTAB_BASE 0x0080U
#define SMMU_STRTAB_BASE_CFG 0x0088U
#define SMMU_CMDQ_BASE 0x0090U
#define SMMU_CMDQ_PROD 0x0098U
#define SMMU_CMDQ_CONS 0x009cU
#define SMMU_EVENTQ_BASE 0x00a0U
#define SMMU_EVENTQ_IRQ_CFG0 0x00b0U
#define SMMU_EVENTQ_PROD 0x100a8U
#define SMMU_EVENTQ_CONS 0x100acU

#define CR0_SMMUEN (1U << 0)
#define CR0_EVENTQEN (1U << 2)
#define CR0_CMDQEN (1U << 3)
#define CR0_ATSCHK (1U << 4)
#define GBPA_ABORT (1U << 20)
#define GBPA_UPDATE (1U << 31)
#define GERROR_CMDQ (1U << 0)
#define GERROR_EVENTQ_ABORT (1U << 2)
#define GERROR_FAILURE_MODE (1U << 8)
#define CONS_ERROR(cons) ((cons) >> 24 & 0x7fU)
#define QUEUE_OVERFLOW (1U << 31) /* EVENTQ_PROD.OVFLG, EVENTQ_CONS.OVACKFLG */

/* Commands (4.1). */
#define CMD_CFGI_STE 0x03ULL
#define CMD_CFGI_ALL 0x04ULL
#define CMD_TLBI_S12_VMALL 0x28ULL
#define CMD_TLBI_NSNH_ALL 0x30ULL
#define CMD_SYNC 0x46ULL
#define CFGI_LEAF 1ULL
#define CFGI_EVERYTHING 31ULL /* CFGI_STE_RANGE of 2^32 */

/* Word 0 of a stream table entry (5.2): valid, stage 2 alone. The config compiler has written words 1 to 3. */
#define STE_STAGE2 (1ULL | 6ULL << 1)

/* What changes. Once the system runs, the service core's alone. */
struct smmuv3_state {
    uint32_t produced; /* CMDQ_PROD; index, and above it the wrap bit */
    uint32_t consumed; /* EVENTQ_CONS, OVACKFLG included */
    uint32_t errors;   /* commands that were refused, since boot */
};

/* smmuv3.c */
extern struct smmuv3_state smmuv3_states[MAX_SMMUS];

static inline uint64_t smmuv3_register(uint32_t smmu, uint32_t offset)
{
    return smmu_configs[smmu].base.value + offset;
}

/* Global errors that nobody has acknowledged (7.5). */
static inline uint32_t smmuv3_errors(uint32_t smmu)
{
    return mmio_read32(smmuv3_register(smmu, SMMU_GERROR)) ^ mmio_read32(smmuv3_register(smmu, SMMU_GERRORN));
}

/* What the SMMU is to see of memory that EL2 has written: in order, and in memory if it does not look into caches. (smmuv3_queue.c) */
void smmuv3_publish(uint32_t smmu, const volatile uint64_t *words, uint64_t size);
/* False: the queue is full. (smmuv3_queue.c) */
bool smmuv3_command(uint32_t smmu, uint64_t first, uint64_t second);
/* Everything that may be cached is forgotten. (smmuv3_queue.c) */
bool smmuv3_forget_all(uint32_t smmu);
/* A refused command is replaced, so that the queue goes on. False: that has been done too often. (smmuv3_queue.c) */
bool smmuv3_replace_refused(uint32_t smmu);

#endif
