/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Response times of the tasks of every vCPU. A deadline that can be missed is an error, with the equation's terms as notes.
 * @implements REQ-RTA-007
 */
#include "check.h"

#include "arena.h"
#include "terms.h"

/* "ceil((790 us + 10 us) / 1000 us) * 20 us = 1 * 20 us = 20 us": to be checked by hand. */
static const char *check_sum(uint64_t window, const struct rta_load *load)
{
    uint64_t arrivals = rta_arrivals(window, load);
    const char *cost = terms_time(load->cost);
    const char *sum = terms_time(rta_multiply(arrivals, load->cost));
    if (load->period == RTA_NEVER) {
        return arena_print("once %s", cost);
    }
    return arena_print("ceil((%s + %s) / %s) * %s = %llu * %s = %s", terms_time(window), terms_time(load->jitter),
                       terms_time(load->period), cost, HEX(arrivals), cost, sum);
}

static void check_note_terms(const struct model *model, const struct partition *partition, const struct task *task)
{
    const struct tree *tree = &model->tree;
    const struct rta_bound *bound = &task->bound;
    diag_note(tree_at(tree, task->node, "wcet-us"), "C = %s", terms_time(task->wcet));
    if (task->jitter != 0) {
        diag_note(tree_at(tree, task->node, "jitter-us"), "J = %s", terms_time(task->jitter));
    }
    const char *others = partition->vcpu_count == 1U ? "" : " with one of each other vCPU, for the partition's lock";
    diag_note(tree_at(tree, model->overheads.node, "section-ns"), "B = %s: a section of EL2%s, %s, and blocking-us, %s",
              terms_time(task->blocking), others, terms_time(task->blocking - task->lock), terms_time(task->lock));
    for (uint32_t i = 0; i < task->term_count; i++) {
        const struct term *term = &task->terms[i];
        diag_note(tree_at(tree, term->node, term->property), "%s: %s", terms_title(term),
                  check_sum(bound->window, &task->loads[i]));
    }
}

static void check_report_miss(const struct model *model, const struct partition *partition, const struct task *task)
{
    const struct tree *tree = &model->tree;
    const struct rta_bound *bound = &task->bound;
    const char *title = tree_title(tree, task->node);
    if (bound->gave_up) {
        tree_error(
            tree, task->node, "deadline-us",
            "%s: no response time found in %u steps, up to %s; what goes before it leaves almost nothing of the core",
            title, RTA_STEPS, terms_time(bound->window));
        return;
    }
    const char *jitter = task->jitter == 0 ? "" : arena_print(", and J + w is %s", terms_time(bound->response));
    tree_error(tree, task->node, "deadline-us",
               "%s: can miss its deadline of %s: at w = %s, w = C + B + sum of ceil((w + J) / T) * C becomes %s%s",
               title, terms_time(task->deadline), terms_time(bound->window), terms_time(bound->demand), jitter);
    check_note_terms(model, partition, task);
}

static void check_tasks(const struct model *model, struct vcpu *vcpu)
{
    struct timing *timing = &vcpu->timing;
    for (uint32_t i = 0; i < timing->task_count; i++) {
        struct task *task = &timing->tasks[i];
        struct rta_job job = {task->wcet, task->blocking, task->jitter, task->deadline};
        task->bound = rta_response(&job, (struct rta_loads){task->loads, task->term_count});
        if (!task->bound.met) {
            check_report_miss(model, vcpu->partition, task);
        }
    }
}

/* What consoles and events of all partitions cost there is up to them. */
static bool check_is_kept_free(const struct model *model, const struct vcpu *vcpu)
{
    if (vcpu->core != model->hypervisor.service_core) {
        return true;
    }
    tree_error(&model->tree, vcpu->node, "cpu",
               "%s: has tasks, but '%s' is the service core, whose work for other partitions has no bound; choose "
               "another core, or "
               "another service-core",
               tree_title(&model->tree, vcpu->node), vcpu->core->name);
    return false;
}

static bool check_has_overheads(const struct model *model, const struct vcpu *vcpu)
{
    if (model->overheads.node < 0) {
        tree_error(
            &model->tree, vcpu->node, NULL,
            "%s: has tasks, but the board does not say what the hypervisor costs: it has no node with compatible "
            "\"bulkhead,overheads\"",
            tree_title(&model->tree, vcpu->node));
    }
    return model->overheads.node >= 0 && !model->overheads.broken;
}

void check_deadlines(struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        for (uint32_t j = 0; j < model->partitions[i].vcpu_count; j++) {
            struct vcpu *vcpu = &model->partitions[i].vcpus[j];
            bool known = vcpu->timing.task_count != 0 && !vcpu->timing.broken && vcpu->core != NULL;
            if (known && check_is_kept_free(model, vcpu) && check_has_overheads(model, vcpu) &&
                terms_make(model, vcpu)) {
                check_tasks(model, vcpu);
            }
        }
    }
}
