/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cores of /cpus (Devicetree Specification 0.4, section 3.8, and Linux's binding arm/cpus): which they are, and that the
 * firmware can start them.
 * @implements REQ-CONFIG-003
 * @implements REQ-CONFIG-050
 */
#include "board_parts.h"

#include "board.h"
#include "arena.h"
#include "schema.h"
#include "values.h"

#include <string.h>

/* MIDR_EL1 without variant and revision: a stepping is not another core (Arm DDI 0487, D19.2.102). */
#define MIDR_MASK 0xff0ffff0U
/* Aff3 and Aff2 to Aff0 of MPIDR_EL1 (D19.2.104); the bits between them are not a core's number. */
#define AFFINITY_MASK 0xff00ffffffULL

/* Implementer and part number of each core type, from its technical reference manual. */
static const struct midr {
    const char *compatible;
    uint32_t value;
    uint32_t mask;
} midrs[] = {
    {"arm,cortex-a53", 0x410fd030U, MIDR_MASK},  {"arm,cortex-a55", 0x410fd050U, MIDR_MASK},
    {"arm,cortex-a57", 0x410fd070U, MIDR_MASK},  {"arm,cortex-a72", 0x410fd080U, MIDR_MASK},
    {"arm,cortex-a76", 0x410fd0b0U, MIDR_MASK},  {"arm,cortex-a78ae", 0x410fd420U, MIDR_MASK},
    {"arm,neoverse-n1", 0x410fd0c0U, MIDR_MASK}, {"qemu,max", 0x000f0510U, 0xff0fffffU},
};
#define MIDR_COUNT (sizeof(midrs) / sizeof(midrs[0]))

static void board_report_type(const struct tree *tree, int node, const char *type)
{
    const char *names[MIDR_COUNT + 1U] = {NULL};
    const char *list = "";
    for (size_t i = 0; i < MIDR_COUNT; i++) {
        names[i] = midrs[i].compatible;
        list = arena_print("%s%s%s", list, i == 0 ? "" : ", ", names[i]);
    }
    const char *guess = schema_guess(type, names);
    tree_error(tree, node, "compatible", "%s: core type \"%s\" is not one that the hypervisor knows%s",
               tree_title(tree, node), type, guess == NULL ? "" : arena_print("; did you mean \"%s\"?", guess));
    diag_note(tree_at(tree, node, "compatible"), "it knows %s", list);
}

/* The type stands first; Linux's trees may have the architecture behind it. */
static void board_read_type(const struct tree *tree, struct core *core)
{
    uint32_t size = 0;
    const char *text = tree_property(tree, core->node, "compatible", &size);
    if (!values_require(tree, core->node, "compatible", "compatible = \"arm,cortex-a57\";")) {
        return;
    }
    if (size == 0 || text[size - 1U] != '\0') {
        board_report_type(tree, core->node, "");
        return;
    }
    core->compatible = text;
    for (size_t i = 0; i < MIDR_COUNT; i++) {
        if (strcmp(text, midrs[i].compatible) == 0) {
            core->midr = midrs[i].value & midrs[i].mask;
            core->midr_mask = midrs[i].mask;
        }
    }
    if (core->midr_mask == 0) {
        board_report_type(tree, core->node, text);
    }
    const char *more = text + strlen(text) + 1U;
    if (more < text + size && strcmp(more, "arm,armv8") != 0) {
        tree_error(tree, core->node, "compatible", "%s: a core is of one type; \"%s\" is to go, or \"%s\"",
                   tree_title(tree, core->node), text, more);
    }
}

/* Two cores with one number: one of them could never be started. */
static bool board_is_new_core(const struct tree *tree, const struct board *board, int node, uint64_t mpidr)
{
    for (uint32_t i = 0; i < board->core_count; i++) {
        if (board->cores[i].mpidr == mpidr) {
            tree_error(tree, node, "reg", "%s: its affinity 0x%llx is that of %s as well", tree_title(tree, node),
                       HEX(mpidr), board->cores[i].name);
            diag_note(tree_at(tree, board->cores[i].node, "reg"), "%s is here; give each core a number of its own",
                      board->cores[i].name);
            return false;
        }
    }
    return true;
}

/* False after a diagnostic. */
static bool board_read_affinity(const struct tree *tree, int node, uint32_t cells, uint64_t *mpidr)
{
    uint32_t *reg = NULL;
    uint32_t count = 0;
    if (!values_require(tree, node, "reg", "reg = <0>;")) {
        return false;
    }
    count = values_cells(tree, node, "reg", cells, "one affinity value", &reg);
    if (count > cells) {
        tree_error(tree, node, "reg",
                   "%s: 'reg' is one affinity value, %u cell%s as #address-cells of /cpus says; it has %u",
                   tree_title(tree, node), cells, cells == 1U ? "" : "s", count);
    }
    if (count != cells) {
        return false;
    }
    *mpidr = cells == 2U ? values_join(reg) : reg[0];
    if ((*mpidr & ~AFFINITY_MASK) != 0) {
        tree_error(tree, node, "reg", "%s: 'reg' 0x%llx has bits outside of the affinity fields of MPIDR_EL1, 0x%llx",
                   tree_title(tree, node), HEX(*mpidr), AFFINITY_MASK);
        diag_note(tree_at(tree, node, "reg"), "Aff3 is bits 39 to 32 (with two cells), Aff2 to Aff0 are bits 23 to 0");
        return false;
    }
    return true;
}

/* What a core that is there must say besides its number. */
static void board_check_core(const struct tree *tree, struct core *core)
{
    const char *method = NULL;
    board_read_type(tree, core);
    if (values_require(tree, core->node, "enable-method", "enable-method = \"psci\";") &&
        values_string(tree, core->node, "enable-method", &method) && strcmp(method, "psci") != 0) {
        tree_error(tree, core->node, "enable-method",
                   "%s: enable-method is \"%s\"; the hypervisor starts cores by \"psci\" alone", core->name, method);
        diag_note(tree_at(tree, core->node, "enable-method"), "of a core that is not used, say status = \"disabled\";");
    }
}

static void board_read_core(const struct tree *tree, struct board *board, int node, uint32_t cells)
{
    uint64_t mpidr = 0;
    if (!values_says(tree, node, "device_type", "cpu")) {
        tree_error(tree, node, "device_type", "%s: a core needs device_type = \"cpu\";", tree_title(tree, node));
    }
    if (!board_read_affinity(tree, node, cells, &mpidr)) {
        tree_mute(tree, node, NULL);
        return;
    }
    if (board->core_count == MAX_BOARD_CORES) {
        tree_error(tree, node, NULL, "more than %u cores", MAX_BOARD_CORES);
        return;
    }
    if (!board_is_new_core(tree, board, node, mpidr)) {
        tree_mute(tree, node, NULL);
        return;
    }
    struct core *core = &board->cores[board->core_count++];
    *core = (struct core){.node = node, .name = tree_title(tree, node), .mpidr = mpidr};
    core->enabled = board_is_enabled(tree, node);
    if (core->enabled) {
        board_check_core(tree, core);
    }
}

/* A core, or what is meant to be one: /cpus may have caches, idle states and a map as well. */
static bool board_is_core(const struct tree *tree, int node)
{
    const char *name = tree_node_name(tree, node);
    return values_says(tree, node, "device_type", "cpu") || strncmp(name, "cpu@", 4) == 0 || strcmp(name, "cpu") == 0 ||
           tree_has(tree, node, "reg") || tree_has(tree, node, "enable-method");
}

void board_read_cores(const struct tree *tree, struct board *board)
{
    int cpus = tree_by_path(tree, "/cpus");
    if (cpus < 0) {
        tree_error(tree, 0, NULL, "the board has no /cpus node");
        return;
    }
    uint32_t cells = tree_address_cells(tree, cpus);
    if (cells != 1U && cells != 2U) {
        tree_error(tree, cpus, "#address-cells", "/cpus: #address-cells must be 1 or 2");
        return;
    }
    if (tree_size_cells(tree, cpus) != 0) {
        tree_error(tree, cpus, "#size-cells", "/cpus: #size-cells must be 0: a core has a number, not a size");
        return;
    }
    for (int node = tree_first(tree, cpus); node >= 0; node = tree_next(tree, node)) {
        if (board_is_core(tree, node)) {
            board_read_core(tree, board, node, cells);
        }
    }
    if (board->core_count == 0 && diag_errors() == 0) {
        tree_error(tree, cpus, NULL,
                   "/cpus has no core; for example: cpu0: cpu@0 { device_type = \"cpu\"; compatible = "
                   "\"arm,cortex-a57\"; reg = <0>; enable-method = \"psci\"; };");
    } else if (board->core_count != 0 && !board->cores[0].enabled) {
        tree_error(tree, board->cores[0].node, "status",
                   "%s: the first core of /cpus is the one that boots; it cannot be disabled", board->cores[0].name);
    }
}
