/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cores by urgency, so that the safety partition's starts first.
 * @implements REQ-CONFIG-010
 */
#include "order.h"

/* True if a starts before b. The first core of /cpus is the one that boots; ties keep the order of /cpus. */
static bool order_before(const struct model *model, const struct core *a, const struct core *b)
{
    const struct core *boot = &model->board.cores[0];
    if (a == boot || b == boot) {
        return a == boot;
    }
    return a->vcpu->priority > b->vcpu->priority;
}

static void order_insert(struct model *model, struct core *core)
{
    uint32_t place = model->order_count++;
    while (place > 0 && order_before(model, core, model->order[place - 1U])) {
        model->order[place] = model->order[place - 1U];
        place--;
    }
    model->order[place] = core;
}

static uint32_t order_level(const struct core *core)
{
    return core->vcpu == NULL ? 0U : core->vcpu->partition->level;
}

/* Of the least critical cores the one that starts last. */
static struct core *order_least_critical(const struct model *model)
{
    struct core *least = model->order[0];
    for (uint32_t i = 1; i < model->order_count; i++) {
        if (order_level(model->order[i]) <= order_level(least)) {
            least = model->order[i];
        }
    }
    return least;
}

static void order_note_least_critical(const struct model *model, const struct core *least)
{
    if (least->vcpu == NULL) {
        diag_note(tree_at(&model->tree, least->node, NULL), "'%s' runs no vCPU", least->name);
    } else {
        diag_note(tree_at(&model->tree, least->vcpu->node, "cpu"), "'%s' runs %s (%s)", least->name,
                  least->vcpu->partition->name, least->vcpu->partition->criticality);
    }
}

/*
 * Work that is everybody's must not be in the way of what matters most.
 * @implements REQ-CONFIG-030
 */
static void order_check_service_core(const struct model *model)
{
    const struct tree *tree = &model->tree;
    const struct hypervisor *hypervisor = &model->hypervisor;
    const struct core *core = hypervisor->service_core;
    const struct core *least = order_least_critical(model);
    if (order_level(core) > order_level(least)) {
        tree_error(tree, hypervisor->node, "service-core",
                   "hypervisor: service-core '%s' runs %s (%s); shared work belongs on the least critical core",
                   core->name, core->vcpu->partition->name, core->vcpu->partition->criticality);
        order_note_least_critical(model, least);
    }
}

static void order_set_service_core(struct model *model)
{
    struct hypervisor *hypervisor = &model->hypervisor;
    if (hypervisor->service_core == NULL && model->order_count != 0) {
        hypervisor->service_core = order_least_critical(model);
    } else if (hypervisor->service_core != NULL && !hypervisor->service_core->used) {
        if (tree_is_muted(&model->tree, 0, "service-core")) {
            return;
        }
        tree_error(&model->tree, hypervisor->node, "service-core",
                   "hypervisor: service-core '%s' is not used by any vCPU, so it is never started",
                   hypervisor->service_core->name);
        if (model->order_count != 0) {
            order_note_least_critical(model, order_least_critical(model));
        }
    } else if (hypervisor->service_core != NULL) {
        order_check_service_core(model);
    }
}

void order_cores(struct model *model)
{
    for (uint32_t i = 0; i < model->board.core_count; i++) {
        struct core *core = &model->board.cores[i];
        if (!core->used) {
            continue;
        }
        if (model->order_count == MAX_CORES) {
            const struct vcpu *vcpu = core->vcpu;
            tree_error(&model->tree, vcpu->node, "cpu",
                       "%s: '%s' is one core too many; at most %u are supported, "
                       "the boot core '%s' included",
                       tree_title(&model->tree, vcpu->node), core->name, MAX_CORES, model->board.cores[0].name);
            continue;
        }
        order_insert(model, core);
    }
    for (uint32_t i = 0; i < model->order_count; i++) {
        model->order[i]->number = i;
    }
    order_set_service_core(model);
}
