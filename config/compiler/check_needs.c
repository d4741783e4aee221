/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device needs of other devices: none of them may be in another partition's hands, and the rate of its clocks
 * must be known if the guest cannot ask for it.
 * @implements REQ-CONFIG-028
 */
#include "check.h"

#include "clock.h"
#include "reference.h"

#include <libfdt.h>
#include <string.h>

/* A device, or a node below it, on its way through the checks. */
struct needy {
    const struct model *model;
    const struct partition *partition;
    const char *from; /* the property that gives the device */
    int node;
};

static void check_provider(const struct needy *needy, const char *property, const struct reference *reference)
{
    const struct tree *tree = &needy->model->tree;
    const char *kind = reference_kind(property);
    const struct partition *owner = reference_owner(needy->model, reference->provider);
    if (owner != NULL && owner != needy->partition) {
        tree_error(tree, needy->partition->node, needy->from,
                   "%s: device '%s' needs %s '%s' ('%s'), which belongs to %s", needy->partition->name,
                   tree_title(tree, needy->node), kind, tree_title(tree, reference->provider), property, owner->name);
        diag_note(tree_at(tree, needy->node, property), "the need is stated here; give both to one partition");
    }
}

/* A fixed clock whose rate is there, and wrong. */
static bool check_rate_is_wrong(const struct tree *tree, int clock)
{
    return tree_compatible(tree, clock, "fixed-clock") && tree_has(tree, clock, "clock-frequency");
}

/* False after a diagnostic. */
static bool check_clock(const struct needy *needy, const struct reference *clock)
{
    const struct tree *tree = &needy->model->tree;
    if (reference_owner(needy->model, clock->provider) == NULL && clock_rate(tree, needy->node, clock) == 0) {
        if (tree_enabled(tree, clock->provider) && check_rate_is_wrong(tree, clock->provider)) {
            tree_error(tree, clock->provider, "clock-frequency",
                       "%s: 'clock-frequency' must be one number of Hz, and not 0: <24000000>",
                       tree_title(tree, clock->provider));
            tree_mute(tree, clock->provider, "clock-frequency");
            return false;
        }
        tree_error(tree, needy->partition->node, needy->from,
                   "%s: device '%s' has a clock of '%s', whose rate is not known here", needy->partition->name,
                   tree_title(tree, needy->node), tree_title(tree, clock->provider));
        if (!tree_enabled(tree, clock->provider)) {
            diag_note(tree_at(tree, clock->provider, "status"), "'%s' is disabled (status)",
                      tree_title(tree, clock->provider));
        }
        diag_note(tree_at(tree, needy->node, "clocks"),
                  "say in the board file what the firmware sets: assigned-clocks and assigned-clock-rates");
        return false;
    }
    return true;
}

/* As many names as entries: a guest's driver asks for an entry by its name. */
static void check_names_of(const struct needy *needy, const char *property, uint32_t count)
{
    const struct tree *tree = &needy->model->tree;
    const char *name = reference_names(property);
    uint32_t names = 0;
    uint32_t size = 0;
    const char *text = name == NULL ? NULL : tree_property(tree, needy->node, name, &size);
    for (uint32_t i = 0; i < size; i++) {
        names += text[i] == '\0' ? 1U : 0U;
    }
    if (text != NULL && names != count) {
        tree_error(tree, needy->node, name, "%s: '%s' has %u entr%s, and '%s' has %u", tree_title(tree, needy->node),
                   property, count, count == 1U ? "y" : "ies", name, names);
    }
}

static void check_property(const struct needy *needy, const char *property)
{
    const struct tree *tree = &needy->model->tree;
    struct reference reference = {.next = 0};
    bool broken = false;
    uint32_t count = 0;
    while (reference_read(tree, needy->node, property, reference.next, &reference, &broken)) {
        count++;
        check_provider(needy, property, &reference);
        if (strcmp(property, "clocks") == 0 && !check_clock(needy, &reference)) {
            return;
        }
    }
    if (broken && !tree->broken) {
        tree_error(tree, needy->node, property,
                   "%s: '%s' is not a list of references with as many cells each as the %s's node asks for",
                   tree_title(tree, needy->node), property, reference_kind(property));
    } else if (!broken) {
        check_names_of(needy, property, count);
    }
}

static void check_node(const struct needy *needy)
{
    const struct tree *tree = &needy->model->tree;
    int property = 0;
    fdt_for_each_property_offset(property, tree->blob, needy->node)
    {
        const char *name = NULL;
        (void)fdt_getprop_by_offset(tree->blob, property, &name, NULL);
        if (name != NULL && reference_kind(name) != NULL) {
            check_property(needy, name);
        }
    }
    for (int child = tree_first(tree, needy->node); child >= 0; child = tree_next(tree, child)) {
        struct needy below = *needy;
        below.node = child;
        check_node(&below);
    }
}

void check_needs(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        if (partition->console == CONSOLE_PASSED && partition->uart.node >= 0) {
            check_node(&(struct needy){model, partition, "console", partition->uart.node});
        }
        for (uint32_t j = 0; j < partition->access_count; j++) {
            check_node(&(struct needy){model, partition, "access", partition->access[j].node});
        }
    }
}
