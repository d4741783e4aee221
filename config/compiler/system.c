/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /partitions and its hypervisor node.
 * @implements REQ-CONFIG-005
 * @implements REQ-CONFIG-055
 */
#include "system.h"

#include "board.h"
#include "device.h"
#include "arena.h"
#include "partition.h"
#include "schema.h"
#include "values.h"

#include <string.h>

#define HYPERVISOR "bulkhead,hypervisor"
#define PARTITION "bulkhead,partition"
#define CONSOLE_MAX 0x10000U

static void system_read_base(const struct tree *tree, struct hypervisor *hypervisor)
{
    int node = hypervisor->node;
    if (!values_require(tree, node, "load-address", "load-address = <0x0 0x40200000>;") ||
        !values_u64(tree, node, "load-address", &hypervisor->base)) {
        return;
    }
    if (hypervisor->base % SIZE_2M != 0) {
        tree_error(tree, node, "load-address", "hypervisor: load-address 0x%llx is not a multiple of 2 MiB (0x%llx)",
                   HEX(hypervisor->base), SIZE_2M);
    } else if (hypervisor->base >= ADDRESS_LIMIT) {
        tree_error(tree, node, "load-address",
                   "hypervisor: load-address 0x%llx is beyond the %u address bits that are "
                   "supported",
                   HEX(hypervisor->base), ADDRESS_BITS);
    } else {
        hypervisor->placed = true;
    }
}

/* EL2 maps all of it, and takes the one interrupt; its driver makes accesses of 32 bits. */
static bool system_check_console(const struct tree *tree, int node, const struct device *console)
{
    uint32_t width = 4;
    if (console->region_count != 1U || (console->regions[0].base | console->regions[0].size) % SIZE_4K != 0 ||
        console->regions[0].size > CONSOLE_MAX || console->interrupt_count != 1U) {
        tree_error(
            tree, node, "console",
            "hypervisor: console '%s' must have one region of registers, of 4 to 64 KiB and on a 4 KiB boundary, and "
            "one interrupt",
            console->name);
        return false;
    }
    if (values_u32(tree, console->node, "reg-io-width", &width) && width != 4U) {
        tree_error(tree, console->node, "reg-io-width",
                   "%s: the hypervisor's console is accessed by 32 bits (4), not %u bytes", console->name, width);
        return false;
    }
    return true;
}

static void system_read_console(struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    struct device *console = &model->hypervisor.console;
    if (!values_require(tree, node, "console", "console = <&uart0>;")) {
        return;
    }
    int target = values_node(tree, node, "console", "<&uart0>");
    if (target >= 0 && !tree_compatible(tree, target, PL011)) {
        tree_error(tree, node, "console", "hypervisor: console '%s' is not a PL011 (compatible \"" PL011 "\")",
                   tree_title(tree, target));
    } else if (target >= 0 && device_read(model, target, node, "console", console) &&
               system_check_console(tree, node, console)) {
        return;
    }
    console->node = -1;
}

static void system_read_service_core(struct model *model, int node)
{
    int target = values_node(&model->tree, node, "service-core", "<&cpu0>");
    if (target < 0) {
        return;
    }
    model->hypervisor.service_core = board_core(&model->board, target);
    if (model->hypervisor.service_core == NULL) {
        board_report_no_core(&model->tree, node, "service-core", target);
    }
}

static void system_read_hypervisor(struct model *model, int node)
{
    static const char *const states[] = {"halt", "reset", "off", NULL};
    static const enum safe_state values[] = {SAFE_HALT, SAFE_RESET, SAFE_OFF};
    uint32_t state = 0;
    if (model->hypervisor.node >= 0) {
        tree_error(&model->tree, node, NULL, "a second hypervisor node");
        diag_note(tree_at(&model->tree, model->hypervisor.node, NULL), "the first one is here");
        return;
    }
    model->hypervisor.node = node;
    schema_check(&model->tree, node, SCHEMA_HYPERVISOR);
    system_read_base(&model->tree, &model->hypervisor);
    system_read_console(model, node);
    system_read_service_core(model, node);
    (void)values_choice(&model->tree, node, "safe-state", states, &state);
    model->hypervisor.safe_state = values[state];
}

