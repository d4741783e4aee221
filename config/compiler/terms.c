/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every interrupt that a vCPU's core takes while nothing is wrong, and how often at most; then the tasks.
 * @implements REQ-RTA-006
 */
#include "terms.h"

#include "arena.h"
#include "task.h"
#include "values.h"

#define MAX_TERMS (2U * MAX_TASKS + (MAX_ACCESS + 1U) * MAX_DEVICE_INTERRUPTS + 4U)

struct terms {
    const struct model *model;
    uint64_t cost; /* of an interrupt: EL2's work and the guest's */
    struct term *items;
    struct rta_load *loads;
    uint32_t count;
};

const char *terms_time(uint64_t ns)
{
    static const uint64_t unit = NS_PER_US;
    uint64_t part = ns % unit;
    if (part == 0) {
        return arena_print("%llu us", HEX(ns / unit));
    }
    unsigned digits = 3;
    while (part % 10U == 0) {
        part /= 10U;
        digits--;
    }
    return arena_print("%llu.%0*llu us", HEX(ns / unit), (int)digits, HEX(part));
}

const char *terms_title(const struct term *term)
{
    switch (term->kind) {
    case TERM_TASK:
        return arena_print("task %s", term->name);
    case TERM_RELEASE:
        return arena_print("release of %s", term->name);
    case TERM_DEVICE:
        return arena_print("interrupt of %s", term->name);
    case TERM_CONSOLE:
    case TERM_CORES:
    case TERM_BOOT:
    default:
        return term->name;
    }
}

static void terms_add(struct terms *terms, struct term term, struct rta_load load)
{
    terms->items[terms->count] = term;
    terms->loads[terms->count++] = load;
}

static bool terms_intervals(const struct model *model, const struct partition *partition, const struct device *device,
                            uint32_t **cells)
{
    const struct tree *tree = &model->tree;
    if (!tree_has(tree, device->node, INTERARRIVAL)) {
        tree_error(tree, device->node, NULL,
                   "%s: it interrupts %s, which has tasks, but does not say how often; for example: " INTERARRIVAL
                   " = <100>; one number of us for each interrupt",
                   tree_title(tree, device->node), partition->name);
        return false;
    }
    uint32_t count = values_cells(tree, device->node, INTERARRIVAL, 1, "numbers of us", cells);
    if (count != 0 && count != device->interrupt_count) {
        tree_error(tree, device->node, INTERARRIVAL, "%s: " INTERARRIVAL " has %u number%s for %u interrupt%s",
                   tree_title(tree, device->node), count, count == 1U ? "" : "s", device->interrupt_count,
                   device->interrupt_count == 1U ? "" : "s");
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if ((*cells)[i] == 0) {
            tree_error(tree, device->node, INTERARRIVAL,
                       "%s: " INTERARRIVAL " is 0: there would be no end of interrupts",
                       tree_title(tree, device->node));
            return false;
        }
    }
    return count != 0;
}

static bool terms_add_device(struct terms *terms, const struct partition *partition, const struct device *device)
{
    uint32_t *cells = NULL;
    if (device->interrupt_count == 0) {
        return true;
    }
    if (!terms_intervals(terms->model, partition, device, &cells)) {
        return false;
    }
    for (uint32_t i = 0; i < device->interrupt_count; i++) {
        terms_add(terms, (struct term){TERM_DEVICE, device->name, device->node, INTERARRIVAL},
                  (struct rta_load){terms->cost, (uint64_t)cells[i] * NS_PER_US, 0});
    }
    return true;
}

/*
 * The service core tells of a character that was typed, and of room for output when the guest's buffer comes down to half: once
 * at most for each that comes or goes, so not more often than the real UART interrupts, but perhaps later.
 */
static bool terms_add_virtual(struct terms *terms, const struct partition *partition)
{
    const struct device *console = &terms->model->hypervisor.console;
    uint32_t *cells = NULL;
    if (!terms_intervals(terms->model, partition, console, &cells)) {
        return false;
    }
    uint64_t period = (uint64_t)cells[0] * NS_PER_US;
    terms_add(terms, (struct term){TERM_CONSOLE, "virtual console", console->node, INTERARRIVAL},
              (struct rta_load){terms->cost, period, period});
    return true;
}

