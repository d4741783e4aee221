/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's stage-1 tables: identity map, constant, so that they are right before the first instruction runs
 * and no store precedes the caches. start.S loads their address.
 *
 * Level 1 has an entry for each GiB of a 39-bit space, level 2 one for each 2 MiB of the GiB that RAM starts
 * in. Text is read-only, everything else never executable. What follows RAM is mapped as Device, as is all below
 * it, so that tests can touch addresses where nothing is, and no speculation ever does.
 * @implements REQ-GUEST-002
 * Formats: Arm DDI 0487, VMSAv8-64 translation table format descriptors.
 */
#include "guests/lib/mmu.h"

#include "guests/lib/machine.h"

#define BLOCK_BASE (0x1ULL | (1ULL << 10)) /* valid block, access flag set */
#define TABLE 0x3ULL
#define READ_ONLY (1ULL << 7)
#define INNER_SHAREABLE (3ULL << 8)
#define NEVER_EXECUTE (3ULL << 53) /* PXN, UXN */
#define UNPRIVILEGED_NEVER_EXECUTE (1ULL << 54)
#define ATTRIBUTE(index) ((uint64_t)(index) << 2)

#define DEVICE (BLOCK_BASE | NEVER_EXECUTE | ATTRIBUTE(MMU_ATTRIBUTE_DEVICE))
#define NORMAL (BLOCK_BASE | INNER_SHAREABLE | ATTRIBUTE(MMU_ATTRIBUTE_NORMAL))
#define GIB 0x40000000ULL
#define AFTER_RAM(n) ((uint64_t)(MACHINE_RAM_END + (n)*MACHINE_BLOCK) | DEVICE)

static const uint64_t mmu_level2[512] __attribute__((aligned(4096))) = {
    MACHINE_RAM | NORMAL | READ_ONLY | NEVER_EXECUTE,
    MACHINE_TEXT | NORMAL | READ_ONLY | UNPRIVILEGED_NEVER_EXECUTE,
    MACHINE_STACKS | NORMAL | NEVER_EXECUTE,
    MACHINE_DATA | NORMAL | NEVER_EXECUTE,
    AFTER_RAM(0),
    AFTER_RAM(1),
    AFTER_RAM(2),
    AFTER_RAM(3),
};

const uint64_t mmu_level1[512] __attribute__((aligned(4096))) = {
    0 * GIB | DEVICE,
    (uint64_t)mmu_level2 + TABLE,
    2 * GIB | DEVICE,
    3 * GIB | DEVICE,
};
