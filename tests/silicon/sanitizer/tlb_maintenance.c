/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLBI and IC: what they cover, and when they are complete. A TLBI or IC is complete when a DSB for loads and stores has
 * been executed by the same core, of a domain that holds the cores that were told (B2.3.12, D8.16). Range operations, those
 * by VA for a guest and those by ASID are taken to invalidate nothing.
 */
#include "tests/silicon/sanitizer/tlb.h"

#include <stdio.h>

#define PENDING 256U
#define TLBI_LOCAL 7U
#define TLBI_INNER 3U
#define TLBI_OUTER 1U

static struct pending {
    struct invalidation items[PENDING];
    uint32_t count;
    const struct site *cache_site; /* IC that is not complete */
    uint64_t cache_time;
    uint64_t cache_complete;
} pending[CORES];

static uint64_t operations;

uint64_t maintenance_number(void)
{
    return operations;
}

uint64_t maintenance_instruction_cache(uint32_t core)
{
    return pending[core].cache_complete;
}

/* op1 = 4, CRm = 0 (broadcast) or 4: IPAS2E1, IPAS2LE1 and their kin. */
static bool decode_ipa(uint32_t operation, struct invalidation *what)
{
    uint32_t op2 = operation_op2(operation);
    bool outer = operation_crm(operation) == 4U && (op2 == 0U || op2 == 4U);

    what->regime = STAGE2;
    what->stage2 = true;
    what->by_address = true;
    what->broadcast = operation_crm(operation) == 0U || outer;
    return op2 == 1U || op2 == 5U || outer;
}

/* op1 = 4, CRm = 3, 7 or 1: ALLE2, VAE2, ALLE1, VALE2, VMALLS12E1. */
static bool decode_el2(uint32_t operation, struct invalidation *what)
{
    uint32_t op2 = operation_op2(operation);

    what->stage1 = true;
    if (op2 == 4U || op2 == 6U) {
        what->regime = STAGE2;
        what->stage2 = true;
        what->all_vmids = op2 == 4U;
        return true;
    }
    what->regime = EL2_STAGE1;
    what->all_vmids = true;
    what->by_address = op2 == 1U || op2 == 5U;
    return op2 == 0U || op2 == 1U || op2 == 5U;
}

/* False: it invalidates nothing that is kept account of. */
static bool decode_tlbi(uint32_t operation, struct invalidation *what)
{
    uint32_t op1 = operation_op1(operation);
    uint32_t crm = operation_crm(operation);

    if (op1 == 4U && (crm == 0U || crm == 4U)) {
        return decode_ipa(operation, what);
    }
    what->broadcast = crm != TLBI_LOCAL;
    if (crm != TLBI_LOCAL && crm != TLBI_INNER && crm != TLBI_OUTER) {
        return false;
    }
    if (op1 == 4U) {
        return decode_el2(operation, what);
    }
    what->regime = STAGE2;
    what->stage1 = true;
    return op1 == 0U && operation_op2(operation) == 0U; /* VMALLE1 */
}

static void report_broadcast(const struct core *core, const struct site *site, const char *what)
{
    report(core, site, "tlb-broadcast", NO_PA, NULL, "%s reaches every core, and no other core may hold what it is for",
           what);
}

/* A broadcast is for what other cores hold; the second half of a pair (VMALLE1IS) has the same reason as the first. */
void maintenance_tlbi(const struct core *core, const struct site *site, uint64_t xt)
{
    struct pending *mine = &pending[core->index];
    struct invalidation what = {.site = site, .vmid = vmid_of(core), .time = ++tlb_clock};
    bool known = decode_tlbi(site->op.operation, &what);
    bool others;

    operations++;
    what.address = (xt & 0xfffffffffffULL) << 12;
    order_operation(core, site, what.regime, "TLBI");
    others = known && obligation_begin(core, &what);
    if (what.broadcast && !others) {
        report_broadcast(core, site, "TLBI");
    }
    /* Another root may still be walked: what is removed may come back. */
    if (known && !(what.regime == EL2_STAGE1 && order_el2_pending(core->index))) {
        if (mine->count == PENDING) {
            (void)fprintf(stderr, "sanitizer: more than %u TLBIs without a DSB; the last but one is forgotten\n",
                          PENDING);
            mine->count--;
        }
        mine->items[mine->count] = what;
        mine->count++;
    }
}

void maintenance_ic(const struct core *core, const struct site *site)
{
    struct pending *mine = &pending[core->index];

    if (site->op.operation == IC_IALLUIS) {
        report_broadcast(core, site, "IC IALLUIS");
    }
    if (site->op.operation == IC_IALLUIS || site->op.operation == IC_IALLU) {
        mine->cache_site = site;
        mine->cache_time = ++tlb_clock;
    }
}

static void complete(const struct core *core, const struct invalidation *what)
{
    obligation_complete(core->index, what);
    if (what->regime == EL2_STAGE1 && !what->by_address) {
        context_forgotten_el2(core->index);
    } else if (what->regime == STAGE2 && what->stage1 && what->stage2) {
        context_forgotten_guest(core->index, what);
    }
}

void maintenance_dsb(const struct core *core, const struct site *site)
{
    struct pending *mine = &pending[core->index];
    uint32_t types = BARRIER_TYPES(site->op.option);
    bool to_others = BARRIER_DOMAIN(site->op.option) != DOMAIN_LOCAL;
    uint32_t left = 0U;

    if (types == TYPES_NONE) {
        return; /* SSBB, PSSBB */
    }
    tlb_clock++;
    if (types != TYPES_LOADS) {
        obligation_visible(core->index, to_others);
        if (to_others) {
            order_visible(core->index);
        }
    }
    if (types != TYPES_ALL) {
        return;
    }
    for (uint32_t n = 0U; n < mine->count; n++) {
        if (mine->items[n].broadcast && !to_others) {
            mine->items[left] = mine->items[n];
            left++;
        } else {
            complete(core, &mine->items[n]);
        }
    }
    mine->count = left;
    if (mine->cache_site != NULL && (mine->cache_site->op.operation == IC_IALLU || to_others)) {
        mine->cache_complete = mine->cache_time;
        mine->cache_site = NULL;
    }
}

void maintenance_synchronized(const struct core *core, const struct site *site)
{
    struct pending *mine = &pending[core->index];

    if (mine->count != 0U) {
        struct actor writer = {.site = mine->items[0].site, .core = core->index};

        report(core, site, "tlb-complete", NO_PA, &writer, "TLBI without a DSB that completes it before this %s",
               site->op.kind == OP_ISB ? "ISB" : "ERET");
        mine->count = 0U;
    }
    if (mine->cache_site != NULL) {
        struct actor writer = {.site = mine->cache_site, .core = core->index};

        report(core, site, "tlb-complete", NO_PA, &writer, "IC without a DSB that completes it before this %s",
               site->op.kind == OP_ISB ? "ISB" : "ERET");
        mine->cache_site = NULL;
    }
}