static bool terms_add_devices(struct terms *terms, const struct partition *partition)
{
    bool good = true;
    if (partition->console == CONSOLE_PASSED && partition->uart.node >= 0) {
        good = terms_add_device(terms, partition, &partition->uart);
    } else if (partition->console == CONSOLE_VIRTUAL && terms->model->hypervisor.console.node >= 0) {
        good = terms_add_virtual(terms, partition);
    }
    for (uint32_t i = 0; i < partition->access_count; i++) {
        good = terms_add_device(terms, partition, &partition->access[i]) && good;
    }
    return good;
}

static bool terms_add_cores(struct terms *terms, const struct vcpu *vcpu)
{
    const struct model *model = terms->model;
    if (vcpu->partition->vcpu_count > 1U) {
        if (!values_require(&model->tree, vcpu->node, "sgi-min-interarrival-us", "sgi-min-interarrival-us = <100>;")) {
            return false;
        }
        terms_add(terms, (struct term){TERM_CORES, "other vCPUs", vcpu->node, "sgi-min-interarrival-us"},
                  (struct rta_load){terms->cost, vcpu->timing.sgi_interval, 0});
    }
    if (vcpu->core == &model->board.cores[0]) {
        terms_add(terms, (struct term){TERM_BOOT, "look after other cores", model->overheads.node, "interrupt-ns"},
                  (struct rta_load){model->overheads.interrupt, RTA_NEVER, 0});
    }
    return true;
}

static void terms_add_releases(struct terms *terms, const struct timing *timing)
{
    for (uint32_t i = 0; i < timing->task_count; i++) {
        const struct task *task = &timing->tasks[i];
        terms_add(terms, (struct term){TERM_RELEASE, task->name, task->node, "period-us"},
                  (struct rta_load){terms->cost, task->period, task->jitter});
    }
}

uint64_t terms_wait(const struct model *model, const struct partition *partition)
{
    return rta_multiply(partition->vcpu_count - 1U, model->overheads.section);
}

static struct terms terms_new(const struct model *model, const struct vcpu *vcpu)
{
    uint64_t entry = rta_add(model->overheads.interrupt, terms_wait(model, vcpu->partition));
    struct terms terms = {.model = model, .cost = rta_add(entry, vcpu->timing.handler)};
    terms.items = arena_new(MAX_TERMS, sizeof(terms.items[0]));
    terms.loads = arena_new(MAX_TERMS, sizeof(terms.loads[0]));
    return terms;
}

/* The more urgent tasks, and those that are as urgent: which of those goes first is not known. */
static void terms_add_tasks(struct terms *terms, const struct timing *timing, const struct task *task)
{
    for (uint32_t i = 0; i < timing->task_count; i++) {
        const struct task *other = &timing->tasks[i];
        if (other != task && other->priority >= task->priority) {
            terms_add(terms, (struct term){TERM_TASK, other->name, other->node, "wcet-us"},
                      (struct rta_load){other->wcet, other->period, other->jitter});
        }
    }
}

bool terms_make(const struct model *model, struct vcpu *vcpu)
{
    struct timing *timing = &vcpu->timing;
    struct terms common = terms_new(model, vcpu);
    bool devices = terms_add_devices(&common, vcpu->partition);
    if (!terms_add_cores(&common, vcpu) || !devices) {
        return false;
    }
    for (uint32_t i = 0; i < timing->task_count; i++) {
        struct task *task = &timing->tasks[i];
        struct terms terms = terms_new(model, vcpu);
        terms_add_tasks(&terms, timing, task);
        terms_add_releases(&terms, timing);
        for (uint32_t j = 0; j < common.count; j++) {
            terms_add(&terms, common.items[j], common.loads[j]);
        }
        task->terms = terms.items;
        task->loads = terms.loads;
        task->term_count = terms.count;
        task->blocking = rta_add(task->lock, rta_add(model->overheads.section, terms_wait(model, vcpu->partition)));
    }
    return true;
}
