/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which core runs which vCPU.
 * @implements REQ-CONFIG-018
 */
#include "check.h"

static void check_take_core(struct model *model, const struct vcpu *vcpu)
{
    const struct tree *tree = &model->tree;
    struct core *core = vcpu->core;
    if (core->vcpu == NULL) {
        core->vcpu = vcpu;
        core->used = true;
        return;
    }
    tree_error(tree, vcpu->node, "cpu",
               "%s: core '%s' is already given to %s; several vCPUs on one core are not "
               "supported yet",
               tree_title(tree, vcpu->node), core->name, tree_title(tree, core->vcpu->node));
    diag_note(tree_at(tree, core->vcpu->node, "cpu"), "it is given to %s here", tree_title(tree, core->vcpu->node));
}

void check_cores(struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->vcpu_count; j++) {
            if (partition->vcpus[j].core != NULL) {
                check_take_core(model, &partition->vcpus[j]);
            }
        }
    }
    if (model->board.core_count != 0) {
        model->board.cores[0].used = true; /* it boots */
    }
}
