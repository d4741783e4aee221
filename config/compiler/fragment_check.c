/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest believes its device tree: memory, registers and interrupts that it does not have are found missing at run time
 * only, as faults and drivers that wait for ever. What cannot be traced to the guest's addresses or to its GIC, as
 * below a bus without ranges, is not judged.
 * @implements REQ-CONFIG-059
 */
#include "fragment_check.h"

#include "guest_pci.h"
#include "arena.h"
#include "device.h"
#include "nodes.h"
#include "reference.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

#define INTERRUPT_CELLS 3U

struct check {
    const struct tree *tree; /* of the system: where the user wrote */
    const struct partition *partition;
    const void *before;
    struct tree guest;
};

/* A node of the user's, and where it has got to. */
struct spot {
    int from;
    int node;
    int before; /* in the tree as generated; negative: the node is new */
    const char *path;
};

static void fragment_check_reference(const struct check *check, int from, const char *name, uint32_t phandle)
{
    int target = tree_by_phandle(check->tree, phandle);
    if (target >= 0 && tree_by_phandle(&check->guest, phandle) < 0) {
        tree_error(check->tree, from, name, "%s: '%s' refers to '%s', which the guest does not have",
                   check->partition->name, name, tree_title(check->tree, target));
        diag_note(tree_at(check->tree, check->partition->node, "access"), "it has the devices in 'access'");
    }
}

/* What is written as a reference, and numbers where one belongs. */
static void fragment_check_references(const struct check *check, int from, const char *name)
{
    struct reference reference = {.next = 0};
    bool broken = false;
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(check->tree, from, name, &size);
    for (uint32_t i = 0; cells != NULL && i < size / 4U; i++) {
        if (tree_is_reference(check->tree, from, name, i * 4U)) {
            fragment_check_reference(check, from, name, fdt32_ld(&cells[i]));
        }
    }
    for (uint32_t at = 0; reference_read(check->tree, from, name, at, &reference, &broken); at = reference.next) {
        if (!tree_is_reference(check->tree, from, name, at)) {
            fragment_check_reference(check, from, name, fdt32_ld(reference.entry));
        }
    }
}

/* A string that is a path of the system's tree, by &label perhaps, or must be one of the guest's. */
static void fragment_check_path(const struct check *check, const struct spot *spot, const char *name)
{
    bool must = strcmp(spot->path, "/aliases") == 0 || strcmp(name, "stdout-path") == 0;
    uint32_t size = 0;
    const char *text = tree_property(check->tree, spot->from, name, &size);
    if (!values_is_string(check->tree, spot->from, name) || (text[0] != '/' && !must)) {
        return;
    }
    char *path = arena_print("%s", text);
    path[strcspn(path, must ? ":" : "")] = '\0';
    if ((!must && tree_by_path(check->tree, path) < 0) || tree_by_path(&check->guest, path) >= 0) {
        return;
    }
    const char *top = tree_path(check->tree, check->partition->fragment_node);
    bool ours = strncmp(path, top, strlen(top)) == 0 && path[strlen(top)] == '/';
    tree_error(check->tree, spot->from, name, "%s: '%s' is \"%s\", and the guest has no such node%s",
               check->partition->name, name, text,
               ours ? arena_print("; in the guest's tree it is \"%s\"", path + strlen(top)) : "");
}

/* Nodes that tell of things there is one of, or none. */
static void fragment_check_compatible(const struct check *check, int from)
{
    static const struct {
        const char *beginning;
        const char *reason;
    } refused[] = {
        {"arm,gic", "the guest has its one GIC"},       {"arm,psci", "the guest has its PSCI node"},
        {"arm,armv7-timer", "the guest has its timer"}, {"arm,armv8-timer", "the guest has its timer"},
        {"pci-host", "functions in 'access' bring it"}, {"arm,smmu", "the guest has no SMMU"},
        {"xen,", "the guest is not one of Xen's"},
    };
    const char *text = NULL;
    for (int i = 0; (text = fdt_stringlist_get(check->tree->blob, from, "compatible", i, NULL)) != NULL; i++) {
        for (size_t j = 0; j < sizeof(refused) / sizeof(refused[0]); j++) {
            if (strncmp(text, refused[j].beginning, strlen(refused[j].beginning)) == 0) {
                tree_error(check->tree, from, "compatible", "%s: a node with compatible \"%s\" cannot be added; %s",
                           check->partition->name, text, refused[j].reason);
                return;
            }
        }
    }
}

