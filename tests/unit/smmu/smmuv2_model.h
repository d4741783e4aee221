/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of SMMUv2's registers for unit tests, written from Arm IHI 0062 and nothing else: no emulator has one, and no hardware
 * was at hand. Three stream mapping groups and context banks, pages of 4 KiB.
 */
#ifndef TESTS_UNIT_SMMU_SMMUV2_MODEL_H
#define TESTS_UNIT_SMMU_SMMUV2_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_BASE 0x0b500000U
#define MODEL_GROUPS 3U
#define MODEL_PAGES 0x21U /* global space (two times eight), banks after it */

struct model {
    /* What a test sets. */
    uint32_t idr0, idr1, idr2;
    bool stuck; /* a synchronisation does not end */
    bool deaf;  /* sCR0 cannot be written */
    /* What it saw. */
    bool bypassed;        /* let through although translation was on */
    uint32_t invalidated; /* by VMID: bits */
    bool all_invalidated;
    uint32_t synchronised;
};

extern struct model model;

void model_reset(void);
uint32_t *model_global(uint32_t offset);
uint32_t *model_global1(uint32_t offset);
uint32_t *model_bank(uint32_t bank, uint32_t offset);

/* A write of a device. True: it was translated by the tables at *root for *vmid, or let through (*root is 0). */
bool model_access(uint32_t stream, uint64_t address, uint64_t *root, uint32_t *vmid);
/* An access of that stream finds nothing at `address` in its tables. */
void model_fault(uint32_t bank, uint32_t stream, uint64_t address, uint32_t status, uint32_t syndrome);

#endif
