/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What system.json says beyond consoles and placement: the board, and each guest's machine, for tools/report.
 * @implements REQ-REPORT-001
 */
#include "emit_json.h"

#include "stream_table.h"
#include "pci.h"

static const char *emit_json_comma(uint32_t i)
{
    return i == 0 ? "" : ", ";
}

/* What the user wrote (file names, a command line) may hold anything. */
void emit_json_text(FILE *file, const char *text)
{
    (void)fputc('"', file);
    for (; text != NULL && *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            (void)fputc('\\', file);
        }
        if (c < ' ') {
            (void)fprintf(file, "\\u%04x", (unsigned)c);
        } else {
            (void)fputc(c, file);
        }
    }
    (void)fputc('"', file);
}

static void emit_json_regions(const struct region *regions, uint32_t count, FILE *file)
{
    (void)fputc('[', file);
    for (uint32_t i = 0; i < count; i++) {
        (void)fprintf(file, "%s{\"base\": %llu, \"size\": %llu}", emit_json_comma(i), HEX(regions[i].base),
                      HEX(regions[i].size));
    }
    (void)fputc(']', file);
}

static void emit_json_device(const struct model *model, const struct device *device, FILE *file)
{
    (void)fprintf(file, "{\"name\": ");
    emit_json_text(file, device->name);
    (void)fprintf(file, ", \"node\": ");
    emit_json_text(file, tree_path(&model->tree, device->node));
    (void)fprintf(file, ", \"regions\": ");
    emit_json_regions(device->regions, device->region_count, file);
    (void)fprintf(file, ", \"interrupts\": [");
    for (uint32_t i = 0; i < device->interrupt_count; i++) {
        (void)fprintf(file, "%s{\"intid\": %u, \"edge\": %s}", emit_json_comma(i), device->interrupts[i].intid,
                      device->interrupts[i].edge ? "true" : "false");
    }
    (void)fprintf(file, "]");
    if (device->function != NULL) {
        (void)fprintf(file, ", \"pci\": {\"rid\": %u, \"id\": %u, \"config\": %llu}", device->function->rid,
                      device->function->id, HEX(device->function->config));
    }
    (void)fprintf(file, "}");
}

static void emit_json_cores(const struct board *board, FILE *file)
{
    for (uint32_t i = 0; i < board->core_count; i++) {
        const struct core *core = &board->cores[i];
        (void)fprintf(file, "%s\n      {\"name\": \"%s\", \"mpidr\": %llu, \"enabled\": %s, \"compatible\": ",
                      i == 0 ? "" : ",", core->name, HEX(core->mpidr), core->enabled ? "true" : "false");
        emit_json_text(file, core->compatible);
        if (core->used) {
            (void)fprintf(file, ", \"core\": %u}", core->number);
        } else {
            (void)fprintf(file, ", \"core\": null}");
        }
    }
}

static void emit_json_limits(FILE *file)
{
    (void)fprintf(file,
                  "  \"limits\": {\"cores\": %u, \"partitions\": %u, \"vcpus\": %u, \"intids\": %u,"
                  " \"memory_regions\": %u, \"devices\": %u, \"pieces\": %u, \"stack\": %u, \"image\": %llu},\n",
                  MAX_CORES, MAX_PARTITIONS, MAX_VCPUS_PER_PARTITION, MAX_INTIDS, MAX_MEMORY_REGIONS, MAX_ACCESS,
                  MAX_PIECES, EL2_STACK_SIZE, IMAGE_CORE_MAX);
}

void emit_json_board(const struct model *model, FILE *file)
{
    const struct hypervisor *hypervisor = &model->hypervisor;
    static const char *const safe_states[] = {[SAFE_HALT] = "halt", [SAFE_RESET] = "reset", [SAFE_OFF] = "off"};
    (void)fprintf(file, "  \"file\": ");
    emit_json_text(file, model->tree.file);
    (void)fprintf(file, ",\n  \"service_core\": \"%s\",\n  \"safe_state\": \"%s\",\n  \"console\": ",
                  hypervisor->service_core->name, safe_states[hypervisor->safe_state]);
    emit_json_device(model, &hypervisor->console, file);
    (void)fprintf(file, ",\n  \"board\": {\n    \"gic\": ");
    emit_json_device(model, &model->board.gic, file);
    (void)fprintf(file, ",\n    \"ram\": ");
    emit_json_regions(model->board.ram, model->board.ram_count, file);
    (void)fprintf(file, ",\n    \"reserved\": ");
    emit_json_regions(model->board.reserved, model->board.reserved_count, file);
    (void)fprintf(file, ",\n    \"cores\": [");
    emit_json_cores(&model->board, file);
    (void)fprintf(file, "]\n  },\n");
    emit_json_limits(file);
}

