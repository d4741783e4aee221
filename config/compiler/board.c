/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board part of the device tree, in Linux's bindings (Devicetree Specification 0.4, sections 3.4 and 3.8).
 * @implements REQ-CONFIG-003
 */
#include "board.h"

#include "device.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

/* MIDR_EL1 without variant and revision: a stepping is not another core (Arm DDI 0487, D19.2.102). */
#define MIDR_MASK 0xff0ffff0U

#define GIC_FRAME 0x10000U

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

static void board_set_midr(const struct tree *tree, struct core *core)
{
    for (size_t i = 0; i < sizeof(midrs) / sizeof(midrs[0]); i++) {
        if (tree_compatible(tree, core->node, midrs[i].compatible)) {
            core->midr = midrs[i].value & midrs[i].mask;
            core->midr_mask = midrs[i].mask;
            return;
        }
    }
}

static void board_read_core(const struct tree *tree, struct board *board, int node, uint32_t cells)
{
    uint32_t *reg = NULL;
    uint32_t size = 0;
    if (!values_require(tree, node, "reg", "reg = <0>;") ||
        values_cells(tree, node, "reg", cells, "one affinity value", &reg) != cells) {
        return;
    }
    if (board->core_count == MAX_BOARD_CORES) {
        tree_error(tree, node, NULL, "more than %u cores", MAX_BOARD_CORES);
        return;
    }
    struct core *core = &board->cores[board->core_count++];
    core->node = node;
    core->name = tree_title(tree, node);
    core->mpidr = cells == 2U ? values_join(reg) : reg[0];
    core->compatible = tree_property(tree, node, "compatible", &size);
    core->enabled = tree_enabled(tree, node);
    board_set_midr(tree, core);
}

static void board_read_cores(const struct tree *tree, struct board *board)
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
    for (int node = tree_first(tree, cpus); node >= 0; node = tree_next(tree, node)) {
        uint32_t size = 0;
        const char *type = tree_property(tree, node, "device_type", &size);
        if (type != NULL && size == 4U && memcmp(type, "cpu", 4) == 0) {
            board_read_core(tree, board, node, cells);
        }
    }
}

/* Adds what reg of a /memory or /reserved-memory node says. */
static void board_add_banks(const struct tree *tree, int node, struct region *banks, uint32_t *count)
{
    struct device bank = {.node = node, .name = tree_title(tree, node)};
    device_read_regions(tree, &bank);
    for (uint32_t i = 0; i < bank.region_count; i++) {
        if (*count == MAX_RAM_BANKS) {
            tree_error(tree, node, "reg", "more than %u banks of memory", MAX_RAM_BANKS);
            return;
        }
        banks[(*count)++] = bank.regions[i];
    }
}

static void board_read_ram(const struct tree *tree, struct board *board)
{
    for (int node = tree_first(tree, 0); node >= 0; node = tree_next(tree, node)) {
        uint32_t size = 0;
        const char *type = tree_property(tree, node, "device_type", &size);
        if (type != NULL && size == 7U && memcmp(type, "memory", 7) == 0) {
            board_add_banks(tree, node, board->ram, &board->ram_count);
        }
    }
    if (board->ram_count == 0) {
        tree_error(tree, 0, NULL, "the board has no memory node with device_type = \"memory\"");
    }
    int reserved = tree_by_path(tree, "/reserved-memory");
    for (int node = reserved < 0 ? -1 : tree_first(tree, reserved); node >= 0; node = tree_next(tree, node)) {
        if (tree_has(tree, node, "reg")) {
            board_add_banks(tree, node, board->reserved, &board->reserved_count);
        }
    }
}

/* Frames of a GICv3 are 64 KiB (Arm IHI 0069H, 12.1.1). */
static bool board_good_gic(const struct device *gic)
{
    bool whole = true;
    for (uint32_t i = 0; i < 2U; i++) {
        whole = whole && (gic->regions[i].base | gic->regions[i].size) % GIC_FRAME == 0;
    }
    return whole && !region_overlaps(gic->regions[0], gic->regions[1]);
}

static void board_read_gic(const struct tree *tree, struct board *board)
{
    board->gic.node = fdt_node_offset_by_compatible(tree->blob, -1, "arm,gic-v3");
    if (board->gic.node < 0) {
        tree_error(tree, 0, NULL, "the board has no interrupt controller that is compatible with \"arm,gic-v3\"");
        return;
    }
    board->gic.name = tree_title(tree, board->gic.node);
    device_read_regions(tree, &board->gic);
    if (board->gic.region_count < 2U) {
        tree_error(tree, board->gic.node, "reg", "%s: reg must have the distributor and the redistributors",
                   board->gic.name);
        board->gic.node = -1;
    } else if (!board_good_gic(&board->gic)) {
        tree_error(tree, board->gic.node, "reg",
                   "%s: distributor and redistributors must be whole 64 KiB pages and not overlap", board->gic.name);
        board->gic.node = -1;
    }
}

void board_read(const struct tree *tree, struct board *board)
{
    board_read_cores(tree, board);
    board_read_ram(tree, board);
    board_read_gic(tree, board);
    int timer = fdt_node_offset_by_compatible(tree->blob, -1, "arm,armv8-timer");
    if (timer >= 0) {
        (void)values_u32(tree, timer, "clock-frequency", &board->timer_hz);
    }
}

struct core *board_core(struct board *board, int node)
{
    for (uint32_t i = 0; i < board->core_count; i++) {
        if (board->cores[i].node == node) {
            return &board->cores[i];
        }
    }
    return NULL;
}
