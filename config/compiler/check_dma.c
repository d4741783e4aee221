/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DMA masters: a device that can write memory by itself is assigned, declared blocked, or declared trusted. An assigned one
 * that is not behind an SMMU can write anywhere; the system file has to say that this is accepted, and why.
 * @implements REQ-CONFIG-029
 * @implements REQ-CONFIG-065
 */
#include "check.h"

#include "board.h"
#include "dma.h"
#include "reference.h"
#include "smmu.h"
#include "stream.h"
#include "values.h"

#include <libfdt.h>

#define BLOCKED "bulkhead,dma-blocked"
#define TRUSTED "bulkhead,dma-trusted"
#define IDLE_MOST 10000000U /* microseconds */

/* A declaration with its reason; false if there is none. */
static bool check_declared(const struct tree *tree, int node, const char *property)
{
    const char *reason = "";
    if (!tree_has(tree, node, property)) {
        return false;
    }
    if (values_string(tree, node, property, &reason) && values_is_blank(reason)) {
        tree_error(tree, node, property, "%s: '%s' must say why, in a few words", tree_title(tree, node), property);
    }
    return true;
}

/* A partition's `access` names it, or what is below it, and was refused. */
static bool check_is_refused(const struct tree *tree, int node)
{
    bool refused = tree_is_muted(tree, node, NULL);
    for (int child = tree_first(tree, node); child >= 0 && !refused; child = tree_next(tree, child)) {
        refused = check_is_refused(tree, child);
    }
    return refused;
}

/* A reference to an SMMU that is driven, or that was refused, which has been reported. */
static bool check_is_driven(const struct model *model, int smmu)
{
    return smmu_of(model, smmu) != NULL || tree_is_muted(&model->tree, smmu, NULL);
}

/* The first requester ID of the bridge's buses whose DMA no SMMU sees; -1: there is none. */
static int64_t check_unconfined_rid(const struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    uint32_t buses[2] = {0, 0xff};
    uint32_t size = 0;
    const fdt32_t *range = tree_property(tree, node, "bus-range", &size);
    struct stream_id stream = {0};
    for (uint32_t i = 0; range != NULL && size == sizeof(buses) && i < 2U; i++) {
        buses[i] = fdt32_ld(&range[i]) & 0xffU;
    }
    for (uint32_t rid = buses[0] << 8; rid < (buses[1] + 1U) << 8; rid++) {
        if (!stream_of_rid(tree, node, rid, &stream) || !check_is_driven(model, stream.smmu)) {
            return rid;
        }
    }
    return -1;
}

/* Behind a bridge all of whose functions an SMMU sees, those that are nobody's are blocked. The host bridge answers for them. */
static bool check_is_answered(const struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    bool map = tree_has(tree, node, "iommu-map");
    return stream_bridge(tree, node) >= 0 || tree_is_muted(tree, node, "iommu-map") ||
           (map && check_unconfined_rid(model, node) < 0);
}

static void check_unowned(const struct model *model, int node, bool declared)
{
    const struct tree *tree = &model->tree;
    const char *why = dma_evidence(tree, node);
    if (check_is_refused(tree, node) || (!declared && check_is_answered(model, node))) {
        return;
    }
    if (!declared && why != NULL) {
        tree_error(tree, node, NULL, "'%s' is a DMA master (%s) that is neither assigned, blocked nor trusted",
                   tree_title(tree, node), why);
        diag_note(tree_at(tree, node, NULL), "name it in the 'access' of a partition, or declare it here: " BLOCKED
                                             " or " TRUSTED " = \"why\"; or status = \"disabled\"; if it is not there");
        if (tree_has(tree, node, "iommu-map")) {
            diag_note(tree_at(tree, node, "iommu-map"),
                      "or have an SMMU that is enabled see all of its functions: here none sees requester ID 0x%x",
                      (unsigned)check_unconfined_rid(model, node));
        }
    } else if (declared && why == NULL) {
        tree_error(tree, node, tree_has(tree, node, BLOCKED) ? BLOCKED : TRUSTED,
                   "'%s' is no DMA master as far as this file says; if it is one, add bulkhead,dma-master",
                   tree_title(tree, node));
    }
}

