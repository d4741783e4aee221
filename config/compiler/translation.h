/* SPDX-License-Identifier: Apache-2.0 */
/* What EL2's stage 1 and each partition's stage 2 map, and the registers that go with them. */
#ifndef CONFIG_COMPILER_TRANSLATION_H
#define CONFIG_COMPILER_TRANSLATION_H

#include "model.h"
#include "table.h"

struct translation {
    unsigned pa_bits;  /* 32, 36 or 40: what PS says */
    unsigned va_bits;  /* of EL2's stage 1 */
    unsigned ipa_bits; /* of every stage 2 */
    struct table *el2_root;
    struct table *load_roots[MAX_PARTITIONS]; /* EL2's map and the partition's RAM */
    struct table *stage2_roots[MAX_PARTITIONS];
    struct table *dma_roots[MAX_PARTITIONS]; /* of what has streams; NULL: the partition has none */
};

/* After all checks, with no errors. */
struct translation translation_make(const struct model *model);

uint64_t translation_tcr(const struct translation *translation);
uint64_t translation_vtcr(const struct translation *translation);
/* Word 2 of the stream table entries of a partition, whose tables the SMMU reads coherently with the cores or not. */
uint64_t translation_stream(const struct translation *translation, uint32_t partition, bool coherent);

/* Of the guest's and of the SMMU's TLB entries; 0 is EL2's own. */
uint32_t translation_vmid(uint32_t partition);

#endif
