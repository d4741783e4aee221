/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DMA masters: a device that can write memory by itself is assigned, declared blocked, or declared trusted. There is no
 * SMMU driver yet, so an assigned one can write anywhere; the system file has to say that this is accepted, and why.
 * @implements REQ-CONFIG-029
 */
#include "check.h"

#include "board.h"
#include "dma.h"
#include "reference.h"
#include "values.h"

#define BLOCKED "bulkhead,dma-blocked"
#define TRUSTED "bulkhead,dma-trusted"

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

static void check_unowned(const struct tree *tree, int node, bool declared)
{
    const char *why = dma_evidence(tree, node);
    if (check_is_refused(tree, node)) {
        return;
    }
    if (!declared && why != NULL) {
        tree_error(tree, node, NULL, "'%s' is a DMA master (%s) that is neither assigned, blocked nor trusted",
                   tree_title(tree, node), why);
        diag_note(tree_at(tree, node, NULL), "name it in the 'access' of a partition, or declare it here: " BLOCKED
                                             " or " TRUSTED " = \"why\"; or status = \"disabled\"; if it is not there");
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
        check_unowned(tree, node, blocked || trusted);
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

/* Where there is an SMMU in the way that nobody drives, what becomes of a transfer depends on what the firmware left. */
static void check_stream(const struct model *model, const struct partition *partition, const struct device *device)
{
    const struct tree *tree = &model->tree;
    const char *property = tree_has(tree, device->node, "iommus") ? "iommus" : "iommu-map";
    if (tree_has(tree, device->node, property)) {
        tree_error(tree, partition->node, "access",
                   "%s: device '%s' has a stream of an SMMU, and no SMMU is configured: they are not supported yet",
                   partition->name, device->name);
        diag_note(tree_at(tree, device->node, property),
                  "the stream is here; without this line the device's DMA counts as unprotected");
    }
}

static bool check_assigned(const struct model *model, const struct partition *partition, const struct device *device)
{
    const char *why = dma_evidence(&model->tree, device->node);
    if (why == NULL) {
        return false;
    }
    check_stream(model, partition, device);
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
        tree_error(&model->tree, partition->node, "dma-unprotected",
                   "%s: 'dma-unprotected' is for DMA masters, and no device in its 'access' is one", partition->name);
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
