/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables.c: everything lib/config.h declares, and the state objects, as many as the system has.
 * @implements REQ-CONFIG-025
 */
#include "emit.h"

#include "emit_partition.h"
#include "emit_pci.h"
#include "emit_smmu.h"
#include "arena.h"
#include "output.h"

/* As many names as a line of the console has room for. */
#define MAX_NAMED 4U

static void emit_states(const struct model *model, FILE *file)
{
    (void)fprintf(file, "extern uint8_t el2_stacks[%u][%u];\n", model->order_count, STACK_STRIDE);
    (void)fprintf(file, "extern const uint64_t el2_root_table[];\n\n");
    (void)fprintf(file, "static struct core_state core_states[%u];\n", model->order_count);
    (void)fprintf(file, "static struct partition_state partition_states[%u];\n", model->partition_count);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        (void)fprintf(file, "static struct vcpu_state vcpu_states_%u[%u];\n", i, model->partitions[i].vcpu_count);
    }
    if (model->console_count != 0) {
        (void)fprintf(file, "static struct vuart_state vuart_states[%u];\n", model->console_count);
    }
}

static void emit_board(const struct model *model, FILE *file)
{
    static const char *const states[] = {
        [SAFE_HALT] = "SAFE_HALT", [SAFE_RESET] = "SAFE_RESET", [SAFE_OFF] = "SAFE_OFF"};
    const struct board *board = &model->board;
    const struct hypervisor *hypervisor = &model->hypervisor;
    (void)fprintf(file,
                  "\nconst struct board_config board_config = {\n"
                  "    .gicd = {0x%llxULL},\n    .gicr = {0x%llxULL},\n    .gicr_size = 0x%llxULL,\n"
                  "    .uart = {0x%llxULL},\n    .uart_intid = %u,\n    .timer_hz = %u,\n"
                  "    .service_core = %u, /* %s */\n    .safe_state = %s,\n};\n",
                  HEX(board->gic.regions[0].base), HEX(board->gic.regions[1].base), HEX(board->gic.regions[1].size),
                  HEX(hypervisor->console.regions[0].base), hypervisor->console.interrupts[0].intid, board->timer_hz,
                  hypervisor->service_core->number, hypervisor->service_core->name, states[hypervisor->safe_state]);
}

/* Aff3, the range of 16 that Aff0 is in, Aff2, Aff1, and its bit in that range (ICC_SGI1R_EL1: Arm IHI 0069H, 12.2.22). */
static uint64_t sgi_target(uint64_t mpidr)
{
    uint64_t aff0 = mpidr & 0xffU;

    return (mpidr >> 32 & 0xffU) << 48 | (aff0 >> 4) << 44 | (mpidr >> 16 & 0xffU) << 32 | (mpidr >> 8 & 0xffU) << 16 |
           1ULL << (aff0 & 0xfU);
}

static void emit_core(FILE *file, const struct core *core)
{
    (void)fprintf(
        file,
        "    {\n        /* %s */\n        .mpidr = 0x%llxULL,\n        .sgi = 0x%llxULL,\n        .midr = 0x%08xU,\n"
        "        .midr_mask = 0x%08xU,\n        .vcpu_count = %uU,\n",
        core->name, HEX(core->mpidr), HEX(sgi_target(core->mpidr)), core->midr, core->midr_mask,
        core->vcpu == NULL ? 0U : 1U);
    if (core->vcpu != NULL) {
        (void)fprintf(file, "        .vcpus = core_vcpus_%u,\n", core->number);
    }
    (void)fprintf(file,
                  "        .state = &core_states[%u],\n        .stack_top = (uint64_t)el2_stacks + %uU,\n    },\n",
                  core->number, (core->number + 1U) * STACK_STRIDE);
}

static void emit_cores(const struct model *model, FILE *file)
{
    for (uint32_t i = 0; i < model->order_count; i++) {
        const struct vcpu *vcpu = model->order[i]->vcpu;
        if (vcpu != NULL) {
            (void)fprintf(file, "static const struct vcpu_config *const core_vcpus_%u[] = {&vcpus_%u[%u]};\n", i,
                          vcpu->partition->index, vcpu->index);
        }
    }
    (void)fprintf(file, "\nconst uint32_t core_count = %u;\n\nconst struct core_config core_configs[] = {\n",
                  model->order_count);
    for (uint32_t i = 0; i < model->order_count; i++) {
        emit_core(file, model->order[i]);
    }
    (void)fprintf(file, "};\n");
}

struct route {
    const struct interrupt *interrupt;
    uint32_t intid;
    const struct partition *partition;
};

struct routes {
    struct route items[MAX_PARTITIONS * (1U + MAX_ACCESS * MAX_DEVICE_INTERRUPTS)];
    uint32_t count;
};