static bool fragment_in_memory(const struct partition *partition, struct region region)
{
    bool found = false;
    for (uint32_t i = 0; !found && i < partition->memory_count; i++) {
        found = region_contains((struct region){partition->memory[i].ipa, partition->memory[i].size}, region);
    }
    return found;
}

static bool fragment_in_devices(const struct partition *partition, struct region region)
{
    const struct region windows[] = {
        {GUEST_GICD_BASE, GUEST_GICD_SIZE},
        {GUEST_GICR_BASE, GUEST_GICR_STRIDE * partition->vcpu_count},
        {GUEST_UART_BASE, partition->console == CONSOLE_NONE ? 0U : GUEST_UART_SIZE},
    };
    bool found = false;
    for (size_t i = 0; !found && i < sizeof(windows) / sizeof(windows[0]); i++) {
        found = region_contains(windows[i], region);
    }
    for (uint32_t i = 0; !found && i < partition->access_count; i++) {
        for (uint32_t j = 0; !found && j < partition->access[i].region_count; j++) {
            found = region_contains(region_pages(partition->access[i].regions[j]), region);
        }
    }
    return found;
}

static void fragment_check_reg(const struct check *check, const struct spot *spot)
{
    struct region region = {0};
    bool reserved = strncmp(spot->path, "/reserved-memory/", 17) == 0;
    for (uint32_t i = 0; device_reach(&check->guest, spot->node, i, &region); i++) {
        if (!fragment_in_memory(check->partition, region) &&
            (reserved || !fragment_in_devices(check->partition, region))) {
            tree_error(check->tree, spot->from, "reg", "%s: the guest has no %s at 0x%llx (size 0x%llx)",
                       check->partition->name, reserved ? "memory" : "memory or device", HEX(region.base),
                       HEX(region.size));
            diag_note(tree_at(check->tree, check->partition->node, reserved ? "memory" : "access"), "it has %s",
                      reserved ? "what 'memory' says" : "its memory and the devices in 'access'");
            return;
        }
    }
}

static bool fragment_has_interrupt(const struct partition *partition, uint32_t intid)
{
    bool found = partition->console != CONSOLE_NONE && intid == GUEST_UART_INTID;
    for (uint32_t i = 0; !found && i < partition->access_count; i++) {
        for (uint32_t j = 0; !found && j < partition->access[i].interrupt_count; j++) {
            found = partition->access[i].interrupts[j].intid == intid;
        }
    }
    return found;
}

static void fragment_check_interrupts(const struct check *check, const struct spot *spot)
{
    const struct tree *tree = check->tree;
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, spot->from, "interrupts", &size);
    int parent = device_interrupt_parent(&check->guest, spot->node);
    if (cells == NULL || parent < 0 || !tree_compatible(&check->guest, parent, "arm,gic-v3")) {
        return;
    }
    if (size == 0 || size % (INTERRUPT_CELLS * 4U) != 0) {
        tree_error(tree, spot->from, "interrupts",
                   "%s: 'interrupts' has %u bytes; an interrupt of the GIC is %u cells of 4 bytes",
                   check->partition->name, size, INTERRUPT_CELLS);
        return;
    }
    for (uint32_t i = 0; i < size / 4U; i += INTERRUPT_CELLS) {
        uint32_t type = fdt32_ld(&cells[i]);
        uint32_t number = fdt32_ld(&cells[i + 1U]);
        if (type != DEVICE_SPI || number > UINT32_MAX - FIRST_SPI ||
            !fragment_has_interrupt(check->partition, FIRST_SPI + number)) {
            tree_error(tree, spot->from, "interrupts", "%s: the guest does not have interrupt <%u %u>",
                       check->partition->name, type, number);
            diag_note(tree_at(tree, check->partition->node, "access"), "it has those of the devices in 'access'");
        }
    }
}

