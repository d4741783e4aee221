/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams of the devices that partitions have (Linux's bindings: iommu, pci-iommu).
 * @implements REQ-CONFIG-062
 */
#include "stream.h"

#include "smmu.h"
#include "values.h"

#include <libfdt.h>

#define MAP_CELLS 4U /* of an entry of iommu-map: requester ID, SMMU, StreamID, how many */
#define RID_MASK 0xffffU

int stream_bridge(const struct tree *tree, int node)
{
    int bridge = -1;
    for (int above = tree_parent(tree, node); above > 0; above = tree_parent(tree, above)) {
        if (values_says(tree, above, "device_type", "pci")) {
            bridge = above;
        }
    }
    return bridge;
}

/* phys.hi of the first entry: bus in bits 23:16, device in 15:11, function in 10:8 (PCI Bus Binding, 2.2.1.1). */
bool stream_rid(const struct tree *tree, int node, uint32_t *rid)
{
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, node, "reg", &size);
    if (cells == NULL || size < 4U) {
        return false;
    }
    *rid = fdt32_ld(&cells[0]) >> 8 & RID_MASK;
    return true;
}

bool stream_of_rid(const struct tree *tree, int bridge, uint32_t rid, struct stream_id *stream)
{
    uint32_t size = 0;
    const fdt32_t *mask = tree_property(tree, bridge, "iommu-map-mask", &size);
    uint32_t masked = rid & (mask != NULL && size == 4U ? fdt32_ld(mask) : RID_MASK);
    const fdt32_t *map = tree_property(tree, bridge, "iommu-map", &size);
    for (uint32_t i = 0; map != NULL && (i + MAP_CELLS) * 4U <= size; i += MAP_CELLS) {
        uint32_t first = fdt32_ld(&map[i]);
        if (masked >= first && masked - first < fdt32_ld(&map[i + 3U])) {
            *stream = (struct stream_id){tree_by_phandle(tree, fdt32_ld(&map[i + 1U])),
                                         fdt32_ld(&map[i + 2U]) + (masked - first)};
            return stream->smmu >= 0;
        }
    }
    return false;
}

/* Cells after each reference of `iommus` are as many as the SMMU says. */
static bool stream_of_list(const struct tree *tree, int node, uint32_t index, struct stream_id *stream)
{
    uint32_t size = 0;
    const fdt32_t *cells = tree_property(tree, node, "iommus", &size);
    uint32_t at = 0;
    while (cells != NULL && (at + 2U) * 4U <= size) {
        uint32_t length = 0;
        int smmu = tree_by_phandle(tree, fdt32_ld(&cells[at]));
        const fdt32_t *arguments = smmu < 0 ? NULL : tree_property(tree, smmu, "#iommu-cells", &length);
        if (arguments == NULL || length != 4U || fdt32_ld(arguments) == 0 ||
            fdt32_ld(arguments) > size / 4U - at - 1U) {
            return false;
        }
        if (index == 0) {
            *stream = (struct stream_id){smmu, fdt32_ld(&cells[at + 1U])};
            return true;
        }
        index--;
        at += 1U + fdt32_ld(arguments);
    }
    return false;
}

bool stream_of_node(const struct tree *tree, int node, uint32_t index, struct stream_id *stream)
{
    int bridge = stream_bridge(tree, node);
    uint32_t rid = 0;
    if (bridge < 0) {
        return stream_of_list(tree, node, index, stream);
    }
    return index == 0 && stream_rid(tree, node, &rid) && stream_of_rid(tree, bridge, rid, stream);
}

const char *stream_property(const struct tree *tree, int node, int *at)
{
    int bridge = stream_bridge(tree, node);
    const char *property = bridge < 0 ? "iommus" : "iommu-map";
    *at = bridge < 0 ? node : bridge;
    return tree_has(tree, *at, property) ? property : NULL;
}

bool stream_is_confined(const struct model *model, int node)
{
    struct stream_id stream = {0};
    uint32_t count = 0;
    while (stream_of_node(&model->tree, node, count, &stream)) {
        if (smmu_of(model, stream.smmu) == NULL) {
            return false;
        }
        count++;
    }
    return count != 0;
}

/* A device and its partition on the way through the checks. */
struct claim {
    struct model *model;
    const struct partition *partition;
    const struct device *device;
    int node; /* the device's, or one below it */
};

/* What the stream's property is in the way of; the note says where it stands. */
static void stream_note(const struct claim *claim)
{
    int at = 0;
    const char *property = stream_property(&claim->model->tree, claim->node, &at);
    diag_note(tree_at(&claim->model->tree, at, property), "the stream is described here");
}

