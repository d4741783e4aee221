/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of descriptors that a TLB may hold, and what is owed after them (D8.16, break-before-make and TLB maintenance).
 * Stage 2 is forgotten when each core that may hold it has lost both the stage-2 entries and the entries that combine
 * both stages; EL2's stage 1 when each core with its MMU on has.
 */
#include "tests/silicon/sanitizer/tlb.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define OBLIGATIONS 1024U
#define EVERY_CORE ((1U << CORES) - 1U)
/* What no walk looks at: software's bits, and the stage-1 bit 63 (ignored). */
#define IGNORED_BITS ((0xfULL << 55) | (1ULL << 63))
#define CONTIGUOUS (1ULL << 52)
/* Type and cacheability: MemAttr of stage 2, AttrIndx of stage 1. */
#define ATTRIBUTES_STAGE2 (0xfULL << 2)
#define ATTRIBUTES_STAGE1 (7ULL << 2)

enum told { TOLD_REUSE = 1, TOLD_RETURN = 2, TOLD_HAND_OVER = 4, TOLD_ORDER = 8, TOLD_MAKE = 16 };

struct obligation {
    bool open;
    bool visible;  /* a DSB of the core that changed it has made it visible */
    bool by_table; /* it was a table: addresses below it are many */
    struct place place;
    uint64_t size; /* of input addresses, from place.base */
    uint64_t old;  /* output address of a leaf, or the table that was below */
    uint64_t descriptor;
    uint32_t core;
    const struct site *site;
    uint64_t time; /* when it became visible */
    uint32_t need; /* cores that may hold it */
    uint32_t stage1;
    uint32_t stage2;
    uint64_t stage2_time; /* when stage2 covered need */
    uint32_t told;
};

static struct obligation obligations[OBLIGATIONS];
uint32_t obligations_open;

static uint32_t cores_with_el2(void)
{
    uint32_t mask = 0U;

    for (uint32_t core = 0U; core < core_count; core++) {
        mask |= context_mmu_on(core) ? 1U << core : 0U;
    }
    return mask;
}

static struct obligation *next_open(struct obligation *after)
{
    for (uint32_t n = after == NULL ? 0U : (uint32_t)(after - obligations) + 1U; n < OBLIGATIONS; n++) {
        if (obligations[n].open) {
            return &obligations[n];
        }
    }
    return NULL;
}

static const char *name_of(enum regime regime)
{
    return regime == STAGE2 ? "stage 2" : "EL2 stage 1";
}

static const char *stage_state(uint32_t done, uint32_t need)
{
    if ((done & need) == need) {
        return "on all cores";
    }
    return (done & need) == 0U ? "nowhere" : "not on all cores";
}

/* One finding about one obligation, once for each kind. */
static void tell(const struct core *core, const struct site *site, struct obligation *owed, enum told kind, uint64_t pa,
                 const char *what)
{
    const char *class = kind == TOLD_REUSE    ? "tlb-reuse"
                        : kind == TOLD_RETURN ? "tlb-return"
                        : kind == TOLD_ORDER  ? "tlb-order"
                        : kind == TOLD_MAKE   ? "tlb-break"
                                              : "tlb-hand-over";
    struct actor writer = {.site = owed->site, .core = owed->core};

    if ((owed->told & kind) != 0U) {
        return;
    }
    owed->told |= kind;
    report(core, site, class, pa, &writer,
           "%s; %s of VMID %u, address 0x%" PRIx64 " size 0x%" PRIx64 " was 0x%" PRIx64
           "; cores 0x%x may hold it; stage 2 forgotten %s, stage 1 %s",
           what, name_of(owed->place.regime), owed->place.vmid, owed->place.base, owed->size, owed->descriptor,
           owed->need, owed->place.regime == STAGE2 ? stage_state(owed->stage2, owed->need) : "-",
           stage_state(owed->stage1, owed->need));
}

