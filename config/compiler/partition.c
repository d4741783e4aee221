/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A partition's properties, one by one; what they mean together is checked elsewhere (check_*.c).
 * @implements REQ-CONFIG-006
 */
#include "partition.h"

#include "board.h"
#include "device.h"
#include "schema.h"
#include "task.h"
#include "values.h"

#include <ctype.h>
#include <libfdt.h>
#include <string.h>

#define MEMORY_EXAMPLE "memory = <0x0 0x40000000 0x0 0x00800000>;"
#define MAX_PRIORITY 255U

static void partition_read_name(const struct tree *tree, struct partition *partition)
{
    bool good = isalpha((unsigned char)partition->name[0]) != 0;
    for (const char *c = partition->name; *c != '\0'; c++) {
        good = good && (isalnum((unsigned char)*c) != 0 || *c == '-' || *c == '_');
    }
    if (!good) {
        tree_error(tree, partition->node, NULL,
                   "partition name '%s' must start with a letter and go on with letters, digits, '-' and '_'",
                   partition->name);
    }
    if (strlen(partition->name) > MAX_NAME) {
        tree_error(tree, partition->node, NULL, "partition name '%s' is longer than %u characters", partition->name,
                   MAX_NAME);
    }
}

static void partition_read_physical(const struct tree *tree, struct partition *partition)
{
    uint32_t *cells = NULL;
    uint32_t count = values_cells(tree, partition->node, "physical", 2, "physical addresses", &cells);
    if (count != 0 && count / 2U != partition->memory_count) {
        tree_error(tree, partition->node, "physical", "%s: 'physical' has %u address%s for %u region%s of 'memory'",
                   partition->name, count / 2U, count == 2U ? "" : "es", partition->memory_count,
                   partition->memory_count == 1U ? "" : "s");
        return;
    }
    for (uint32_t i = 0; i < count / 2U; i++) {
        partition->memory[i].pa = values_join(&cells[(size_t)i * 2U]);
        partition->memory[i].fixed = true;
    }
}

static void partition_read_memory(const struct tree *tree, struct partition *partition)
{
    uint32_t *cells = NULL;
    if (!values_require(tree, partition->node, "memory", MEMORY_EXAMPLE)) {
        return;
    }
    uint32_t count = values_cells(tree, partition->node, "memory", 4, "guest address and size", &cells);
    if (count / 4U > MAX_MEMORY_REGIONS) {
        tree_error(tree, partition->node, "memory", "%s: 'memory' has %u regions; at most %u are supported",
                   partition->name, count / 4U, MAX_MEMORY_REGIONS);
        return;
    }
    partition->memory_count = count / 4U;
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const uint32_t *entry = &cells[(size_t)i * 4U];
        partition->memory[i].ipa = values_join(entry);
        partition->memory[i].size = values_join(entry + 2);
    }
    if (count != 0) {
        partition_read_physical(tree, partition);
    }
}

static void partition_read_linux(const struct tree *tree, struct partition *partition)
{
    int node = partition->linux_node;
    schema_check(tree, node, SCHEMA_LINUX);
    if (values_require(tree, node, "kernel", "kernel = \"vmlinuz\";")) {
        (void)values_string(tree, node, "kernel", &partition->kernel);
    }
    (void)values_string(tree, node, "initrd", &partition->initrd);
    (void)values_string(tree, node, "bootargs", &partition->bootargs);
    if (partition->bootargs != NULL && strlen(partition->bootargs) > MAX_BOOTARGS) {
        tree_error(tree, node, "bootargs", "%s: 'bootargs' has %zu characters; Linux takes %u", partition->name,
                   strlen(partition->bootargs), MAX_BOOTARGS);
    }
}

static void partition_read_image(const struct tree *tree, struct partition *partition)
{
    int node = partition->node;
    bool image = tree_has(tree, node, "image");
    partition->linux_node = fdt_subnode_offset(tree->blob, node, "linux");
    if (image && partition->linux_node >= 0) {
        tree_error(tree, node, "image", "%s: has both 'image' and a 'linux' node; one of them is to go",
                   partition->name);
        diag_note(tree_at(tree, partition->linux_node, NULL), "the 'linux' node is here");
    } else if (image) {
        (void)values_string(tree, node, "image", &partition->image);
    } else if (partition->linux_node >= 0) {
        partition_read_linux(tree, partition);
    } else if (!tree_is_muted(tree, node, "image") && !tree_is_muted(tree, node, "linux")) {
        tree_error(tree, node, NULL, "%s: has no image; for example: image = \"brake.elf\"; or a linux { } node",
                   partition->name);
    }
}

