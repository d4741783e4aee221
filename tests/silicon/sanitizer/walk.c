/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From an address that an instruction names to the physical one: the tables are read as they are in memory now, stage 1
 * through stage 2, as the hardware does (Arm DDI 0487, D8.2). No permissions, no 52-bit addresses. QEMU has this as
 * well, but not in its plugin interface.
 */
#include "tests/silicon/sanitizer/kit.h"

#define ADDRESS_BITS 0x0000ffffffffffffULL
#define ROOT_BITS 0x0000ffffffffffc0ULL /* a root may be smaller than a page */
#define LAST_LEVEL 3U

struct tables {
    uint64_t root;
    uint32_t granule; /* log2 */
    uint32_t input;   /* bits of an address */
    uint32_t start;   /* level */
    bool through_stage2;
};

static uint64_t low_bits(uint32_t count)
{
    return (1ULL << count) - 1U;
}

static uint64_t stage2(const struct core *core, uint64_t ipa);

static bool read_entry(const struct core *core, const struct tables *tables, uint64_t at, uint64_t *entry)
{
    uint64_t pa = tables->through_stage2 ? stage2(core, at) : at;

    return pa != NO_PA && ram_read64(pa, entry);
}

static uint64_t look_up(const struct core *core, const struct tables *tables, uint64_t address)
{
    uint64_t table = tables->root & ROOT_BITS;
    uint32_t bits = tables->input;

    for (uint32_t level = tables->start; level <= LAST_LEVEL; level++) {
        uint32_t shift = tables->granule + (tables->granule - 3U) * (LAST_LEVEL - level);
        uint64_t entry = 0U;

        if (!read_entry(core, tables, table + ((address & low_bits(bits)) >> shift) * 8U, &entry) ||
            (entry & 1U) == 0U) {
            return NO_PA;
        }
        if ((entry & 2U) == 0U || level == LAST_LEVEL) {
            return (entry & ADDRESS_BITS & ~low_bits(shift)) | (address & low_bits(shift));
        }
        table = entry & ADDRESS_BITS & ~low_bits(tables->granule);
        bits = shift;
    }
    return NO_PA;
}

/* TG0's codes; TG1 has others. */
static uint32_t granule_of(uint64_t tg0)
{
    static const uint32_t granules[4] = {12U, 16U, 14U, 12U};

    return granules[tg0 & 3U];
}

static uint32_t granule_of_upper(uint64_t tg1)
{
    static const uint32_t granules[4] = {12U, 14U, 12U, 16U};

    return granules[tg1 & 3U];
}

static struct tables stage1_tables(uint64_t root, uint64_t size_field, uint32_t granule, bool through_stage2)
{
    uint32_t input = 64U - (uint32_t)(size_field & 0x3fU);
    uint32_t stride = granule - 3U;
    uint32_t levels = (input - granule + stride - 1U) / stride;

    return (struct tables){root, granule, input, LAST_LEVEL + 1U - levels, through_stage2};
}

static uint64_t stage2(const struct core *core, uint64_t ipa)
{
    uint64_t vtcr = core->registers[REG_VTCR_EL2];
    uint32_t granule = granule_of(vtcr >> 14);
    uint32_t start = (granule == 12U ? 2U : 3U) - (uint32_t)(vtcr >> 6 & 3U);
    struct tables tables = {core->registers[REG_VTTBR_EL2], granule, 64U - (uint32_t)(vtcr & 0x3fU), start, false};

    if ((core->registers[REG_HCR_EL2] & HCR_VM) == 0U) {
        return ipa;
    }
    return look_up(core, &tables, ipa);
}

static uint64_t stage1_el1(const struct core *core, uint64_t address)
{
    uint64_t tcr = core->registers[REG_TCR_EL1];
    struct tables tables;

    if ((core->registers[REG_SCTLR_EL1] & SCTLR_M) == 0U) {
        return address;
    }
    if ((address >> 55 & 1U) != 0U) {
        tables = stage1_tables(core->registers[REG_TTBR1_EL1], tcr >> 16, granule_of_upper(tcr >> 30), true);
    } else {
        tables = stage1_tables(core->registers[REG_TTBR0_EL1], tcr, granule_of(tcr >> 14), true);
    }
    return look_up(core, &tables, address);
}

static uint64_t stage1_el2(const struct core *core, uint64_t address)
{
    uint64_t tcr = core->registers[REG_TCR_EL2];
    struct tables tables = stage1_tables(core->registers[REG_TTBR0_EL2], tcr, granule_of(tcr >> 14), false);

    return (core->registers[REG_SCTLR_EL2] & SCTLR_M) == 0U ? address : look_up(core, &tables, address);
}

uint64_t walk(const struct core *core, uint32_t level, uint64_t address)
{
    uint64_t ipa;

    if (level >= 2U) {
        return stage1_el2(core, address);
    }
    ipa = stage1_el1(core, address);
    return ipa == NO_PA ? NO_PA : stage2(core, ipa);
}
