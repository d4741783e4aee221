/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of the guest's own table walks that leave its memory: the first lookup does (TTBR1), or a table lies where nothing is,
 * in the bus's hole or at the distributor. The level is the bus's to know; the hypervisor knows that of the first lookup,
 * and says the last level for every other.
 */
#include "guests/probe/probe.h"

#include "guests/lib/sysreg.h"
#include "guests/probe/forms.h"
#include "guests/probe/space.h"

#define CACHE_MAINTENANCE (1ULL << 8)
#define FIRST 1U
#define LAST 3U

enum place { NOTHING, HOLE, DISTRIBUTOR };

static void run_walk(struct form_run *run, const char *name, const uint32_t *code, uint64_t spsr, uint64_t address,
                     uint64_t root)
{
    form_prepare(run, name, (uint64_t)code);
    space_open();
    space_set_upper(root);
    form_run(run, spsr, address, 0U);
    space_set_upper(0U);
    space_close();
}

/* Level `deepest` is right as well if it is the hypervisor that answers. */
static bool expect_level(const struct form_run *run, uint64_t esr, uint32_t level, uint64_t far)
{
    bool last = run->caught.esr == esr + FORM_WALK(LAST) && level != FIRST;

    return form_expect_abort(run, esr + FORM_WALK(last ? LAST : level), far);
}

static bool check_from(uint64_t spsr, uint32_t level, uint64_t address, uint64_t root)
{
    struct form_run load;
    struct form_run pair;
    struct form_run fetch;

    run_walk(&load, "a load's walk", form_ldr_w, spsr, address, root);
    run_walk(&pair, "a pair's walk", form_stp, spsr, address, root);
    run_walk(&fetch, "a fetch's walk", (const uint32_t *)address, spsr, address, root);
    return expect_level(&load, form_data_abort(spsr, false, 0U), level, address) &&
           expect_level(&pair, form_data_abort(spsr, true, 0U), level, address) &&
           expect_level(&fetch, form_fetch_abort(spsr, 0U), level, address);
}

static bool check_levels(uint32_t level, uint64_t address, uint64_t root)
{
    return check_from(CATCH_EL1H, level, address, root) && check_from(CATCH_EL1T, level, address, root) &&
           check_from(CATCH_EL0, level, address, root);
}

static bool check_first(uint64_t place)
{
    return check_levels(FIRST, SPACE_NORMAL + 0x123450U, space_targets[place]);
}

static bool check_second(uint64_t place)
{
    return check_levels(2U, SPACE_LEVEL2(place) + 0x200000U, 0U);
}

static bool check_last(uint64_t place)
{
    return check_levels(LAST, SPACE_LEVEL3(place) + 0x3000U, 0U);
}

/* AT looks with the same walk: what it meets is an abort, and not a result. */
static bool check_translation(uint64_t place)
{
    uint64_t esr = form_data_abort(CATCH_EL1H, true, 0U) | CACHE_MAINTENANCE;
    struct form_run first;
    struct form_run last;

    run_walk(&first, "AT S1E1R", form_at, CATCH_EL1H, SPACE_NORMAL, space_targets[place]);
    run_walk(&last, "AT S1E1R", form_at, CATCH_EL1H, SPACE_LEVEL3(place), 0U);
    return expect_level(&first, esr, FIRST, SPACE_NORMAL) && expect_level(&last, esr, LAST, SPACE_LEVEL3(place));
}

/* Stage 1 alone: that nothing is there it does not see. */
static bool check_translated(uint64_t address)
{
    struct form_run run;
    uint64_t par;

    run_walk(&run, "AT S1E1R", form_at, CATCH_EL1H, SPACE_NORMAL + address, 0U);
    par = sysreg_read(par_el1);
    return form_expect_end(&run) && expect_equal("PAR_EL1.F", par & 1U, 0U) &&
           expect_equal("PAR_EL1.PA", par & 0x0000fffffffff000ULL, address);
}

static const struct check list[] = {
    {"a walk that begins where nothing is aborts at level 1", check_first, NOTHING},
    {"a walk that begins in the bus's hole aborts at level 1", check_first, HOLE},
    {"a walk that begins at the distributor aborts at level 1", check_first, DISTRIBUTOR},
    {"a level-2 table where nothing is aborts as a walk", check_second, NOTHING},
    {"a level-2 table in the bus's hole aborts as a walk", check_second, HOLE},
    {"a level-2 table at the distributor aborts as a walk", check_second, DISTRIBUTOR},
    {"a level-3 table where nothing is aborts at level 3", check_last, NOTHING},
    {"a level-3 table in the bus's hole aborts at level 3", check_last, HOLE},
    {"a level-3 table at the distributor aborts at level 3", check_last, DISTRIBUTOR},
    {"AT through a table where nothing is aborts", check_translation, NOTHING},
    {"AT through a table in the bus's hole aborts", check_translation, HOLE},
    {"AT through a table at the distributor aborts", check_translation, DISTRIBUTOR},
    {"AT of an address where nothing is gives the address", check_translated, SPACE_NOTHING},
};
const struct checks walk_checks = CHECKS(list);
