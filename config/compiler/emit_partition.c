/* SPDX-License-Identifier: Apache-2.0 */
/* partition_configs[] and the arrays behind it, in the order lib/config.h asks for. */
#include "emit_partition.h"

#include "dma.h"
#include "emit_smmu.h"
#include "emit_pci.h"
#include "image.h"
#include "arena.h"
#include "output.h"

struct line {
    uint32_t intid;
    uint32_t physical;
    bool edge;
};

static void emit_vcpus(const struct partition *partition, FILE *file)
{
    (void)fprintf(file, "static const struct vcpu_config vcpus_%u[] = {\n", partition->index);
    for (uint32_t i = 0; i < partition->vcpu_count; i++) {
        const struct vcpu *vcpu = &partition->vcpus[i];
        (void)fprintf(file,
                      "    {.partition = &partition_configs[%u], .state = &vcpu_states_%u[%u], .index = %u, "
                      ".core = %u, .priority = %u},\n",
                      partition->index, partition->index, i, i, vcpu->core->number, vcpu->priority);
    }
    (void)fprintf(file, "};\n");
}

static void emit_memory(const struct partition *partition, FILE *file)
{
    (void)fprintf(file, "static const struct memory_config memory_%u[] = {\n", partition->index);
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const struct memory *memory = &partition->memory[i];
        (void)fprintf(file, "    {.ipa = {0x%llxULL}, .pa = {0x%llxULL}, .size = 0x%llxULL},\n", HEX(memory->ipa),
                      HEX(memory->pa), HEX(memory->size));
    }
    (void)fprintf(file, "};\n");
}

static uint64_t emit_destination(const struct partition *partition, const struct piece *piece)
{
    const struct memory *memory = image_find_memory(partition, piece->ipa, 1);
    return memory->pa + (piece->ipa - memory->ipa);
}

/* Pieces with content, sorted by destination. Returns their number. */
static uint32_t emit_sort_pieces(const struct partition *partition, const struct piece **sorted)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < partition->piece_count; i++) {
        const struct piece *piece = &partition->pieces[i];
        if (piece->blob == NULL) {
            continue;
        }
        uint32_t place = count++;
        while (place > 0 && emit_destination(partition, sorted[place - 1U]) > emit_destination(partition, piece)) {
            sorted[place] = sorted[place - 1U];
            place--;
        }
        sorted[place] = piece;
    }
    return count;
}

static void emit_copies(const struct partition *partition, FILE *file)
{
    const struct piece *sorted[MAX_PIECES];
    uint32_t count = emit_sort_pieces(partition, sorted);
    (void)fprintf(file, "static const struct copy_config copies_%u[] = {\n", partition->index);
    for (uint32_t i = 0; i < count; i++) {
        (void)fprintf(file,
                      "    {.source = {(uint64_t)blob_%u}, .destination = {0x%llxULL}, .size = 0x%llxULL}, /* %s */\n",
                      sorted[i]->blob->number, HEX(emit_destination(partition, sorted[i])), HEX(sorted[i]->size),
                      sorted[i]->what);
    }
    (void)fprintf(file, "};\n");
}

uint32_t emit_copy_count(const struct partition *partition)
{
    const struct piece *sorted[MAX_PIECES];
    return emit_sort_pieces(partition, sorted);
}

static void emit_mmio(const struct partition *partition, FILE *file)
{
    (void)fprintf(file,
                  "static const struct mmio_config mmio_%u[] = {\n"
                  "    {.ipa = {0x%llxULL}, .size = 0x%llxULL, .kind = MMIO_VGICD},\n"
                  "    {.ipa = {0x%llxULL}, .size = 0x%llxULL, .kind = MMIO_VGICR},\n",
                  partition->index, GUEST_GICD_BASE, GUEST_GICD_SIZE, GUEST_GICR_BASE,
                  HEX(GUEST_GICR_STRIDE * partition->vcpu_count));
    if (partition->console == CONSOLE_VIRTUAL) {
        (void)fprintf(file, "    {.ipa = {0x%llxULL}, .size = 0x%llxULL, .kind = MMIO_VUART},\n", GUEST_UART_BASE,
                      GUEST_UART_SIZE);
    }
    (void)fprintf(file, "    {.size = 0U}, /* the end */\n};\n");
}

/* Functions of PCI may share one. */
static bool emit_has_line(const struct line *lines, uint32_t count, uint32_t intid)
{
    bool found = false;
    for (uint32_t i = 0; i < count; i++) {
        found = found || lines[i].intid == intid;
    }
    return found;
}

static void emit_add_line(struct line *lines, uint32_t *count, struct line line)
{
    if (emit_has_line(lines, *count, line.intid)) {
        return;
    }
    uint32_t place = (*count)++;
    while (place > 0 && lines[place - 1U].intid > line.intid) {
        lines[place] = lines[place - 1U];
        place--;
    }
    lines[place] = line;
}

