/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SMMU knows a master by its StreamID alone. So nobody else may have the StreamID of a partition's device, and what a
 * PCI host bridge says about its functions' StreamIDs must be clear.
 * @implements REQ-CONFIG-062
 */
#include "check.h"

#include "board.h"
#include "reference.h"
#include "smmu.h"
#include "stream.h"
#include "stream_table.h"
#include "values.h"

#include <libfdt.h>

#define ENTRY_BYTES 16U /* of iommu-map */

/* A node that no partition has, with the StreamID of a partition's. */
static void check_shared(const struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    struct stream_id id = {0};
    int at = 0;
    for (uint32_t i = 0; stream_of_node(tree, node, i, &id); i++) {
        const struct smmu *smmu = smmu_of(model, id.smmu);
        const struct stream *stream = smmu == NULL ? NULL : stream_table_find(model, smmu, id.id);
        if (stream != NULL) {
            const char *property = stream_property(tree, node, &at);
            tree_error(tree, stream->partition->node, "access",
                       "%s: device '%s' has StreamID 0x%x of '%s', and so has '%s', which is not given to %s",
                       stream->partition->name, tree_title(tree, stream->node), id.id, smmu->device.name,
                       tree_title(tree, node), stream->partition->name);
            diag_note(
                tree_at(tree, at, property),
                "the stream of '%s' is here; give both, or neither, or say status = \"disabled\"; if it is not there",
                tree_title(tree, node));
        }
    }
}

static void check_mask(const struct tree *tree, int node)
{
    uint32_t mask = 0;
    if (tree_has(tree, node, "iommu-map-mask") && values_u32(tree, node, "iommu-map-mask", &mask) && mask > 0xffffU) {
        tree_error(tree, node, "iommu-map-mask", "%s: a requester ID has 16 bits; the mask 0x%x has more",
                   tree_title(tree, node), mask);
    }
}

/* One entry of iommu-map; false after a diagnostic. */
static bool check_entry(const struct tree *tree, int node, const fdt32_t *entry)
{
    uint32_t first = fdt32_ld(&entry[0]);
    uint32_t count = fdt32_ld(&entry[3]);
    int smmu = tree_by_phandle(tree, fdt32_ld(&entry[1]));
    uint32_t size = 0;
    const fdt32_t *cells = smmu < 0 ? NULL : tree_property(tree, smmu, "#iommu-cells", &size);
    if (cells == NULL || size != 4U || fdt32_ld(cells) != 1U) {
        tree_error(tree, node, "iommu-map",
                   "%s: the second cell of each entry of 'iommu-map' must refer to an SMMU with #iommu-cells = <1>",
                   tree_title(tree, node));
    } else if (count == 0 || first > 0xffffU || count > 0x10000U - first || fdt32_ld(&entry[2]) > UINT32_MAX - count) {
        tree_error(tree, node, "iommu-map",
                   "%s: 'iommu-map' maps 0x%x requester IDs from 0x%x; there are 0x10000, and none is no entry",
                   tree_title(tree, node), count, first);
    } else {
        return true;
    }
    tree_mute(tree, node, "iommu-map");
    return false;
}

static void check_map(const struct tree *tree, int node)
{
    uint32_t size = 0;
    const fdt32_t *map = tree_property(tree, node, "iommu-map", &size);
    if (map == NULL || tree_is_muted(tree, node, "iommu-map")) {
        return;
    }
    check_mask(tree, node);
    if (size == 0 || size % ENTRY_BYTES != 0) {
        tree_error(tree, node, "iommu-map",
                   "%s: entries of 'iommu-map' are four cells: requester ID, SMMU, StreamID, how many; for example "
                   "<0x0 &smmu 0x0 0x10000>",
                   tree_title(tree, node));
        tree_mute(tree, node, "iommu-map");
        return;
    }
    for (uint32_t i = 0; i < size / ENTRY_BYTES && check_entry(tree, node, map + (size_t)i * 4U);) {
        i++;
    }
}

void check_streams(const struct model *model)
{
    const struct tree *tree = &model->tree;
    for (int node = board_next_node(tree, 0); node >= 0; node = board_next_node(tree, node)) {
        if (!board_is_enabled(tree, node)) {
            continue;
        }
        check_map(tree, node);
        if (reference_owner(model, node) == NULL) {
            check_shared(model, node);
        }
    }
}
