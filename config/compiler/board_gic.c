/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller (Linux's binding arm,gic-v3).
 * @implements REQ-CONFIG-003
 * @implements REQ-CONFIG-052
 */
#include "board_parts.h"

#include "board.h"
#include "device.h"
#include "values.h"

#include <libfdt.h>
#include <string.h>

#define GIC "arm,gic-v3"
#define GIC_FRAME 0x10000U
#define GIC_REDISTRIBUTOR 0x20000U /* two frames for each core */
#define GIC_MAINTENANCE 9U         /* a PPI (BSA, 3.6) */

static void board_report_no_gic(const struct tree *tree)
{
    tree_error(tree, 0, NULL, "the board has no interrupt controller that is compatible with \"" GIC "\"");
    for (int node = board_next_node(tree, 0); node >= 0; node = board_next_node(tree, node)) {
        if (tree_compatible(tree, node, GIC)) {
            diag_note(tree_at(tree, node, "status"), "'%s' is one, and disabled (status)", tree_title(tree, node));
        } else if (tree_has(tree, node, "interrupt-controller")) {
            diag_note(tree_at(tree, node, "compatible"), "'%s' is another; the hypervisor drives a GICv3 alone",
                      tree_title(tree, node));
        }
    }
}

/* The one that is not disabled; negative after a diagnostic. */
static int board_find_gic(const struct tree *tree)
{
    int found = -1;
    for (int node = board_next_node(tree, 0); node >= 0; node = board_next_node(tree, node)) {
        if (!tree_compatible(tree, node, GIC) || !board_is_enabled(tree, node)) {
            continue;
        }
        if (found >= 0) {
            tree_error(tree, node, NULL, "'%s' is a second GIC; a board has one", tree_title(tree, node));
            diag_note(tree_at(tree, found, NULL), "the first one, '%s', is here", tree_title(tree, found));
            return found;
        }
        found = node;
    }
    if (found < 0) {
        board_report_no_gic(tree);
    }
    return found;
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

static void board_read_frames(const struct tree *tree, struct board *board)
{
    struct device *gic = &board->gic;
    device_read_regions(tree, gic);
    if (gic->region_count < 2U) {
        tree_error(tree, gic->node, "reg", "%s: reg must have the distributor and the redistributors", gic->name);
        gic->node = -1;
    } else if (gic->regions[1].size / GIC_REDISTRIBUTOR < board->core_count) {
        tree_error(tree, gic->node, "reg", "%s: there is room for %llu redistributors, and /cpus has %u cores",
                   gic->name, HEX(gic->regions[1].size / GIC_REDISTRIBUTOR), board->core_count);
    } else if (!board_good_gic(gic)) {
        tree_error(tree, gic->node, "reg",
                   "%s: distributor and redistributors must be whole 64 KiB pages and not overlap", gic->name);
        gic->node = -1;
    }
}

/* Where and how far apart the redistributors are: in one region, as far as GICR_TYPER says (12.11.35). */
static void board_check_redistributors(const struct tree *tree, const struct device *gic)
{
    uint32_t regions = 1;
    uint32_t cells[2] = {0, GIC_REDISTRIBUTOR};
    uint32_t size = 0;
    const fdt32_t *stride = tree_property(tree, gic->node, "redistributor-stride", &size);
    if (values_u32(tree, gic->node, "#redistributor-regions", &regions) && regions != 1U) {
        tree_error(tree, gic->node, "#redistributor-regions",
                   "%s: the redistributors must be in one region, the second of 'reg'; here they are in %u", gic->name,
                   regions);
    }
    for (uint32_t i = 0; stride != NULL && size <= sizeof(cells) && i < size / 4U; i++) {
        cells[2U - size / 4U + i] = fdt32_ld(&stride[i]);
    }
    if (stride != NULL &&
        (size == 0 || size % 4U != 0 || size > sizeof(cells) || values_join(cells) != GIC_REDISTRIBUTOR)) {
        tree_error(tree, gic->node, "redistributor-stride",
                   "%s: redistributor-stride must be 0x%x, or left out: the hypervisor steps as the hardware says",
                   gic->name, GIC_REDISTRIBUTOR);
    }
}

static void board_check_gic_interrupts(const struct tree *tree, const struct device *gic)
{
    uint32_t cells = 0;
    uint32_t *list = NULL;
    if (!tree_has(tree, gic->node, "interrupt-controller")) {
        tree_error(tree, gic->node, NULL, "%s: property 'interrupt-controller' is missing", gic->name);
    }
    if (values_require(tree, gic->node, "#interrupt-cells", "#interrupt-cells = <3>;") &&
        values_u32(tree, gic->node, "#interrupt-cells", &cells) && cells != 3U) {
        tree_error(tree, gic->node, "#interrupt-cells",
                   "%s: #interrupt-cells is %u; interrupts are read as 3 cells: type, number and trigger", gic->name,
                   cells);
    }
    if (!values_require(tree, gic->node, "interrupts", "interrupts = <1 9 4>;")) {
        return;
    }
    uint32_t count = values_cells(tree, gic->node, "interrupts", 3, "type, number and trigger", &list);
    if (count != 0 &&
        (count != 3U || list[0] != DEVICE_PPI || list[1] != GIC_MAINTENANCE || !device_is_level(list[2]))) {
        tree_error(tree, gic->node, "interrupts",
                   "%s: its maintenance interrupt must be PPI %u, level (4): <1 %u 4>; the hypervisor uses that",
                   gic->name, GIC_MAINTENANCE, GIC_MAINTENANCE);
    }
}

void board_read_gic(const struct tree *tree, struct board *board)
{
    struct device *gic = &board->gic;
    gic->node = board_find_gic(tree);
    if (gic->node < 0) {
        return;
    }
    gic->name = tree_title(tree, gic->node);
    board_check_gic_interrupts(tree, gic);
    board_check_redistributors(tree, gic);
    board_read_frames(tree, board);
}