static bool needs_break(const struct place *place, uint64_t before, uint64_t after)
{
    uint64_t attributes = place->regime == STAGE2 ? ATTRIBUTES_STAGE2 : ATTRIBUTES_STAGE1;
    bool table = is_table(before, place->level);

    if (table != is_table(after, place->level) || ((before ^ after) & ADDRESS_MASK) != 0U) {
        return true;
    }
    return !table && ((before ^ after) & (attributes | CONTIGUOUS)) != 0U;
}

static void open_one(const struct core *core, const struct site *site, const struct place *place, uint64_t before)
{
    struct obligation *owed = NULL;

    for (uint32_t n = 0U; n < OBLIGATIONS && owed == NULL; n++) {
        owed = obligations[n].open ? NULL : &obligations[n];
    }
    if (owed == NULL) {
        (void)fprintf(stderr, "sanitizer: too many changes of descriptors at once\n");
        abort();
    }
    *owed = (struct obligation){
        .open = true,
        .by_table = is_table(before, place->level),
        .place = *place,
        .size = 1ULL << level_shift(place->level),
        .old = before & ADDRESS_MASK,
        .descriptor = before,
        .core = core->index,
        .site = site,
        .need = place->regime == STAGE2 ? vm_of(place->vmid)->holders : cores_with_el2(),
    };
    owed->open = owed->need != 0U; /* nobody can hold it: nothing is owed */
    obligations_open += owed->open ? 1U : 0U;
}

static void make(const struct core *core, const struct site *site, const struct place *place, uint64_t after)
{
    struct place below = place_below(place, 0U);
    uint64_t size = 1ULL << level_shift(place->level);

    if (is_table(after, place->level)) {
        table_add(core, site, after & ADDRESS_MASK, &below);
    } else if (place->regime == STAGE2) {
        page_own(core, site, place->vmid, after & ADDRESS_MASK, size);
    }
}

/* Made again before the break was forgotten. */
static void check_make(const struct core *core, const struct site *site, const struct place *place, uint64_t after)
{
    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (owed->place.regime == place->regime && owed->place.vmid == place->vmid &&
            owed->place.level == place->level && owed->place.base == place->base &&
            needs_break(place, owed->descriptor, after)) {
            tell(core, site, owed, TOLD_MAKE, after & ADDRESS_MASK,
                 "made again before the break was forgotten everywhere");
        }
    }
}

static void change_at(const struct core *core, const struct site *site, const struct place *place, uint64_t before,
                      uint64_t after)
{
    struct actor writer = {.site = site, .core = core->index};

    if (is_valid(before) && is_valid(after) && may_be_cached(before, place->level) &&
        needs_break(place, before, after)) {
        report(core, site, "tlb-break", after & ADDRESS_MASK, &writer,
               "%s of VMID %u, address 0x%" PRIx64 ": valid 0x%" PRIx64 " became valid 0x%" PRIx64 " without a break",
               name_of(place->regime), place->vmid, place->base, before, after);
    }
    if (is_valid(after)) {
        check_make(core, site, place, after);
    }
    if (is_valid(before) && !is_table(before, place->level) && place->regime == STAGE2) {
        page_disown(before & ADDRESS_MASK, 1ULL << level_shift(place->level), place->vmid);
    }
    if (may_be_cached(before, place->level)) {
        open_one(core, site, place, before);
    }
    if (is_valid(after)) {
        make(core, site, place, after);
    }
}

void obligation_change(const struct core *core, const struct site *site, const struct table *table, uint32_t index,
                       uint64_t before, uint64_t after)
{
    if (((before ^ after) & ~IGNORED_BITS) == 0U || (!is_valid(before) && !is_valid(after))) {
        return;
    }
    for (uint32_t n = 0U; n < table->place_count; n++) {
        struct place place = table->places[n];

        place.base += (uint64_t)index << level_shift(place.level);
        if (place_has(&table->places[n], index)) {
            change_at(core, site, &place, before, after);
        }
    }
}