static void partition_read_uart(struct model *model, struct partition *partition)
{
    const struct tree *tree = &model->tree;
    int target = values_node(tree, partition->node, "console", "<&uart1>, \"virtual\" or \"none\"");
    partition->uart.node = -1;
    if (target >= 0 && !tree_compatible(tree, target, PL011)) {
        tree_error(tree, partition->node, "console", "%s: console '%s' is not a PL011 (compatible \"" PL011 "\")",
                   partition->name, tree_title(tree, target));
        return;
    }
    if (target < 0 || !device_read(model, target, partition->node, "console", &partition->uart)) {
        partition->uart.node = -1;
        return;
    }
    bool page = partition->uart.region_count == 1U && partition->uart.regions[0].base % SIZE_4K == 0 &&
                partition->uart.regions[0].size <= SIZE_4K;
    if (!page || partition->uart.interrupt_count != 1U) {
        tree_error(
            tree, partition->node, "console",
            "%s: console '%s' has 0x%llx bytes of registers at 0x%llx and %u interrupt%s; it must have one page at "
            "most, from a multiple of 4 KiB, and one interrupt",
            partition->name, partition->uart.name, HEX(partition->uart.regions[0].size),
            HEX(partition->uart.regions[0].base), partition->uart.interrupt_count,
            partition->uart.interrupt_count == 1U ? "" : "s");
        diag_note(tree_at(tree, target, "reg"), "'%s' is described here; choose another UART, or \"virtual\"",
                  partition->uart.name);
        partition->uart.node = -1;
    }
}

static void partition_read_console(struct model *model, struct partition *partition)
{
    static const char *const choices[] = {"virtual", "none", NULL};
    static const enum console values[] = {CONSOLE_VIRTUAL, CONSOLE_NONE};
    uint32_t choice = 0;
    partition->uart.node = -1;
    if (tree_has(&model->tree, partition->node, "console") &&
        !values_is_string(&model->tree, partition->node, "console")) {
        partition->console = CONSOLE_PASSED;
        partition_read_uart(model, partition);
        return;
    }
    unsigned errors = diag_errors();
    (void)values_choice(&model->tree, partition->node, "console", choices, &choice);
    if (diag_errors() != errors) {
        diag_note(tree_at(&model->tree, partition->node, "console"),
                  "a UART is passed through with a reference: console = <&uart1>;");
    }
    partition->console = values[choice];
    if (partition->console == CONSOLE_VIRTUAL) {
        partition->console_number = model->console_count++;
    }
}

static void partition_read_access(struct model *model, struct partition *partition)
{
    const struct tree *tree = &model->tree;
    uint32_t *cells = NULL;
    uint32_t count = values_cells(tree, partition->node, "access", 1, "references such as <&uart1>", &cells);
    if (count > MAX_ACCESS) {
        tree_error(tree, partition->node, "access", "%s: 'access' has %u devices; at most %u are supported",
                   partition->name, count, MAX_ACCESS);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct device *device = &partition->access[partition->access_count];
        int target = values_follow(tree, partition->node, "access", cells[i]);
        if (target >= 0 && device_read(model, target, partition->node, "access", device)) {
            partition->access_count++;
        } else {
            tree_mute(tree, partition->node, "dma-unprotected"); /* what it is about may be what was refused */
        }
    }
}

static struct core *partition_read_core(struct model *model, const struct vcpu *vcpu)
{
    const struct tree *tree = &model->tree;
    if (!values_require(tree, vcpu->node, "cpu", "cpu = <&cpu0>;")) {
        return NULL;
    }
    int target = values_node(tree, vcpu->node, "cpu", "<&cpu0>");
    if (target < 0) {
        return NULL;
    }
    struct core *core = board_core(&model->board, target);
    if (core == NULL) {
        board_report_no_core(tree, vcpu->node, "cpu", target);
    } else if (!core->enabled) {
        tree_error(tree, vcpu->node, "cpu", "%s: '%s' is disabled on this board (status); choose another core",
                   tree_title(tree, vcpu->node), core->name);
        diag_note(tree_at(tree, target, "status"), "its 'status' is here");
        core = NULL;
    }
    return core;
}

