/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small outputs: layout.h for the linker script, system.json for host tools, make dependencies, guests' trees.
 * @implements REQ-CONFIG-007 REQ-CONFIG-026
 */
#include "emit.h"

#include "arena.h"
#include "emit_json.h"
#include "emit_timing.h"
#include "output.h"

void emit_layout(const struct model *model)
{
    FILE *file = output_open(model, "layout.h");
    (void)fprintf(file,
                  "/* SPDX-License-Identifier: Apache-2.0 */\n"
                  "/* Made by bulkhead-config: where the linker script puts the hypervisor. Do not edit. */\n"
                  "#define IMAGE_BASE 0x%llx\n#define IMAGE_CORE_MAX 0x%llx\n#define IMAGE_END 0x%llx\n",
                  HEX(model->hypervisor.base), IMAGE_CORE_MAX, HEX(model->hypervisor.end));
    if (model->board.smmu_count != 0 && model->board.smmus[0].version == SMMU_V3) {
        (void)fprintf(file, "#define HAS_STREAMS\n");
    }
    output_close(file, "layout.h");
}

static void emit_json_memory(const struct partition *partition, FILE *file)
{
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const struct memory *memory = &partition->memory[i];
        (void)fprintf(file, "%s{\"ipa\": %llu, \"pa\": %llu, \"size\": %llu}", i == 0 ? "" : ", ", HEX(memory->ipa),
                      HEX(memory->pa), HEX(memory->size));
    }
}

static void emit_json_vcpus(const struct partition *partition, FILE *file)
{
    for (uint32_t i = 0; i < partition->vcpu_count; i++) {
        const struct vcpu *vcpu = &partition->vcpus[i];
        (void)fprintf(file, "%s{\"cpu\": \"%s\", \"core\": %u, \"priority\": %u}", i == 0 ? "" : ", ", vcpu->core->name,
                      vcpu->core->number, vcpu->priority);
    }
}

static void emit_json_partition(const struct model *model, const struct partition *partition, FILE *file)
{
    (void)fprintf(file,
                  "    {\n      \"name\": \"%s\",\n      \"criticality\": \"%s\",\n      \"entry\": %llu,\n"
                  "      \"device_tree\": %llu,\n",
                  partition->name, partition->criticality, HEX(partition->entry), HEX(partition->device_tree));
    emit_json_guest(model, partition, file);
    (void)fprintf(file, "      \"memory\": [");
    emit_json_memory(partition, file);
    (void)fprintf(file, "],\n      \"vcpus\": [");
    emit_json_vcpus(partition, file);
    (void)fprintf(file, "]\n    }");
}

static void emit_json_console(const struct model *model, const struct partition *partition, FILE *file)
{
    const char *name = partition->name;
    if (partition->console == CONSOLE_VIRTUAL) {
        (void)fprintf(file, "{\"partition\": \"%s\", \"uart\": \"%s\", \"console\": %u}", name,
                      model->hypervisor.console.name, partition->console_number);
    } else if (partition->console == CONSOLE_PASSED) {
        (void)fprintf(file, "{\"partition\": \"%s\", \"uart\": \"%s\", \"console\": null}", name, partition->uart.name);
    } else {
        (void)fprintf(file, "{\"partition\": \"%s\", \"uart\": null, \"console\": null}", name);
    }
}

void emit_system(const struct model *model)
{
    FILE *file = output_open(model, "system.json");
    const struct hypervisor *hypervisor = &model->hypervisor;
    (void)fprintf(file, "{\n  \"hypervisor\": {\"uart\": \"%s\", \"base\": %llu, \"size\": %llu},\n",
                  hypervisor->console.name, HEX(hypervisor->base), HEX(hypervisor->end - hypervisor->base));
    emit_json_board(model, file);
    emit_timing_json(model, file);
    emit_json_smmus(model, file);
    (void)fprintf(file, "  \"partitions\": [\n");
    for (uint32_t i = 0; i < model->partition_count; i++) {
        emit_json_partition(model, &model->partitions[i], file);
        (void)fprintf(file, "%s\n", i + 1U < model->partition_count ? "," : "");
    }
    (void)fprintf(file, "  ],\n  \"consoles\": [\n");
    for (uint32_t i = 0; i < model->partition_count; i++) {
        (void)fprintf(file, "    ");
        emit_json_console(model, &model->partitions[i], file);
        (void)fprintf(file, "%s\n", i + 1U < model->partition_count ? "," : "");
    }
    (void)fprintf(file, "  ]\n}\n");
    output_close(file, "system.json");
}

/* A path in a makefile. */
static void emit_make_path(FILE *file, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == ' ' || *path == '#') {
            (void)fputc('\\', file);
        }
        (void)fprintf(file, *path == '$' ? "$$" : "%c", *path);
    }
}

void emit_dependencies(const struct model *model)
{
    FILE *file = output_open(model, "images.d");
    for (uint32_t i = 0; i < model->input_count; i++) {
        (void)fprintf(file, "%s/tables.c %s/tables.S: ", model->out, model->out);
        emit_make_path(file, model->inputs[i]);
        (void)fprintf(file, "\n");
        emit_make_path(file, model->inputs[i]);
        (void)fprintf(file, ":\n");
    }
    output_close(file, "images.d");
}

void emit_guests(const struct model *model)
{
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        const char *name = arena_print("guest-%s.dtb", partition->name);
        FILE *file = output_open(model, name);
        (void)fwrite(partition->dtb, 1, partition->dtb_size, file);
        output_close(file, name);
    }
}
