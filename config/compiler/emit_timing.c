/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Response times for people (report.txt) and for tools/report (system.json).
 * @implements REQ-RTA-008
 */
#include "emit_timing.h"

#include "arena.h"
#include "emit_json.h"
#include "terms.h"

static bool emit_has_tasks(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        for (uint32_t j = 0; j < model->partitions[i].vcpu_count; j++) {
            if (model->partitions[i].vcpus[j].timing.task_count != 0) {
                return true;
            }
        }
    }
    return false;
}

static void emit_task_row(const struct task *task, FILE *file)
{
    uint64_t interference = task->bound.window - task->wcet - task->blocking;
    (void)fprintf(file, "  %-16s %3u %14s %14s %14s %12s %12s %14s %14s %14s\n", task->name, task->priority,
                  terms_time(task->wcet), terms_time(task->period), terms_time(task->deadline),
                  terms_time(task->jitter), terms_time(task->blocking), terms_time(interference),
                  terms_time(task->bound.response), terms_time(task->deadline - task->bound.response));
}

static void emit_task_terms(const struct task *task, FILE *file)
{
    (void)fprintf(file, "\n  %s: w = %s, C from: %s\n", task->name, terms_time(task->bound.window),
                  task->basis == NULL ? "not said" : task->basis);
    for (uint32_t i = 0; i < task->term_count; i++) {
        const struct rta_load *load = &task->loads[i];
        const char *period = load->period == RTA_NEVER ? "once" : arena_print("each %s", terms_time(load->period));
        (void)fprintf(file, "    %-32s %6llu * %-12s = %-14s %s, jitter %s\n", terms_title(&task->terms[i]),
                      HEX(rta_arrivals(task->bound.window, load)), terms_time(load->cost),
                      terms_time(rta_multiply(rta_arrivals(task->bound.window, load), load->cost)), period,
                      terms_time(load->jitter));
    }
}

static void emit_vcpu(const struct partition *partition, const struct vcpu *vcpu, FILE *file)
{
    const struct timing *timing = &vcpu->timing;
    (void)fprintf(
        file,
        "\n  %s/vcpu%u on %s; the guest's work for an interrupt: %s\n"
        "  task             pri              C              T              D            J            B   interference"
        "              R          slack\n",
        partition->name, vcpu->index, vcpu->core->name, terms_time(timing->handler));
    for (uint32_t i = 0; i < timing->task_count; i++) {
        emit_task_row(&timing->tasks[i], file);
    }
    for (uint32_t i = 0; i < timing->task_count; i++) {
        emit_task_terms(&timing->tasks[i], file);
    }
}

void emit_timing_report(const struct model *model, FILE *file)
{
    const struct overheads *overheads = &model->overheads;
    if (!emit_has_tasks(model)) {
        return;
    }
    (void)fprintf(
        file,
        "\nResponse times: R = J + w, w = C + B + the sum of ceil((w + J) / T) * C of what goes before\n\n"
        "  hypervisor: interrupt %s, longest section %s (in B)\n  these are: %s\n"
        "  assumed, not enforced yet: how often each interrupt comes, and that no task runs longer than its C\n",
        terms_time(overheads->interrupt), terms_time(overheads->section), overheads->basis);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->vcpu_count; j++) {
            if (partition->vcpus[j].timing.task_count != 0) {
                emit_vcpu(partition, &partition->vcpus[j], file);
            }
        }
    }
}

static void emit_json_terms(const struct task *task, FILE *file)
{
    static const char *const kinds[] = {
        [TERM_TASK] = "task",       [TERM_RELEASE] = "release", [TERM_DEVICE] = "device",
        [TERM_CONSOLE] = "console", [TERM_CORES] = "cores",     [TERM_BOOT] = "boot",
    };
    for (uint32_t i = 0; i < task->term_count; i++) {
        const struct rta_load *load = &task->loads[i];
        (void)fprintf(file, "%s\n          {\"kind\": \"%s\", \"what\": ", i == 0 ? "" : ",",
                      kinds[task->terms[i].kind]);
        emit_json_text(file, terms_title(&task->terms[i]));
        (void)fprintf(file, ", \"cost\": %llu, \"jitter\": %llu, \"arrivals\": %llu, \"period\": ", HEX(load->cost),
                      HEX(load->jitter), HEX(rta_arrivals(task->bound.window, load)));
        (void)fprintf(file, load->period == RTA_NEVER ? "null}" : "%llu}", HEX(load->period));
    }
}

static void emit_json_task(const struct task *task, FILE *file)
{
    (void)fprintf(
        file,
        "        {\"name\": \"%s\", \"priority\": %u, \"wcet\": %llu, \"period\": %llu, \"deadline\": %llu, "
        "\"jitter\": %llu, \"lock\": %llu, \"blocking\": %llu, \"window\": %llu, \"response\": %llu, \"basis\": ",
        task->name, task->priority, HEX(task->wcet), HEX(task->period), HEX(task->deadline), HEX(task->jitter),
        HEX(task->lock), HEX(task->blocking), HEX(task->bound.window), HEX(task->bound.response));
    emit_json_text(file, task->basis);
    (void)fprintf(file, ", \"terms\": [");
    emit_json_terms(task, file);
    (void)fprintf(file, "]}");
}

static void emit_json_timing(const struct partition *partition, const struct vcpu *vcpu, FILE *file)
{
    (void)fprintf(file,
                  "      {\"partition\": \"%s\", \"vcpu\": %u, \"cpu\": \"%s\", \"handler\": %llu, \"tasks\": [\n",
                  partition->name, vcpu->index, vcpu->core->name, HEX(vcpu->timing.handler));
    for (uint32_t i = 0; i < vcpu->timing.task_count; i++) {
        emit_json_task(&vcpu->timing.tasks[i], file);
        (void)fprintf(file, "%s\n", i + 1U < vcpu->timing.task_count ? "," : "");
    }
    (void)fprintf(file, "      ]}");
}

void emit_timing_json(const struct model *model, FILE *file)
{
    const struct overheads *overheads = &model->overheads;
    const char *comma = "";
    if (!emit_has_tasks(model)) {
        return;
    }
    (void)fprintf(file, "  \"timing\": {\n    \"interrupt\": %llu, \"section\": %llu, \"switch\": %llu, \"basis\": ",
                  HEX(overheads->interrupt), HEX(overheads->section), HEX(overheads->switching));
    emit_json_text(file, overheads->basis);
    (void)fprintf(file, ",\n    \"vcpus\": [\n");
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->vcpu_count; j++) {
            if (partition->vcpus[j].timing.task_count != 0) {
                (void)fprintf(file, "%s", comma);
                emit_json_timing(partition, &partition->vcpus[j], file);
                comma = ",\n";
            }
        }
    }
    (void)fprintf(file, "\n    ]\n  },\n");
}