/* Nodes of the generated tree whose properties are all there are. */
static bool fragment_is_closed(const char *path)
{
    static const char *const closed[] = {"/psci", "/timer", "/intc@8000000", "/apb-pclk", GUEST_PCI_PATH};
    for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
        if (strcmp(path, closed[i]) == 0) {
            return true;
        }
    }
    return strncmp(path, "/memory@", 8) == 0;
}

/* What the guest's tree already says, or leaves out because it is not so. */
static void fragment_check_addition(const struct check *check, const struct spot *spot, const char *name)
{
    bool cpu = strncmp(spot->path, "/cpus/cpu@", 10) == 0 && strcmp(name, "status") == 0;
    bool memory = strcmp(spot->path, "/chosen") == 0 &&
                  (strncmp(name, "linux,initrd-", 13) == 0 || strcmp(name, "linux,usable-memory-range") == 0);
    if (cpu || memory || fragment_is_closed(spot->path)) {
        tree_error(check->tree, spot->from, name,
                   "%s: '%s' cannot be added to %s of the guest's device tree, which is generated",
                   check->partition->name, name, spot->path + 1);
    }
}

static void fragment_check_property(const struct check *check, const struct spot *spot, const char *name)
{
    bool old = spot->before >= 0 && fdt_getprop(check->before, spot->before, name, NULL) != NULL;
    if (old || strcmp(name, "phandle") == 0 || strcmp(name, "linux,phandle") == 0) {
        return; /* what is generated stays: fragment.c */
    }
    fragment_check_references(check, spot->from, name);
    fragment_check_path(check, spot, name);
    if (spot->before >= 0) {
        fragment_check_addition(check, spot, name);
    }
}

static void fragment_check_new(const struct check *check, const struct spot *spot)
{
    const struct tree *tree = check->tree;
    const char *name = tree_node_name(tree, spot->from);
    fragment_check_compatible(check, spot->from);
    if (strncmp(spot->path, "/cpus/cpu@", 10) == 0 && !tree_has(tree, spot->from, "device_type")) {
        tree_error(tree, spot->from, NULL, "%s: a guest's cores cannot be added in 'device-tree'; add a vcpu node",
                   check->partition->name);
    } else if (strchr(name, '@') != NULL && !tree_has(tree, spot->from, "reg") &&
               !tree_has(tree, spot->from, "ranges") && !tree_is_muted(tree, spot->from, "reg")) {
        tree_error(tree, spot->from, NULL, "%s: node '%s' has an address behind the '@' of its name, and no 'reg'",
                   check->partition->name, name);
    }
    if (!values_says(tree, spot->from, "device_type", "memory")) {
        fragment_check_reg(check, spot);
    }
}

static void fragment_check_node(const struct check *check, int from, const char *path)
{
    const char *shown = path[0] == '\0' ? "/" : path;
    struct spot spot = {from, tree_by_path(&check->guest, shown), fdt_path_offset(check->before, shown), shown};
    int property = 0;
    if (spot.node < 0) {
        return;
    }
    spot.path = tree_path(&check->guest, spot.node);
    fdt_for_each_property_offset(property, check->tree->blob, from)
    {
        const char *name = NULL;
        (void)fdt_getprop_by_offset(check->tree->blob, property, &name, NULL);
        if (name != NULL) {
            fragment_check_property(check, &spot, name);
        }
    }
    if (spot.before < 0) {
        fragment_check_new(check, &spot);
        fragment_check_interrupts(check, &spot);
    }
    for (int child = tree_first(check->tree, from); child >= 0; child = tree_next(check->tree, child)) {
        fragment_check_node(check, child, arena_print("%s/%s", path, tree_node_name(check->tree, child)));
    }
}

void fragment_check(const struct model *model, const struct partition *partition, const void *before, const void *after)
{
    struct nodes nodes = nodes_read(after);
    struct check check = {
        .tree = &model->tree,
        .partition = partition,
        .before = before,
        .guest = {.blob = after, .nodes = &nodes},
    };
    fragment_check_node(&check, partition->fragment_node, "");
}
