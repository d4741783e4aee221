/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order: a written system register is in force after a context synchronization event (B2.3, D19.1.2), a stored descriptor is
 * visible to others after a DSB.
 */
#include "tests/silicon/sanitizer/tlb.h"

static struct waiting {
    const struct site *guest_site; /* MSR of what VMs are translated with */
    const struct site *el2_site;   /* MSR of what EL2 is translated with */
    const struct site *mmu_site;   /* MSR that turned EL2's MMU on or off */
    uint64_t old_ttbr0;
    uint64_t old_tcr;
    const struct site
        *store_site; /* the last store since the last DSB for stores; only its core's thread works on it */
    uint64_t store_pa;
} waiting[CORES];

void order_sysreg(const struct core *core, const struct site *site, enum reg reg, uint64_t value)
{
    struct waiting *mine = &waiting[core->index];
    bool changes = core->registers[reg] != value;
    struct actor writer = {.site = mine->store_site, .core = core->index};

    if (reg == REG_ICC_SGI1R_EL1) {
        if (mine->store_site != NULL) {
            report(core, site, "order-sgi", mine->store_pa, &writer,
                   "SGI sent before a store is visible to its receiver: no DSB for stores between");
            mine->store_site = NULL;
        }
    } else if (changes && (reg == REG_VTTBR_EL2 || reg == REG_VTCR_EL2 || reg == REG_HCR_EL2)) {
        mine->guest_site = site;
    } else if (changes && (reg == REG_TTBR0_EL2 || reg == REG_TCR_EL2 || reg == REG_MAIR_EL2)) {
        if (mine->el2_site == NULL) {
            mine->old_ttbr0 = core->registers[REG_TTBR0_EL2];
            mine->old_tcr = core->registers[REG_TCR_EL2];
        }
        mine->el2_site = site;
    } else if (reg == REG_SCTLR_EL2 && ((core->registers[reg] ^ value) & SCTLR_M) != 0U) {
        mine->mmu_site = site;
        mine->el2_site = (value & SCTLR_M) != 0U ? mine->el2_site : NULL;
    }
}

static void report_isb(const struct core *core, const struct site *site, const struct site *msr, uint64_t pa,
                       const char *what)
{
    struct actor writer = {.site = msr, .core = core->index};

    report(core, site, "order-isb", pa, &writer, "%s after MSR without an ISB between", what);
}

bool order_el2_pending(uint32_t core)
{
    return waiting[core].el2_site != NULL;
}

bool order_mmu_pending(uint32_t core)
{
    return waiting[core].mmu_site != NULL;
}

void order_operation(const struct core *core, const struct site *site, enum regime regime, const char *what)
{
    const struct waiting *mine = &waiting[core->index];
    const struct site *msr = regime == STAGE2 ? mine->guest_site : mine->el2_site;

    if (msr != NULL) {
        report_isb(core, site, msr, NO_PA, what);
    }
}

void order_synchronized(uint32_t core)
{
    waiting[core].guest_site = NULL;
    waiting[core].el2_site = NULL;
    waiting[core].mmu_site = NULL;
}

void order_store(uint32_t core, const struct site *site, uint64_t pa)
{
    waiting[core].store_site = site;
    waiting[core].store_pa = pa;
}

void order_visible(uint32_t core)
{
    waiting[core].store_site = NULL;
}

void order_access(const struct core *core, const struct site *site, uint64_t address)
{
    struct waiting *mine = &waiting[core->index];

    if (mine->mmu_site != NULL) {
        report_isb(core, site, mine->mmu_site, address, "memory access");
        mine->mmu_site = NULL;
    } else if (mine->el2_site != NULL && context_mmu_on(core->index) &&
               table_walk_el2(mine->old_ttbr0, mine->old_tcr, address) !=
                   table_walk_el2(core->registers[REG_TTBR0_EL2], core->registers[REG_TCR_EL2], address)) {
        report_isb(core, site, mine->el2_site, address, "memory access that the new root translates differently");
        mine->el2_site = NULL;
    }
}