static void check_node(const struct model *model, int node)
{
    const struct tree *tree = &model->tree;
    bool blocked = check_declared(tree, node, BLOCKED);
    bool trusted = check_declared(tree, node, TRUSTED);
    const struct partition *owner = reference_owner(model, node);
    if (blocked && trusted) {
        tree_error(tree, node, TRUSTED, "'%s' is declared both blocked and trusted; one of them is to go",
                   tree_title(tree, node));
        diag_note(tree_at(tree, node, BLOCKED), "it is declared blocked here");
    } else if (owner != NULL && (blocked || trusted)) {
        tree_error(tree, owner->node, "access", "%s: device '%s' is declared %s, so it cannot be given away",
                   owner->name, tree_title(tree, node), blocked ? "blocked" : "trusted");
        diag_note(tree_at(tree, node, blocked ? BLOCKED : TRUSTED), "it is declared here");
    } else if (owner == NULL) {
        check_unowned(model, node, blocked || trusted);
    }
    if (trusted && stream_is_confined(model, node)) {
        tree_error(
            tree, node, TRUSTED,
            "'%s' is declared trusted, and its SMMU blocks it: only streams of partitions pass; declare it " BLOCKED,
            tree_title(tree, node));
    }
}

/* The SMMU reads tables that only who has its registers can point it to: nobody. */
static void check_below(const struct model *model, int top)
{
    for (int node = tree_first(&model->tree, top); node >= 0; node = tree_next(&model->tree, node)) {
        if (!board_is_hardware(&model->tree, node)) {
            continue;
        }
        if (!tree_has(&model->tree, node, "#iommu-cells") || tree_has(&model->tree, node, "bulkhead,dma-master")) {
            check_node(model, node);
        }
        check_below(model, node);
    }
}

/* Behind an SMMU it must be known when the last of an old life's DMA has ended: the next one has the same stream. */
static void check_idle(const struct model *model, const struct partition *partition, const struct device *device)
{
    const struct tree *tree = &model->tree;
    uint32_t idle = 0;
    if (!tree_has(tree, device->node, DMA_IDLE)) {
        tree_error(tree, partition->node, "access",
                   "%s: when has the DMA of device '%s' ended once its driver is gone? Its node has no '" DMA_IDLE "'",
                   partition->name, device->name);
        diag_note(tree_at(tree, device->node, NULL), "for example: " DMA_IDLE " = <1000>; in '%s'", device->name);
    } else if (values_u32(tree, device->node, DMA_IDLE, &idle) && idle > IDLE_MOST) {
        tree_error(tree, device->node, DMA_IDLE, "%s: '" DMA_IDLE "' is %u; at most %u are waited for", device->name,
                   idle, IDLE_MOST);
    }
}

/* True if the device is a master that nothing confines. */
static bool check_assigned(const struct model *model, const struct partition *partition, const struct device *device)
{
    const char *why = dma_evidence(&model->tree, device->node);
    int at = 0;
    if (why == NULL) {
        return false;
    }
    if (stream_is_confined(model, device->node)) {
        check_idle(model, partition, device);
        return false;
    }
    if (stream_property(&model->tree, device->node, &at) != NULL) {
        return true; /* that its SMMU is not driven has been reported */
    }
    if (partition->dma_unprotected == NULL) {
        tree_error(&model->tree, partition->node, "access",
                   "%s: device '%s' is a DMA master (%s): without an SMMU it can read and write all memory",
                   partition->name, device->name, why);
        diag_note(tree_at(&model->tree, partition->node, NULL),
                  "if that is acceptable, say why: dma-unprotected = \"...\"; in %s", partition->name);
    }
    return true;
}

static void check_partition(const struct model *model, const struct partition *partition)
{
    bool masters = false;
    for (uint32_t i = 0; i < partition->access_count; i++) {
        masters = check_assigned(model, partition, &partition->access[i]) || masters;
    }
    if (partition->dma_unprotected != NULL && !masters) {
        tree_error(
            &model->tree, partition->node, "dma-unprotected",
            "%s: 'dma-unprotected' is for DMA masters that no SMMU confines, and no device in its 'access' is one",
            partition->name);
    } else if (partition->dma_unprotected != NULL && values_is_blank(partition->dma_unprotected)) {
        tree_error(&model->tree, partition->node, "dma-unprotected",
                   "%s: 'dma-unprotected' must say why, in a few words", partition->name);
    }
}

void check_dma(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        check_partition(model, &model->partitions[i]);
    }
    check_below(model, 0);
}
