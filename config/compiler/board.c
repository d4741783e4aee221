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
#define GIC_REDISTRIBUTOR 0x20000U /* two frames for each core */

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

/* Two cores with one number: one of them could never be started. */
static bool board_is_new_core(const struct tree *tree, const struct board *board, int node, uint64_t mpidr)
{
    for (uint32_t i = 0; i < board->core_count; i++) {
        if (board->cores[i].mpidr == mpidr) {
            tree_error(tree, node, "reg", "%s: its affinity 0x%llx is that of %s as well", tree_title(tree, node),
                       HEX(mpidr), board->cores[i].name);
            diag_note(tree_at(tree, board->cores[i].node, "reg"), "%s is here", board->cores[i].name);
            return false;
        }
    }
    return true;
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
    uint64_t mpidr = cells == 2U ? values_join(reg) : reg[0];
    if (!board_is_new_core(tree, board, node, mpidr)) {
        return;
    }
    struct core *core = &board->cores[board->core_count++];
    core->node = node;
    core->name = tree_title(tree, node);
    core->mpidr = mpidr;
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

static void board_check_bank(const struct tree *tree, int node, const struct region *banks, uint32_t count,
                             struct region bank)
{
    for (uint32_t i = 0; i < count; i++) {
        if (region_overlaps(banks[i], bank)) {
            tree_error(tree, node, "reg", "%s: memory at 0x%llx (size 0x%llx) overlaps that at 0x%llx (size 0x%llx)",
                       tree_title(tree, node), HEX(bank.base), HEX(bank.size), HEX(banks[i].base), HEX(banks[i].size));
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
        board_check_bank(tree, node, banks, *count, bank.regions[i]);
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
    } else if (board->gic.regions[1].size / GIC_REDISTRIBUTOR < board->core_count) {
        tree_error(tree, board->gic.node, "reg", "%s: there is room for %llu redistributors, and /cpus has %u cores",
                   board->gic.name, HEX(board->gic.regions[1].size / GIC_REDISTRIBUTOR), board->core_count);
    } else if (!board_good_gic(&board->gic)) {
        tree_error(tree, board->gic.node, "reg",
                   "%s: distributor and redistributors must be whole 64 KiB pages and not overlap", board->gic.name);
        board->gic.node = -1;
    }
}

/* Interrupts of the timer as the architecture recommends them, which the hypervisor relies on (BSA, 3.6). */
static void board_read_timer(const struct tree *tree, struct board *board)
{
    static const uint32_t ppis[] = {13, 14, 11, 10};
    static const uint32_t ppi_count = sizeof(ppis) / sizeof(ppis[0]);
    uint32_t *cells = NULL;
    int timer = fdt_node_offset_by_compatible(tree->blob, -1, "arm,armv8-timer");
    if (timer < 0) {
        tree_error(tree, 0, NULL, "the board has no timer that is compatible with \"arm,armv8-timer\"");
        return;
    }
    (void)values_u32(tree, timer, "clock-frequency", &board->timer_hz);
    if (!values_require(tree, timer, "interrupts", "interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>;")) {
        return;
    }
    uint32_t count = values_cells(tree, timer, "interrupts", 3, "type, number and trigger", &cells);
    bool good = count >= 3U * ppi_count;
    for (uint32_t i = 0; good && i < ppi_count; i++) {
        good = cells[(size_t)i * 3U] == 1U && cells[(size_t)i * 3U + 1U] == ppis[i];
    }
    if (count != 0 && !good) {
        tree_error(
            tree, timer, "interrupts",
            "the timer's interrupts must be PPI 13, 14, 11 and 10, in this order: the hypervisor uses 10 and 11");
    }
}

/* EL2 asks the firmware by SMC: an HVC would come back to itself. */
static void board_check_firmware(const struct tree *tree)
{
    const char *method = "smc";
    int psci = tree_by_path(tree, "/psci");
    if (psci >= 0 && values_string(tree, psci, "method", &method) && strcmp(method, "smc") != 0) {
        tree_error(tree, psci, "method", "/psci: method is \"%s\"; at EL2 the firmware is called by \"smc\"", method);
    }
}

void board_read(const struct tree *tree, struct board *board)
{
    board_read_cores(tree, board);
    board_read_ram(tree, board);
    board_read_gic(tree, board);
    board_read_timer(tree, board);
    board_check_firmware(tree);
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

bool board_is_hardware(const struct tree *tree, int node)
{
    static const char *const names[] = {"partitions", "cpus", "reserved-memory", "chosen", "aliases", "__symbols__"};
    uint32_t size = 0;
    const char *type = tree_property(tree, node, "device_type", &size);
    bool memory = type != NULL && size == sizeof("memory") && memcmp(type, "memory", size) == 0;
    for (size_t i = 0; tree_parent(tree, node) == 0 && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(tree_node_name(tree, node), names[i]) == 0) {
            return false;
        }
    }
    return !memory && tree_enabled(tree, node);
}
