/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of devices that nobody has asked for. Those that somebody has are looked at by device.c and check_devices.c.
 * @implements REQ-CONFIG-054
 */
#include "check_board.h"

#include "device.h"

#include <libfdt.h>

/* The property refers to the node, or to one above it. */
static bool check_names_node(const struct tree *tree, int user, const char *property, int node)
{
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, user, property, &size);
    for (uint32_t i = 0; i < size / 4U; i++) {
        int named = tree_by_phandle(tree, fdt32_ld(&cells[i]));
        for (int above = node; named > 0 && above > 0; above = tree_parent(tree, above)) {
            if (above == named) {
                return true;
            }
        }
    }
    return false;
}

static bool check_is_asked_for(const struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    bool asked = node == model->board.gic.node ||
                 (model->hypervisor.node >= 0 && check_names_node(tree, model->hypervisor.node, "console", node));
    for (uint32_t i = 0; !asked && i < model->partition_count; i++) {
        asked = check_names_node(tree, model->partitions[i].node, "access", node) ||
                check_names_node(tree, model->partitions[i].node, "console", node);
    }
    return asked;
}

static void check_in_ram(const struct model *model, int node, struct region region)
{
    const struct tree *tree = &model->tree;
    for (uint32_t i = 0; i < model->board.ram_count; i++) {
        struct region bank = model->board.ram[i];
        if (region_overlaps(region, bank)) {
            tree_error(tree, node, "reg",
                       "%s: its registers at 0x%llx (size 0x%llx) are in RAM, at 0x%llx (size 0x%llx)",
                       tree_title(tree, node), HEX(region.base), HEX(region.size), HEX(bank.base), HEX(bank.size));
            diag_note(tree_at(tree, node, "reg"),
                      "a part of RAM that something else uses belongs in /reserved-memory; what is not there is "
                      "status = \"disabled\";");
            return;
        }
    }
}

void check_registers(const struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    struct region region = {0};
    if (check_is_asked_for(model, node)) {
        return;
    }
    for (uint32_t i = 0; device_reach(tree, node, i, &region); i++) {
        bool inside = region.base < ADDRESS_LIMIT;
        if (region.size == 0) {
            tree_error(tree, node, "reg", "%s: its registers at 0x%llx have size 0", tree_title(tree, node),
                       HEX(region.base));
        } else if (region.size - 1U > UINT64_MAX - region.base ||
                   (inside && region.size > ADDRESS_LIMIT - region.base)) {
            tree_error(tree, node, "reg", "%s: its registers at 0x%llx (size 0x%llx) go beyond the last address",
                       tree_title(tree, node), HEX(region.base), HEX(region.size));
        } else {
            check_in_ram(model, node, region);
        }
    }
}