static void emit_json_streams(const struct model *model, const struct smmu *smmu, FILE *file)
{
    const char *comma = "";
    for (uint32_t i = 0; i < model->stream_count; i++) {
        const struct stream *stream = &model->streams[i];
        if (stream->smmu == smmu) {
            (void)fprintf(file, "%s{\"id\": %u, \"partition\": \"%s\", \"master\": ", comma, stream->id,
                          stream->partition->name);
            emit_json_text(file, tree_path(&model->tree, stream->node));
            (void)fprintf(file, "}");
            comma = ", ";
        }
    }
}

void emit_json_smmus(const struct model *model, FILE *file)
{
    (void)fprintf(file, "  \"smmus\": [");
    for (uint32_t i = 0; i < model->board.smmu_count; i++) {
        const struct smmu *smmu = &model->board.smmus[i];
        struct stream_table table = stream_table_of(model, smmu);
        (void)fprintf(file, "%s\n    {\"device\": ", i == 0 ? "" : ",");
        emit_json_device(model, &smmu->device, file);
        (void)fprintf(file, ", \"version\": %u, \"coherent\": %s, \"id_bits\": %u, \"split\": %u,\n     \"streams\": [",
                      smmu->version == SMMU_V3 ? 3U : 2U, smmu->coherent ? "true" : "false", table.bits, table.split);
        emit_json_streams(model, smmu, file);
        (void)fprintf(file, "]}");
    }
    (void)fprintf(file, "],\n");
}

static void emit_json_pieces(const struct partition *partition, FILE *file)
{
    for (uint32_t i = 0; i < partition->piece_count; i++) {
        const struct piece *piece = &partition->pieces[i];
        (void)fprintf(file, "%s\n        {\"what\": \"%s\", \"ipa\": %llu, \"size\": %llu, \"reserved\": %llu, ",
                      i == 0 ? "" : ",", piece->what, HEX(piece->ipa), HEX(piece->size), HEX(piece->reserved));
        if (piece->blob != NULL) {
            (void)fprintf(file, "\"blob\": %u, \"file\": ", piece->blob->number);
            emit_json_text(file, piece->blob->file);
        } else {
            (void)fprintf(file, "\"blob\": null, \"file\": \"\"");
        }
        (void)fputc('}', file);
    }
}

/* What stage 2 leaves out and the hypervisor answers. */
static void emit_json_windows(const struct partition *partition, FILE *file)
{
    (void)fprintf(file,
                  "{\"what\": \"vGIC distributor\", \"ipa\": %llu, \"size\": %llu},"
                  " {\"what\": \"vGIC redistributors\", \"ipa\": %llu, \"size\": %llu}",
                  GUEST_GICD_BASE, GUEST_GICD_SIZE, GUEST_GICR_BASE, HEX(GUEST_GICR_STRIDE * partition->vcpu_count));
    if (partition->console == CONSOLE_VIRTUAL) {
        (void)fprintf(file, ", {\"what\": \"virtual UART\", \"ipa\": %llu, \"size\": %llu}", GUEST_UART_BASE,
                      GUEST_UART_SIZE);
    }
}

/* Its shape is that of the other windows: whoever draws them need not know what it is. */
static void emit_json_pci(const struct partition *partition, FILE *file)
{
    if (pci_count(partition) != 0) {
        (void)fprintf(file, ", {\"what\": \"PCI configuration space\", \"ipa\": %llu, \"size\": %llu}", GUEST_PCI_BASE,
                      GUEST_PCI_SIZE);
    }
}

static void emit_json_devices(const struct model *model, const struct partition *partition, FILE *file)
{
    static const char *const consoles[] = {
        [CONSOLE_VIRTUAL] = "virtual", [CONSOLE_PASSED] = "passed", [CONSOLE_NONE] = "none"};
    (void)fprintf(file, "      \"console\": {\"kind\": \"%s\", \"ipa\": %llu, \"size\": %llu, \"intid\": %u},\n",
                  consoles[partition->console], GUEST_UART_BASE, GUEST_UART_SIZE, GUEST_UART_INTID);
    (void)fprintf(file, "      \"uart\": ");
    if (partition->console == CONSOLE_PASSED) {
        emit_json_device(model, &partition->uart, file);
    } else {
        (void)fprintf(file, "null");
    }
    (void)fprintf(file, ",\n      \"devices\": [");
    for (uint32_t i = 0; i < partition->access_count; i++) {
        (void)fprintf(file, "%s", emit_json_comma(i));
        emit_json_device(model, &partition->access[i], file);
    }
    (void)fprintf(file, "],\n");
}

void emit_json_guest(const struct model *model, const struct partition *partition, FILE *file)
{
    (void)fprintf(file, "      \"on_fault\": \"%s\",\n", partition->restart ? "restart" : "stop");
    emit_json_devices(model, partition, file);
    (void)fprintf(file, "      \"bootargs\": ");
    emit_json_text(file, partition->bootargs);
    (void)fprintf(file, ",\n      \"windows\": [");
    emit_json_windows(partition, file);
    emit_json_pci(partition, file);
    (void)fprintf(file, "],\n      \"pieces\": [");
    emit_json_pieces(partition, file);
    (void)fprintf(file, "],\n");
}
