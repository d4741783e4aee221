/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.txt: the memory map and the cores, for people.
 * @implements REQ-CONFIG-027
 */
#include "emit.h"

#include "arena.h"
#include "dma.h"
#include "emit_timing.h"
#include "emit_smmu.h"
#include "stream.h"
#include "output.h"

#define MAX_ROWS (8U + MAX_SMMUS + MAX_PARTITIONS * (MAX_MEMORY_REGIONS + 1U + MAX_ACCESS * MAX_DEVICE_REGIONS))

struct row {
    struct region region;
    const char *owner;
    const char *what;
};

struct rows {
    struct row items[MAX_ROWS];
    uint32_t count;
};

/* Keeps the rows sorted by address. */
static void emit_add(struct rows *rows, struct region region, const char *owner, const char *what)
{
    uint32_t place = rows->count++;
    while (place > 0 && rows->items[place - 1U].region.base > region.base) {
        rows->items[place] = rows->items[place - 1U];
        place--;
    }
    rows->items[place] = (struct row){region, owner, what};
}

static void emit_add_partition(struct rows *rows, const struct partition *partition)
{
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const struct memory *memory = &partition->memory[i];
        emit_add(rows, (struct region){memory->pa, memory->size}, partition->name,
                 arena_print("RAM, guest address 0x%llx", HEX(memory->ipa)));
    }
    if (partition->console == CONSOLE_PASSED) {
        emit_add(rows, region_pages(partition->uart.regions[0]), partition->name,
                 arena_print("%s, guest address 0x%llx", partition->uart.name, GUEST_UART_BASE));
    }
    for (uint32_t i = 0; i < partition->access_count; i++) {
        for (uint32_t j = 0; j < partition->access[i].region_count; j++) {
            emit_add(rows, region_pages(partition->access[i].regions[j]), partition->name, partition->access[i].name);
        }
    }
}

static void emit_memory_map(const struct model *model, FILE *file)
{
    struct rows *rows = arena_new(1, sizeof(*rows));
    const struct hypervisor *hypervisor = &model->hypervisor;
    emit_add(rows, (struct region){hypervisor->base, hypervisor->end - hypervisor->base}, "hypervisor",
             "image, tables and guest images");
    emit_add(rows, model->board.gic.regions[0], "hypervisor", "GIC distributor");
    emit_add(rows, model->board.gic.regions[1], "hypervisor", "GIC redistributors");
    emit_add(rows, region_pages(hypervisor->console.regions[0]), "hypervisor", hypervisor->console.name);
    for (uint32_t i = 0; i < model->board.smmu_count; i++) {
        const struct device *smmu = &model->board.smmus[i].device;
        emit_add(rows, smmu->regions[0], "hypervisor", smmu->name);
    }
    for (uint32_t i = 0; i < model->partition_count; i++) {
        emit_add_partition(rows, &model->partitions[i]);
    }
    (void)fprintf(file, "Physical memory\n\n  from         to           size         owner            what\n");
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        (void)fprintf(file, "  0x%010llx 0x%010llx 0x%010llx %-16s %s\n", HEX(row->region.base),
                      HEX(row->region.base + row->region.size - 1U), HEX(row->region.size), row->owner, row->what);
    }
}

static void emit_cores(const struct model *model, FILE *file)
{
    (void)fprintf(file, "\nCores, in the order they start\n\n  core  name       runs             priority\n");
    for (uint32_t i = 0; i < model->order_count; i++) {
        const struct core *core = model->order[i];
        const char *service = core == model->hypervisor.service_core ? "  service core" : "";
        if (core->vcpu == NULL) {
            (void)fprintf(file, "  %-5u %-10s -                -%s\n", i, core->name, service);
        } else {
            const char *runs = arena_print("%s/vcpu%u", core->vcpu->partition->name, core->vcpu->index);
            (void)fprintf(file, "  %-5u %-10s %-16s %u%s\n", i, core->name, runs, core->vcpu->priority, service);
        }
    }
}

static void emit_guest(const struct partition *partition, FILE *file)
{
    (void)fprintf(file, "\nPartition %s (%s): %u vCPU%s, entry 0x%llx\n\n  guest        size         from image\n",
                  partition->name, partition->criticality, partition->vcpu_count,
                  partition->vcpu_count == 1U ? "" : "s", HEX(partition->entry));
    for (uint32_t i = 0; i < partition->piece_count; i++) {
        const struct piece *piece = &partition->pieces[i];
        (void)fprintf(file, "  0x%010llx 0x%010llx %s\n", HEX(piece->ipa), HEX(piece->reserved), piece->what);
    }
}

/* Whose DMA nothing confines, and who found that acceptable. */
static void emit_masters(const struct model *model, const struct partition *partition, FILE *file)
{
    if (partition->dma_unprotected == NULL) {
        return;
    }
    (void)fprintf(file, "\n  DMA WITHOUT PROTECTION: these can read and write all memory\n");
    for (uint32_t i = 0; i < partition->access_count; i++) {
        const char *why = dma_evidence(&model->tree, partition->access[i].node);
        if (why != NULL && !stream_is_confined(model, partition->access[i].node)) {
            (void)fprintf(file, "  %-16s %s\n", partition->access[i].name, why);
        }
    }
    (void)fprintf(file, "  accepted because: %s\n", partition->dma_unprotected);
}

void emit_report(const struct model *model, const struct translation *translation)
{
    FILE *file = output_open(model, "report.txt");
    (void)fprintf(file, "%s\n\n", model->tree.file);
    emit_memory_map(model, file);
    emit_cores(model, file);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        emit_guest(&model->partitions[i], file);
        emit_masters(model, &model->partitions[i], file);
    }
    emit_timing_report(model, file);
    emit_report_smmus(model, file);
    (void)fprintf(file, "\nTranslation: EL2 %u-bit addresses, guests %u-bit, physical %u-bit\n", translation->va_bits,
                  translation->ipa_bits, translation->pa_bits);
    output_close(file, "report.txt");
}