static void partition_read_vcpu(struct model *model, struct partition *partition, int node, uint32_t index)
{
    const struct tree *tree = &model->tree;
    struct vcpu *vcpu = &partition->vcpus[index];
    schema_check(tree, node, SCHEMA_VCPU);
    *vcpu = (struct vcpu){.node = node, .index = index, .partition = partition};
    vcpu->core = partition_read_core(model, vcpu);
    if (vcpu->core == NULL) {
        tree_mute(tree, 0, "service-core");
    }
    if (values_require(tree, node, "priority", "priority = <100>;") &&
        values_u32(tree, node, "priority", &vcpu->priority) && vcpu->priority > MAX_PRIORITY) {
        tree_error(tree, node, "priority", "%s: priority %lld is not within 0 to %u (larger is more urgent)",
                   tree_title(tree, node), values_signed(vcpu->priority), MAX_PRIORITY);
    }
    task_read(tree, vcpu);
}

static bool partition_has_vcpu(const struct partition *partition, int index)
{
    return index >= 0 && index < (int)MAX_VCPUS_PER_PARTITION && partition->vcpus[index].partition != NULL;
}

/* Two nodes of one name have been reported: one of them may be what is missing. */
static bool partition_has_twins(const struct tree *tree, int top)
{
    bool found = false;
    for (int node = tree_first(tree, top); node >= 0 && !found; node = tree_next(tree, node)) {
        found = tree_is_muted(tree, node, NULL);
    }
    return found;
}

/* Which cores are used is not known then. */
static void partition_report_gap(const struct tree *tree, const struct partition *partition, uint32_t index)
{
    tree_mute(tree, 0, "service-core");
    if (!partition_has_twins(tree, partition->node)) {
        tree_error(tree, partition->node, NULL, "%s: vcpu%u is missing; vCPUs are numbered from vcpu0 without a gap",
                   partition->name, index);
    }
}

/* Counts the vcpu<n> nodes; they must be numbered from 0 without a gap, in any order. */
static void partition_read_vcpus(struct model *model, struct partition *partition)
{
    const struct tree *tree = &model->tree;
    uint32_t nodes = 0;
    uint32_t beyond = 0;
    for (int node = tree_first(tree, partition->node); node >= 0; node = tree_next(tree, node)) {
        int index = schema_vcpu_index(tree_node_name(tree, node));
        if (partition_has_vcpu(partition, index)) {
            continue; /* two nodes of one name: dtc has reported it */
        }
        nodes += index >= 0 ? 1U : 0U;
        if (index >= (int)MAX_VCPUS_PER_PARTITION) {
            beyond++;
            tree_error(tree, node, NULL, "%s: a partition has at most %u vCPUs, vcpu0 to vcpu%u",
                       tree_title(tree, node), MAX_VCPUS_PER_PARTITION, MAX_VCPUS_PER_PARTITION - 1U);
        } else if (index >= 0) {
            partition_read_vcpu(model, partition, node, (uint32_t)index);
        }
    }
    for (uint32_t i = 0; i < nodes - beyond; i++) {
        if (partition->vcpus[i].partition == NULL) {
            partition_report_gap(tree, partition, i);
            return;
        }
        partition->vcpu_count++;
    }
    if (nodes == 0) {
        tree_mute(tree, 0, "service-core");
    }
    if (nodes == 0 && !tree_is_muted(tree, partition->node, "vcpu0")) {
        tree_error(tree, partition->node, NULL,
                   "%s: has no vCPU; for example: vcpu0 { cpu = <&cpu0>; priority = <100>; };", partition->name);
    }
}

void partition_read(struct model *model, int node, struct partition *partition)
{
    static const char *const levels[] = {"QM", "ASIL-A", "ASIL-B", "ASIL-C", "ASIL-D", NULL};
    static const char *const actions[] = {"stop", "restart", NULL};
    const struct tree *tree = &model->tree;
    uint32_t level = 0;
    uint32_t action = 0;
    partition->node = node;
    partition->name = tree_node_name(tree, node);
    schema_check(tree, node, SCHEMA_PARTITION);
    partition_read_name(tree, partition);
    partition_read_memory(tree, partition);
    partition_read_image(tree, partition);
    partition_read_console(model, partition);
    partition_read_access(model, partition);
    (void)values_string(tree, node, "dma-unprotected", &partition->dma_unprotected);
    partition->fragment_node = fdt_subnode_offset(tree->blob, node, "device-tree");
    (void)values_choice(tree, node, "criticality", levels, &level);
    (void)values_choice(tree, node, "on-fault", actions, &action);
    partition->criticality = levels[level];
    partition->level = level;
    partition->restart = action == 1U;
    partition_read_vcpus(model, partition);
}
