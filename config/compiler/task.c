/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The task-<name> nodes of a vCPU, and what the vCPU itself says about time.
 * @implements REQ-RTA-004
 */
#include "task.h"

#include "arena.h"
#include "schema.h"
#include "values.h"

#include <string.h>

#define PREFIX "task-"
#define MAX_PRIORITY 255U
#define HANDLER "handler-wcet-us"
#define SGI_INTERVAL "sgi-min-interarrival-us"

bool task_is_name(const char *name)
{
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0 && name[strlen(PREFIX)] != '\0';
}

bool task_time(const struct tree *tree, int node, const char *property, bool zero, uint64_t *ns)
{
    uint32_t value = 0;
    if (!values_u32(tree, node, property, &value)) {
        return false;
    }
    if (value == 0 && !zero) {
        tree_error(tree, node, property, "%s: %s is 0", tree_title(tree, node), property);
        return false;
    }
    *ns = (uint64_t)value * NS_PER_US;
    return true;
}

static void task_read_priority(const struct tree *tree, struct task *task)
{
    if (values_u32(tree, task->node, "priority", &task->priority) && task->priority > MAX_PRIORITY) {
        tree_error(tree, task->node, "priority",
                   "%s: priority %lld is not within 0 to %u (larger is more urgent; of this vCPU's tasks)",
                   tree_title(tree, task->node), values_signed(task->priority), MAX_PRIORITY);
    }
}

static bool task_require_time(const struct tree *tree, int node, const char *property, const char *example,
                              uint64_t *ns)
{
    return values_require(tree, node, property, example) && task_time(tree, node, property, false, ns);
}

static void task_read_one(const struct tree *tree, int node, struct task *task)
{
    *task = (struct task){.node = node, .name = tree_node_name(tree, node) + strlen(PREFIX)};
    schema_check(tree, node, SCHEMA_TASK);
    (void)task_require_time(tree, node, "wcet-us", "wcet-us = <100>;", &task->wcet);
    bool period = task_require_time(tree, node, "period-us", "period-us = <1000>;", &task->period);
    bool deadline = task_require_time(tree, node, "deadline-us", "deadline-us = <800>;", &task->deadline);
    if (period && deadline && task->deadline > task->period) {
        tree_error(
            tree, node, "deadline-us",
            "%s: deadline-us %llu is longer than period-us %llu; a deadline after the next activation is not supported",
            tree_title(tree, node), HEX(task->deadline / NS_PER_US), HEX(task->period / NS_PER_US));
    }
    (void)task_time(tree, node, "jitter-us", true, &task->jitter);
    (void)task_time(tree, node, "blocking-us", true, &task->lock);
    (void)values_string(tree, node, "wcet-basis", &task->basis);
    task_read_priority(tree, task);
}

static void task_read_all(const struct tree *tree, struct vcpu *vcpu)
{
    struct timing *timing = &vcpu->timing;
    for (int node = tree_first(tree, vcpu->node); node >= 0; node = tree_next(tree, node)) {
        if (!task_is_name(tree_node_name(tree, node))) {
            continue;
        }
        if (timing->task_count == MAX_TASKS) {
            tree_error(tree, node, NULL, "%s: a vCPU has at most %u tasks", tree_title(tree, node), MAX_TASKS);
            return;
        }
        if (timing->tasks == NULL) {
            timing->tasks = arena_new(MAX_TASKS, sizeof(timing->tasks[0]));
        }
        task_read_one(tree, node, &timing->tasks[timing->task_count++]);
    }
}

/* What would mean something only if there were a task. */
static void task_reject(const struct tree *tree, const struct vcpu *vcpu, const char *property)
{
    if (tree_has(tree, vcpu->node, property)) {
        tree_error(tree, vcpu->node, property, "%s: '%s' means nothing where no task is declared",
                   tree_title(tree, vcpu->node), property);
    }
}

void task_read(const struct tree *tree, struct vcpu *vcpu)
{
    struct timing *timing = &vcpu->timing;
    unsigned errors = diag_errors();
    task_read_all(tree, vcpu);
    if (timing->task_count == 0) {
        task_reject(tree, vcpu, HANDLER);
        task_reject(tree, vcpu, SGI_INTERVAL);
        return;
    }
    bool handler = values_require(tree, vcpu->node, HANDLER, HANDLER " = <5>;") &&
                   task_time(tree, vcpu->node, HANDLER, true, &timing->handler);
    (void)task_time(tree, vcpu->node, SGI_INTERVAL, false, &timing->sgi_interval);
    timing->broken = !handler || diag_errors() != errors;
}
