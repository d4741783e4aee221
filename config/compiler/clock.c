/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linux's bindings fixed-clock, fixed-factor-clock and assigned-clock-rates. A clock that somebody sets at run time
 * has no rate here.
 * @implements REQ-CONFIG-024
 */
#include "clock.h"

#include <libfdt.h>
#include <string.h>

#define MAX_FACTORS 4U

static uint32_t clock_cell(const struct tree *tree, int node, const char *name)
{
    uint32_t size = 0;
    const fdt32_t *cell = tree_property(tree, node, name, &size);
    return cell == NULL || size != 4U ? 0U : fdt32_ld(cell);
}

/* Up to MAX_FACTORS fixed factors, down to a fixed clock. */
static uint32_t clock_fixed_rate(const struct tree *tree, int provider)
{
    uint64_t multiply = 1;
    uint64_t divide = 1;
    for (uint32_t i = 0; i < MAX_FACTORS && tree_compatible(tree, provider, "fixed-factor-clock"); i++) {
        struct reference parent;
        bool broken = false;
        multiply *= clock_cell(tree, provider, "clock-mult");
        divide *= clock_cell(tree, provider, "clock-div");
        if (divide == 0 || multiply > UINT32_MAX || divide > UINT32_MAX ||
            !reference_read(tree, provider, "clocks", 0, &parent, &broken)) {
            return 0;
        }
        provider = parent.provider;
    }
    if (!tree_compatible(tree, provider, "fixed-clock")) {
        return 0;
    }
    uint64_t rate = clock_cell(tree, provider, "clock-frequency") * multiply / divide;
    return rate > UINT32_MAX ? 0U : (uint32_t)rate;
}

static uint32_t clock_assigned_rate(const struct tree *tree, int node, const struct reference *clock)
{
    struct reference assigned = {.next = 0};
    bool broken = false;
    uint32_t size = 0;
    const fdt32_t *rates = tree_property(tree, node, "assigned-clock-rates", &size);
    for (uint32_t i = 0; rates != NULL && (i + 1U) * 4U <= size; i++) {
        if (!reference_read(tree, node, "assigned-clocks", assigned.next, &assigned, &broken)) {
            return 0;
        }
        if (assigned.size == clock->size && memcmp(assigned.entry, clock->entry, clock->size) == 0) {
            return fdt32_ld(&rates[i]);
        }
    }
    return 0;
}

uint32_t clock_rate(const struct tree *tree, int node, const struct reference *clock)
{
    uint32_t rate = tree_enabled(tree, clock->provider) ? clock_fixed_rate(tree, clock->provider) : 0U;
    return rate != 0 ? rate : clock_assigned_rate(tree, node, clock);
}

uint32_t clock_first_rate(const struct tree *tree, int node)
{
    struct reference clock;
    bool broken = false;
    return reference_read(tree, node, "clocks", 0, &clock, &broken) ? clock_rate(tree, node, &clock) : 0U;
}