/* What the partition owns, sorted by guest INTID. Returns the number. */
static uint32_t emit_collect_lines(const struct partition *partition, struct line *lines)
{
    uint32_t count = 0;
    if (partition->console == CONSOLE_VIRTUAL) {
        emit_add_line(lines, &count, (struct line){GUEST_UART_INTID, 0, false});
    } else if (partition->console == CONSOLE_PASSED) {
        const struct interrupt *interrupt = &partition->uart.interrupts[0];
        emit_add_line(lines, &count, (struct line){GUEST_UART_INTID, interrupt->intid, interrupt->edge});
    }
    for (uint32_t i = 0; i < partition->access_count; i++) {
        const struct device *device = &partition->access[i];
        for (uint32_t j = 0; j < device->interrupt_count; j++) {
            const struct interrupt *interrupt = &device->interrupts[j];
            emit_add_line(lines, &count, (struct line){interrupt->intid, interrupt->intid, interrupt->edge});
        }
    }
    return count;
}

uint32_t emit_interrupt_count(const struct partition *partition)
{
    struct line lines[1U + MAX_ACCESS * MAX_DEVICE_INTERRUPTS];
    return emit_collect_lines(partition, lines);
}

static void emit_interrupts(const struct partition *partition, FILE *file)
{
    struct line lines[1U + MAX_ACCESS * MAX_DEVICE_INTERRUPTS];
    uint32_t count = emit_collect_lines(partition, lines);
    if (count == 0) {
        return;
    }
    (void)fprintf(file, "static const struct interrupt_config interrupts_%u[] = {\n", partition->index);
    for (uint32_t i = 0; i < count; i++) {
        (void)fprintf(file, "    {.intid = %u, .physical = %u, .edge = %s},\n", lines[i].intid, lines[i].physical,
                      lines[i].edge ? "true" : "false");
    }
    (void)fprintf(file, "};\n");
}

static void emit_externs(const struct partition *partition, FILE *file)
{
    (void)fprintf(file, "extern const uint64_t load_root_%u[];\nextern const uint64_t stage2_root_%u[];\n",
                  partition->index, partition->index);
}

void emit_partition_arrays(const struct model *model, const struct partition *partition, FILE *file)
{
    if (partition->index == 0) {
        (void)fprintf(file, "\n");
        for (uint32_t i = 0; i < model->blob_count; i++) {
            (void)fprintf(file, "extern const uint8_t blob_%u[];\n", i);
        }
    }
    (void)fprintf(file, "\n/* %s, %s */\n", partition->name, partition->criticality);
    emit_externs(partition, file);
    emit_vcpus(partition, file);
    emit_memory(partition, file);
    emit_copies(partition, file);
    emit_mmio(partition, file);
    emit_interrupts(partition, file);
    emit_partition_streams(model, partition, file);
    emit_pci_functions(model, partition, file);
}

static void emit_counts(const struct partition *partition, FILE *file)
{
    uint32_t index = partition->index;
    uint32_t interrupts = emit_interrupt_count(partition);
    (void)fprintf(file,
                  "        .vcpu_count = %u,\n        .memory_count = %u,\n        .copy_count = %u,\n"
                  "        .interrupt_count = %u,\n        .vcpus = vcpus_%u,\n"
                  "        .memory = memory_%u,\n        .copies = copies_%u,\n        .mmio = mmio_%u,\n",
                  partition->vcpu_count, partition->memory_count, emit_copy_count(partition), interrupts, index, index,
                  index, index);
    if (interrupts != 0) {
        (void)fprintf(file, "        .interrupts = interrupts_%u,\n", index);
    }
}

static void emit_partition(const struct model *model, const struct translation *translation,
                           const struct partition *partition, FILE *file)
{
    uint32_t index = partition->index;
    uint32_t vmid = translation_vmid(index);
    (void)fprintf(
        file,
        "    {\n        .name = \"%s\",\n        .state = &partition_states[%u],\n        .index = %u,\n"
        "        .vmid = %u,\n        .vtcr = 0x%llxULL,\n"
        "        .vttbr = (uint64_t)stage2_root_%u + 0x%016llxULL,\n        .load_root = {(uint64_t)load_root_%u},\n"
        "        .on_fault = %s,\n",
        partition->name, index, index, vmid, HEX(translation_vtcr(translation)), index, HEX((uint64_t)vmid << 48),
        index, partition->restart ? "FAULT_RESTART" : "FAULT_STOP");
    emit_counts(partition, file);
    (void)fprintf(file, "        .entry = {0x%llxULL},\n        .device_tree = {0x%llxULL},\n", HEX(partition->entry),
                  HEX(partition->device_tree));
    if (partition->console == CONSOLE_VIRTUAL) {
        (void)fprintf(file, "        .vuart = &vuart_states[%u],\n", partition->console_number);
    }
    emit_partition_dma(model, translation, partition, file);
    emit_pci_members(partition, file);
    (void)fprintf(file, "    },\n");
}

void emit_partition_configs(const struct model *model, const struct translation *translation, FILE *file)
{
    (void)fprintf(file,
                  "\n/*\n * VTCR_EL2 (Arm DDI 0487, D19.2.170): %u bits of IPA, start at level 1, 4 KiB granule, inner "
                  "shareable\n"
                  " * write-back walks. VTTBR_EL2 (D19.2.171): VMID in bits 63:48.\n */\n"
                  "const uint32_t partition_count = %u;\n\nconst struct partition_config partition_configs[] = {\n",
                  translation->ipa_bits, model->partition_count);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        emit_partition(model, translation, &model->partitions[i], file);
    }
    (void)fprintf(file, "};\n");
}
