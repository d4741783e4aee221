/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page is the smallest thing that can be given away: whoever has a device has all that is in its pages. What else is
 * there must be theirs as well.
 * @implements REQ-CONFIG-016
 */
#include "check.h"

#include "board.h"
#include "device.h"
#include "reference.h"
#include "smmu.h"

/* True if one is the other or above it. */
static bool check_related(const struct tree *tree, int a, int b)
{
    int above = b;
    while (above > 0 && above != a) {
        above = tree_parent(tree, above);
    }
    if (above == a) {
        return true;
    }
    above = a;
    while (above > 0 && above != b) {
        above = tree_parent(tree, above);
    }
    return above == b;
}

static bool check_share_page(const struct device *device, struct region other, uint64_t *page)
{
    struct region theirs = region_pages(other);
    for (uint32_t i = 0; i < device->region_count; i++) {
        struct region own = region_pages(device->regions[i]);
        if (region_overlaps(own, theirs)) {
            *page = own.base > theirs.base ? own.base : theirs.base;
            return true;
        }
    }
    return false;
}

static void check_against(const struct model *model, const struct partition *partition, const struct device *device,
                          const char *property, int node)
{
    const struct tree *tree = &model->tree;
    struct region region = {0};
    uint64_t page = 0;
    if (device->node < 0 || device->node == model->hypervisor.console.node || check_related(tree, device->node, node)) {
        return;
    }
    for (uint32_t i = 0; device_region(tree, node, i, &region); i++) {
        if (check_share_page(device, region, &page)) {
            tree_error(tree, partition->node, property,
                       "%s: device '%s' shares the page at 0x%llx with '%s', which "
                       "is not given to %s",
                       partition->name, device->name, HEX(page), tree_title(tree, node), partition->name);
            diag_note(tree_at(tree, node, NULL),
                      "'%s' is here; give both, or neither, or say status = \"disabled\"; if it is not there",
                      tree_title(tree, node));
            return;
        }
    }
}

static bool check_is_hypervisors(const struct model *model, int node)
{
    return node == model->hypervisor.console.node || smmu_of(model, node) != NULL ||
           (model->board.gic.node >= 0 && check_related(&model->tree, node, model->board.gic.node));
}

static void check_nobodys(const struct model *model, int node)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        if (partition->console == CONSOLE_PASSED) {
            check_against(model, partition, &partition->uart, "console", node);
        }
        for (uint32_t j = 0; j < partition->access_count; j++) {
            check_against(model, partition, &partition->access[j], "access", node);
        }
    }
}

static void check_below(const struct model *model, int top)
{
    for (int node = tree_first(&model->tree, top); node >= 0; node = tree_next(&model->tree, node)) {
        if (!board_is_hardware(&model->tree, node)) {
            continue;
        }
        if (reference_owner(model, node) == NULL && !check_is_hypervisors(model, node)) {
            check_nobodys(model, node);
        }
        check_below(model, node);
    }
}

void check_neighbours(const struct model *model)
{
    check_below(model, 0);
}