/* A second entry would be read by nobody. */
static void system_check_compatible(const struct tree *tree, int node)
{
    bool ours = tree_compatible(tree, node, HYPERVISOR) || tree_compatible(tree, node, PARTITION);
    if (ours && !values_is_string(tree, node, "compatible")) {
        tree_error(tree, node, "compatible",
                   "%s: 'compatible' must be one string, \"" HYPERVISOR "\" or \"" PARTITION "\"",
                   tree_node_name(tree, node));
    }
}

/* A node that is neither: what its compatible should have been. */
static void system_reject(const struct tree *tree, int node)
{
    static const char *const compatibles[] = {HYPERVISOR, PARTITION, NULL};
    const char *name = tree_node_name(tree, node);
    const char *home = schema_home(name, false);
    if (home != NULL) {
        tree_error(tree, node, NULL, "%s: this node is out of place; its place is in %s", name, home);
        return;
    }
    if (!tree_has(tree, node, "compatible")) {
        tree_error(tree, node, NULL, "%s: property 'compatible' is missing; for example: compatible = \"%s\";", name,
                   PARTITION);
        return;
    }
    const char *text = NULL;
    if (values_string(tree, node, "compatible", &text)) {
        const char *guess = schema_guess(text, compatibles);
        tree_error(tree, node, "compatible", "%s: unknown compatible \"%s\"%s", name, text,
                   guess == NULL ? "" : arena_print("; did you mean \"%s\"?", guess));
        if (guess != NULL) {
            tree_mute(tree, 0, guess);
        }
    }
}

static void system_add_partition(struct model *model, int node)
{
    int top = tree_parent(&model->tree, node);
    if (model->partition_count == MAX_PARTITIONS) {
        if (!tree_is_muted(&model->tree, top, PARTITION)) {
            tree_error(&model->tree, node, NULL, "%s: more than %u partitions", tree_node_name(&model->tree, node),
                       MAX_PARTITIONS);
        }
        tree_mute(&model->tree, top, PARTITION);
        return;
    }
    struct partition *partition = &model->partitions[model->partition_count];
    partition->index = model->partition_count++;
    partition_read(model, node, partition);
}

/* Its name may be misspelt: a node below the root that has our compatibles below it. */
static void system_report_missing(const struct tree *tree)
{
    diag_error((struct position){tree->file, 1, 0},
               "there is no /partitions node; it holds the hypervisor and the partitions");
    for (int node = tree_first(tree, 0); node >= 0; node = tree_next(tree, node)) {
        for (int child = tree_first(tree, node); child >= 0; child = tree_next(tree, child)) {
            if (tree_compatible(tree, child, HYPERVISOR)) {
                diag_note(tree_at(tree, node, NULL), "'%s' should have the name 'partitions'",
                          tree_node_name(tree, node));
            }
        }
    }
}

void system_read(struct model *model)
{
    const struct tree *tree = &model->tree;
    int top = tree_by_path(tree, "/partitions");
    model->hypervisor.node = -1;
    model->hypervisor.console.node = -1;
    if (top < 0) {
        system_report_missing(tree);
        return;
    }
    schema_check(tree, top, SCHEMA_PARTITIONS);
    for (int node = tree_first(tree, top); node >= 0; node = tree_next(tree, node)) {
        system_check_compatible(tree, node);
        if (tree_compatible(tree, node, HYPERVISOR)) {
            system_read_hypervisor(model, node);
        } else if (tree_compatible(tree, node, PARTITION)) {
            system_add_partition(model, node);
        } else {
            system_reject(tree, node);
        }
    }
    if (model->hypervisor.node < 0 && !tree_is_muted(tree, 0, HYPERVISOR)) {
        tree_error(tree, top, NULL, "there is no hypervisor node with compatible = \"%s\"", HYPERVISOR);
    }
    if (model->partition_count == 0 && !tree_is_muted(tree, 0, PARTITION)) {
        tree_error(tree, top, NULL, "there is no partition with compatible = \"%s\"", PARTITION);
    }
}