static void stream_report_smmu(const struct claim *claim, int smmu)
{
    const struct tree *tree = &claim->model->tree;
    if (tree_is_muted(tree, smmu, NULL)) {
        return; /* it was refused */
    }
    if (smmu_is_known(tree, smmu)) {
        tree_error(tree, claim->partition->node, "access",
                   "%s: device '%s' has a stream of '%s', which is disabled; enable it: &%s { status = \"okay\"; };",
                   claim->partition->name, claim->device->name, tree_title(tree, smmu), tree_title(tree, smmu));
    } else {
        tree_error(
            tree, claim->partition->node, "access",
            "%s: device '%s' has a stream of '%s', which is no SMMU that can be driven (arm,smmu-v3, arm,smmu-v2, "
            "arm,mmu-500)",
            claim->partition->name, claim->device->name, tree_title(tree, smmu));
    }
    stream_note(claim);
}

/* The stream is there already: of the same partition, which is as good, or of another. */
static bool stream_is_known(const struct claim *claim, const struct smmu *smmu, uint32_t id)
{
    const struct model *model = claim->model;
    for (uint32_t i = 0; i < model->stream_count; i++) {
        const struct stream *stream = &model->streams[i];
        if (stream->smmu != smmu || stream->id != id) {
            continue;
        }
        if (stream->partition != claim->partition) {
            tree_error(
                &model->tree, claim->partition->node, "access",
                "%s: device '%s' has StreamID 0x%x of '%s', which is that of '%s' of %s: an SMMU cannot tell them "
                "apart; give both to one partition",
                claim->partition->name, claim->device->name, id, smmu->device.name,
                tree_title(&model->tree, stream->node), stream->partition->name);
            stream_note(claim);
        }
        return true;
    }
    return false;
}

static uint32_t stream_next_slot(const struct model *model, const struct smmu *smmu)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->stream_count; i++) {
        count += model->streams[i].smmu == smmu ? 1U : 0U;
    }
    return count;
}

static void stream_add(const struct claim *claim, struct stream_id id)
{
    struct model *model = claim->model;
    const struct smmu *smmu = smmu_of(model, id.smmu);
    if (smmu == NULL) {
        stream_report_smmu(claim, id.smmu);
    } else if (id.id >> smmu_id_bits(smmu) != 0) {
        tree_error(&model->tree, claim->partition->node, "access",
                   "%s: device '%s' has StreamID 0x%x, which is beyond the %u bits that are supported of '%s'",
                   claim->partition->name, claim->device->name, id.id, smmu_id_bits(smmu), smmu->device.name);
        stream_note(claim);
    } else if (!stream_is_known(claim, smmu, id.id)) {
        if (model->stream_count == MAX_STREAMS) {
            tree_error(&model->tree, claim->partition->node, "access", "%s: more than %u streams in the system",
                       claim->partition->name, MAX_STREAMS);
            return;
        }
        model->streams[model->stream_count] =
            (struct stream){smmu, id.id, stream_next_slot(model, smmu), claim->partition, claim->node};
        model->stream_count++;
    }
}

/* A bridge that sends some functions through an SMMU, and not this one. */
static void stream_check_map(const struct claim *claim)
{
    const struct tree *tree = &claim->model->tree;
    struct stream_id id = {0};
    int at = 0;
    uint32_t rid = 0;
    if (stream_bridge(tree, claim->node) >= 0 && stream_property(tree, claim->node, &at) != NULL &&
        stream_rid(tree, claim->node, &rid) && !stream_of_rid(tree, at, rid, &id)) {
        tree_error(tree, claim->partition->node, "access",
                   "%s: 'iommu-map' of '%s' has no StreamID for '%s' (requester ID 0x%x)", claim->partition->name,
                   tree_title(tree, at), claim->device->name, rid);
        stream_note(claim);
    }
}

/* A device's own streams, and those of what is below it. */
static void stream_collect(const struct claim *claim)
{
    const struct tree *tree = &claim->model->tree;
    struct stream_id id = {0};
    stream_check_map(claim);
    for (uint32_t i = 0; stream_of_node(tree, claim->node, i, &id); i++) {
        stream_add(claim, id);
    }
    for (int child = tree_first(tree, claim->node); child >= 0; child = tree_next(tree, child)) {
        struct claim below = *claim;
        below.node = child;
        stream_collect(&below);
    }
}

void stream_read(struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->access_count; j++) {
            stream_collect(&(struct claim){model, partition, &partition->access[j], partition->access[j].node});
        }
    }
}
