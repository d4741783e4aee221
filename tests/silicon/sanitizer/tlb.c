/* SPDX-License-Identifier: Apache-2.0 */
/* The TLB half: the calls of kit.h (tlb.h says what is where). What guests do to their own translations is theirs. */
#include "tests/silicon/sanitizer/tlb.h"

#define EL2 2U

uint64_t tlb_clock = 1U;

void tlb_init(void)
{
    table_init();
    context_init();
}

/* The words of a table that a store has touched; DC ZVA is told before it happens. */
static void store_to_table(const struct core *core, const struct site *site, struct table *table, uint64_t pa,
                           uint32_t size)
{
    for (uint64_t at = pa & ~7ULL; at < pa + size; at += 8U) {
        uint32_t index = (uint32_t)(at % PAGE / 8U);
        uint64_t before = table->copy[index];
        uint64_t after = 0U;

        if (site->op.kind != OP_DC) {
            (void)ram_read64(at, &after);
        }
        if (after != before) {
            tlb_clock++;
            table->copy[index] = after;
            obligation_change(core, site, table, index, before, after);
        }
    }
}

static bool is_of_interest(const struct core *core, const struct table *table)
{
    return table != NULL || obligations_open != 0U || context_has_old_root(core->index) ||
           order_el2_pending(core->index) || order_mmu_pending(core->index);
}

void tlb_store(struct core *core, const struct site *site, uint64_t pa, uint32_t size, uint64_t value)
{
    struct table *table;

    (void)value;
    if (site->level != EL2 || !is_ram(pa)) {
        return;
    }
    table = table_at(pa);
    page_written(site, pa);
    order_store(core->index, site, pa);
    if (!is_of_interest(core, table)) {
        return;
    }
    kit_lock();
    context_access(core, site, pa);
    order_access(core, site, pa);
    if (table != NULL) {
        store_to_table(core, site, table, pa, size);
    } else {
        obligation_reuse(core, site, pa, size);
    }
    kit_unlock();
}

void tlb_op(struct core *core, const struct site *site, uint64_t xt)
{
    if (site->level != EL2) {
        return;
    }
    if (site->op.kind == OP_TLBI) {
        maintenance_tlbi(core, site, xt);
    } else if (site->op.kind == OP_IC) {
        maintenance_ic(core, site);
    } else if (site->op.kind == OP_AT) {
        bool el2 = operation_op1(site->op.operation) == 4U && operation_op2(site->op.operation) < 4U;

        order_operation(core, site, el2 ? EL2_STAGE1 : STAGE2, "AT");
    }
}

void tlb_barrier(struct core *core, const struct site *site)
{
    if (site->level != EL2) {
        return;
    }
    if (site->op.kind == OP_DSB) {
        maintenance_dsb(core, site);
    } else if (site->op.kind == OP_ISB) {
        maintenance_synchronized(core, site);
        order_synchronized(core->index);
        context_synchronized(core, site);
    }
}

void tlb_sysreg(struct core *core, const struct site *site, enum reg reg, uint64_t value)
{
    if (site->level == EL2) {
        order_sysreg(core, site, reg, value);
        context_sysreg(core, site, reg, value);
    }
}

/* A return to EL2 itself, from an SError for instance, enters nothing. */
void tlb_exception_return(struct core *core, const struct site *site, uint32_t to_level)
{
    if (site->level != EL2 || to_level >= EL2) {
        return;
    }
    maintenance_synchronized(core, site);
    order_synchronized(core->index);
    context_synchronized(core, site);
    obligation_exception_return(core, site);
    context_exception_return(core, site);
}

void tlb_end(void)
{
    report_number("translation tables", table_number());
    report_number("TLB operations", maintenance_number());
    report_number("entries of guests", context_number());
    report_number("descriptor changes not forgotten", obligations_open);
}