/* Functions of PCI may share one. */
static bool emit_has_route(const struct routes *routes, uint32_t intid)
{
    bool found = false;
    for (uint32_t i = 0; i < routes->count; i++) {
        found = found || routes->items[i].interrupt->intid == intid;
    }
    return found;
}

/* Keeps the routes sorted by physical INTID. */
static void emit_add_route(struct routes *routes, struct route route)
{
    if (emit_has_route(routes, route.interrupt->intid)) {
        return;
    }
    uint32_t place = routes->count++;
    while (place > 0 && routes->items[place - 1U].interrupt->intid > route.interrupt->intid) {
        routes->items[place] = routes->items[place - 1U];
        place--;
    }
    routes->items[place] = route;
}

static void emit_collect_routes(const struct partition *partition, struct routes *routes)
{
    if (partition->console == CONSOLE_PASSED) {
        emit_add_route(routes, (struct route){&partition->uart.interrupts[0], GUEST_UART_INTID, partition});
    }
    for (uint32_t i = 0; i < partition->access_count; i++) {
        const struct device *device = &partition->access[i];
        for (uint32_t j = 0; j < device->interrupt_count; j++) {
            emit_add_route(routes, (struct route){&device->interrupts[j], device->interrupts[j].intid, partition});
        }
    }
}

static void emit_routes(const struct model *model, FILE *file)
{
    struct routes *routes = arena_new(1, sizeof(*routes));
    for (uint32_t i = 0; i < model->partition_count; i++) {
        emit_collect_routes(&model->partitions[i], routes);
    }
    (void)fprintf(file, "\nconst uint32_t route_count = %u;\n\nconst struct route_config route_configs[] = {\n",
                  routes->count);
    for (uint32_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->items[i];
        (void)fprintf(file, "    {.physical = %u, .intid = %u, .edge = %s, .partition = &partition_configs[%u]},\n",
                      route->interrupt->intid, route->intid, route->interrupt->edge ? "true" : "false",
                      route->partition->index);
    }
    (void)fprintf(file, "%s};\n", routes->count == 0 ? "    {0}, /* none */\n" : "");
}

static void emit_consoles(const struct model *model, FILE *file)
{
    (void)fprintf(file,
                  "\nconst uint32_t vuart_count = %u;\n\n"
                  "const struct partition_config *const vuart_owners[] = {\n",
                  model->console_count);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        if (model->partitions[i].console == CONSOLE_VIRTUAL) {
            (void)fprintf(file, "    &partition_configs[%u],\n", i);
        }
    }
    (void)fprintf(file, "%s};\n", model->console_count == 0 ? "    NULL, /* none */\n" : "");
}

/*
 * The first line at boot: what the image is made for, and whose DMA nothing confines. It is made here so that EL2 need not.
 * @implements REQ-CONFIG-029
 */
static void emit_boot_line(const struct model *model, FILE *file)
{
    const char *names = "";
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->partition_count; i++) {
        if (model->partitions[i].dma_unprotected != NULL) {
            names = arena_print("%s%s%s", names, count == 0 ? "" : ", ", model->partitions[i].name);
            count++;
        }
    }
    (void)fprintf(file, "\nconst char boot_line[] = \"bulkhead: EL2 up, %u cores, %u partitions", model->order_count,
                  model->partition_count);
    if (count > MAX_NAMED) {
        names = arena_print("%u partitions", count);
    }
    (void)fprintf(file, "%s%s\";\n", count == 0 ? "" : "; DMA WITHOUT PROTECTION: ", names);
}

void emit_config(const struct model *model, const struct translation *translation)
{
    FILE *file = output_open(model, "tables.c");
    (void)fprintf(file,
                  "/* SPDX-License-Identifier: Apache-2.0 */\n"
                  "/* Made by bulkhead-config from %s: the compiled configuration. Do not edit. */\n"
                  "#include \"lib/config.h\"\n#include \"lib/core.h\"\n#include \"partitions/state.h\"\n%s\n",
                  model->tree.file, emit_pci_any(model) ? "#include \"partitions/pci.h\"\n" : "");
    emit_states(model, file);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        emit_partition_arrays(model, &model->partitions[i], file);
    }
    emit_cores(model, file);
    emit_partition_configs(model, translation, file);
    emit_board(model, file);
    emit_routes(model, file);
    emit_consoles(model, file);
    emit_boot_line(model, file);
    emit_smmus(model, translation, file);
    (void)fprintf(file,
                  "\n/* TTBR0_EL2 and TCR_EL2 (Arm DDI 0487, D19.2.159 and D19.2.155): %u bits of VA, 4 KiB granule,\n"
                  " * inner shareable write-back walks. */\n"
                  "const uint64_t el2_root = (uint64_t)el2_root_table;\nconst uint64_t el2_tcr = 0x%llxULL;\n",
                  translation->va_bits, HEX(translation_tcr(translation)));
    output_close(file, "tables.c");
}
