/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first lookup of a stage-1 walk, from TCR_EL1, TTBRn_EL1 and the address (D8.2, Arm DDI 0487): any granule, and sizes up
 * to 52 bits.
 * @implements REQ-EXIT-005
 */
#include "partitions/walk.h"
#include "arch/arm64/sysreg.h"

#define STATUS_WALK 0x14U
#define LEVEL_LAST 3U
#define UPPER(va) ((va) >> 55 & 1U) /* TTBR1's; tags do not count */
#define TCR_SIZE(tcr, upper) ((uint32_t)((tcr) >> 16U * (upper)) & 0x3fU)
#define TCR_GRANULE(tcr, upper) ((uint32_t)((tcr) >> (14U + 16U * (upper))) & 3U)
#define TTBR_BASE 0x0000fffffffffffeULL
/* Bits of the offset in a page, a byte for each value of TG0 and then TG1, from the lowest up; reserved ones as 4 KiB. */
#define GRANULES 0x100c0e0c0c0e100cULL
/* A guest may write any size; sizes out of these bounds the hardware takes for others, or does not walk at all. */
#define BITS_LEAST 17U
#define BITS_MOST 52U

static uint32_t input_bits(uint64_t tcr, uint64_t upper)
{
    uint32_t bits = 64U - TCR_SIZE(tcr, upper);

    if (bits < BITS_LEAST) {
        return BITS_LEAST;
    }
    return bits > BITS_MOST ? BITS_MOST : bits;
}

uint32_t walk_status(uint64_t va, ipa_t descriptor)
{
    uint64_t tcr = sysreg_read(tcr_el1);
    uint64_t upper = UPPER(va);
    uint64_t root = (upper != 0U ? sysreg_read(ttbr1_el1) : sysreg_read(ttbr0_el1)) & TTBR_BASE;
    uint32_t bits = input_bits(tcr, upper);
    uint32_t granule = (uint32_t)(GRANULES >> 8U * (TCR_GRANULE(tcr, upper) + 4U * upper)) & 0xffU;
    uint32_t stride = granule - 3U; /* bits that a full table resolves */
    uint32_t lookups = (bits - granule + stride - 1U) / stride;
    uint64_t index = (va & ((1ULL << bits) - 1U)) >> (granule + (lookups - 1U) * stride);
    uint64_t first = root + index * 8U;

    return STATUS_WALK + LEVEL_LAST - (first >> 12 == descriptor.value >> 12 ? lookups - 1U : 0U);
}