static bool was_mapped(const struct obligation *owed, uint64_t pa, uint64_t size)
{
    if (owed->by_table) {
        return table_maps(owed->old, owed->place.level + 1U, pa, size);
    }
    return pa < owed->old + owed->size && owed->old < pa + size;
}

void obligation_hand_over(const struct core *core, const struct site *site, uint32_t vmid, uint64_t pa, uint64_t size)
{
    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (owed->place.regime == STAGE2 && owed->place.vmid != vmid && was_mapped(owed, pa, size)) {
            tell(core, site, owed, TOLD_HAND_OVER, pa,
                 "mapped for another VMID before the old mapping was forgotten everywhere");
        }
    }
}

void obligation_reuse(const struct core *core, const struct site *site, uint64_t pa, uint32_t size)
{
    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (was_mapped(owed, pa, size) && (owed->told & (uint32_t)TOLD_REUSE) == 0U) {
            tell(core, site, owed, TOLD_REUSE, pa, "written by EL2 before the old mapping was forgotten everywhere");
        }
    }
}

void obligation_exception_return(const struct core *core, const struct site *site)
{
    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (owed->core == core->index) {
            tell(core, site, owed, TOLD_RETURN, owed->by_table ? NO_PA : owed->old,
                 "left EL2 before the change was forgotten everywhere");
        }
    }
}

void obligation_visible(uint32_t core, bool to_others)
{
    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (owed->core == core && !owed->visible && (to_others || owed->need == 1U << core)) {
            owed->visible = true;
            owed->time = tlb_clock;
        }
    }
}

void obligation_enter(uint32_t core, uint32_t vmid)
{
    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (owed->place.regime == STAGE2 && owed->place.vmid == vmid && !owed->visible) {
            owed->need |= 1U << core;
        }
    }
}

/* An operation by address finds a block's entries by any address in it (D8.16.5); not what was below a table. */
static bool covers(const struct invalidation *what, const struct obligation *owed)
{
    if (what->regime != owed->place.regime || (!what->all_vmids && what->vmid != owed->place.vmid)) {
        return false;
    }
    if (!what->by_address) {
        return true;
    }
    return !owed->by_table && what->address - owed->place.base < owed->size;
}

bool obligation_begin(const struct core *core, const struct invalidation *what)
{
    bool others = false;

    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (!covers(what, owed)) {
            continue;
        }
        others = others || (owed->need & ~(1U << core->index)) != 0U;
        if (owed->core == core->index && !owed->visible) {
            tell(core, what->site, owed, TOLD_ORDER, NO_PA, "TLBI without a DSB after the store of the descriptor");
        }
    }
    return others;
}

static bool is_done(const struct obligation *owed)
{
    bool stage2 = owed->place.regime == EL2_STAGE1 || (owed->stage2 & owed->need) == owed->need;

    return stage2 && (owed->stage1 & owed->need) == owed->need;
}

static void complete_one(struct obligation *owed, const struct invalidation *what, uint32_t cores)
{
    bool stage2_first = (owed->stage2 & owed->need) == owed->need && what->time > owed->stage2_time;

    if (what->stage1 && (what->stage2 || owed->place.regime == EL2_STAGE1 || stage2_first)) {
        owed->stage1 |= cores;
    }
    if (what->stage2) {
        owed->stage2 |= cores;
        owed->stage2_time = tlb_clock;
    }
    if (is_done(owed)) {
        owed->open = false;
        obligations_open--;
    }
}

void obligation_complete(uint32_t core, const struct invalidation *what)
{
    uint32_t cores = what->broadcast ? EVERY_CORE : 1U << core;

    for (struct obligation *owed = next_open(NULL); owed != NULL; owed = next_open(owed)) {
        if (covers(what, owed) && owed->visible && owed->time < what->time) {
            complete_one(owed, what, cores);
        }
    }
}
