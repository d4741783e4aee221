/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMMUs, in Linux's bindings arm,smmu-v3 and arm,smmu. One that is enabled is driven, also if no partition has a stream of
 * it: it blocks what is behind it then. One that is disabled is not touched, and nothing behind it can be given away.
 * @implements REQ-CONFIG-061
 */
#include "smmu.h"

#include "arena.h"
#include "board.h"
#include "device.h"
#include "values.h"

#include <libfdt.h>

/* SMMUv3: two pages of 64 KiB (Arm IHI 0070, 6.1). SMMUv2: global space and context banks, a page each at least (Arm IHI 0062, 8.1). */
#define SMMU_V3_SIZE 0x20000U
#define SMMU_V3_ALIGN 0x10000U
#define SMMU_V2_SIZE 0x2000U

/* The interrupts of one SMMU as they stand in the tree. */
struct lines {
    const uint32_t *cells;
    uint32_t count; /* of interrupts */
};

static bool smmu_has_version(const struct tree *tree, int node, enum smmu_version *version)
{
    bool old = tree_compatible(tree, node, "arm,mmu-500") || tree_compatible(tree, node, "arm,smmu-v2");
    bool new = tree_compatible(tree, node, "arm,smmu-v3");
    *version = new ? SMMU_V3 : SMMU_V2;
    return old || new;
}

bool smmu_is_known(const struct tree *tree, int node)
{
    enum smmu_version version;
    return smmu_has_version(tree, node, &version);
}

const struct smmu *smmu_of(const struct model *model, int node)
{
    for (uint32_t i = 0; i < model->board.smmu_count; i++) {
        if (model->board.smmus[i].device.node == node) {
            return &model->board.smmus[i];
        }
    }
    return NULL;
}

uint32_t smmu_id_bits(const struct smmu *smmu)
{
    return smmu->version == SMMU_V3 ? SMMU_V3_ID_BITS : SMMU_V2_ID_BITS;
}

static bool smmu_read_registers(const struct tree *tree, struct device *device, enum smmu_version version)
{
    uint32_t least = version == SMMU_V3 ? SMMU_V3_SIZE : SMMU_V2_SIZE;
    uint64_t align = version == SMMU_V3 ? SMMU_V3_ALIGN : SIZE_4K;
    unsigned errors = diag_errors();
    device_read_regions(tree, device);
    if (diag_errors() != errors) {
        return false;
    }
    if (device->region_count != 1U || device->regions[0].base % align != 0 || device->regions[0].size % SIZE_4K != 0 ||
        device->regions[0].size < least) {
        tree_error(tree, device->node, tree_has(tree, device->node, "reg") ? "reg" : NULL,
                   "%s: an SMMU that is driven must have one region of registers, of at least 0x%x bytes and on a "
                   "boundary of 0x%llx",
                   device->name, least, HEX(align));
        return false;
    }
    return true;
}

/* Keeps each line once: an SMMU may have the same for many of its interrupts. */
static bool smmu_keep_line(const struct tree *tree, struct device *device, struct interrupt line)
{
    for (uint32_t i = 0; i < device->interrupt_count; i++) {
        if (device->interrupts[i].intid == line.intid) {
            return true;
        }
    }
    if (device->interrupt_count == MAX_DEVICE_INTERRUPTS) {
        tree_error(tree, device->node, "interrupts", "%s: more than %u different interrupts", device->name,
                   MAX_DEVICE_INTERRUPTS);
        return false;
    }
    device->interrupts[device->interrupt_count++] = line;
    return true;
}

static struct interrupt smmu_line(const struct lines *lines, uint32_t index)
{
    const uint32_t *cells = lines->cells + (size_t)index * 3U;
    return (struct interrupt){FIRST_SPI + cells[1], !device_is_level(cells[2])};
}

static bool smmu_check_line(const struct tree *tree, const struct device *device, const uint32_t *cells)
{
    bool good = cells[0] == DEVICE_SPI && cells[1] < MAX_INTIDS - FIRST_SPI && (cells[2] == 1U || cells[2] == 4U);
    if (!good) {
        tree_error(
            tree, device->node, "interrupts",
            "%s: interrupt <%u %u %u> must be shared (GIC_SPI, 0), with a number below %u, and rising edge (1) or "
            "high level (4)",
            device->name, cells[0], cells[1], cells[2], MAX_INTIDS - FIRST_SPI);
    }
    return good;
}

/* All interrupts, checked and kept; false after a diagnostic. */
static bool smmu_read_lines(const struct model *model, struct device *device, struct lines *lines)
{
    const struct tree *tree = &model->tree;
    uint32_t *cells = NULL;
    if (!values_require(tree, device->node, "interrupts", "interrupts = <0 74 1>, <0 77 1>;")) {
        return false;
    }
    lines->count = device_interrupt_cells(model, device->node, &cells) / 3U;
    lines->cells = cells;
    for (uint32_t i = 0; i < lines->count; i++) {
        if (!smmu_check_line(tree, device, cells + (size_t)i * 3U) ||
            !smmu_keep_line(tree, device, smmu_line(lines, i))) {
            return false;
        }
    }
    return lines->count != 0;
}

/* The interrupt with this name, or the one for all. */
static bool smmu_find_line(const struct tree *tree, int node, const struct lines *lines, const char *name,
                           struct interrupt *line)
{
    int index = fdt_stringlist_search(tree->blob, node, "interrupt-names", name);
    if (index < 0) {
        index = fdt_stringlist_search(tree->blob, node, "interrupt-names", "combined");
    }
    bool found = index >= 0 && (uint32_t)index < lines->count;
    if (found) {
        *line = smmu_line(lines, (uint32_t)index);
    }
    return found;
}

static bool smmu_read_v3(const struct tree *tree, struct smmu *smmu, const struct lines *lines)
{
    int node = smmu->device.node;
    if (!smmu_find_line(tree, node, lines, "eventq", &smmu->event) ||
        !smmu_find_line(tree, node, lines, "gerror", &smmu->error)) {
        tree_error(tree, node, tree_has(tree, node, "interrupt-names") ? "interrupt-names" : "interrupts",
                   "%s: 'interrupt-names' must say which interrupts are \"eventq\" and \"gerror\", or which is "
                   "\"combined\"",
                   smmu->device.name);
        return false;
    }
    return true;
}

/* The context banks' interrupts must be one line: which bank a partition gets is the hypervisor's affair. */
static bool smmu_read_v2(const struct tree *tree, struct smmu *smmu, const struct lines *lines)
{
    int node = smmu->device.node;
    uint32_t global = 0;
    if (!values_require(tree, node, "#global-interrupts", "#global-interrupts = <1>;") ||
        !values_u32(tree, node, "#global-interrupts", &global)) {
        return false;
    }
    if (global == 0 || global >= lines->count) {
        tree_error(tree, node, "#global-interrupts",
                   "%s: of its %u interrupts, %u are global; at least one must be, and at least one a context bank's",
                   smmu->device.name, lines->count, global);
        return false;
    }
    smmu->error = smmu_line(lines, 0);
    smmu->event = smmu_line(lines, global);
    for (uint32_t i = 0; i < lines->count; i++) {
        uint32_t wanted = i < global ? smmu->error.intid : smmu->event.intid;
        if (smmu_line(lines, i).intid != wanted) {
            tree_error(tree, node, "interrupts",
                       "%s: the %s interrupts of an SMMUv2 must be one line; here are SPI %u and SPI %u",
                       smmu->device.name, i < global ? "global" : "context banks'", wanted - FIRST_SPI,
                       smmu_line(lines, i).intid - FIRST_SPI);
            return false;
        }
    }
    return true;
}

static bool smmu_check_cells(const struct tree *tree, const struct device *device)
{
    uint32_t cells = 0;
    if (!values_require(tree, device->node, "#iommu-cells", "#iommu-cells = <1>;") ||
        !values_u32(tree, device->node, "#iommu-cells", &cells)) {
        return false;
    }
    if (cells != 1U) {
        tree_error(tree, device->node, "#iommu-cells",
                   "%s: #iommu-cells is %u; a stream is read as one cell, its StreamID", device->name, cells);
    }
    return cells == 1U;
}

/* There is room, and the image has one driver. */
static bool smmu_fits(const struct model *model, const struct smmu *smmu)
{
    const struct tree *tree = &model->tree;
    const struct smmu *first = &model->board.smmus[0];
    if (model->board.smmu_count == MAX_SMMUS) {
        tree_error(tree, smmu->device.node, NULL, "%s: more than %u SMMUs", smmu->device.name, MAX_SMMUS);
        return false;
    }
    if (model->board.smmu_count != 0 && first->version != smmu->version) {
        tree_error(
            tree, smmu->device.node, "compatible",
            "%s: SMMUs of different versions cannot be driven by one hypervisor; disable one: status = \"disabled\";",
            smmu->device.name);
        diag_note(tree_at(tree, first->device.node, "compatible"), "'%s' is the other", first->device.name);
        return false;
    }
    return true;
}

static bool smmu_read_one(const struct model *model, struct smmu *smmu)
{
    const struct tree *tree = &model->tree;
    struct lines lines = {.count = 0};
    smmu->coherent = tree_has(tree, smmu->device.node, "dma-coherent");
    return smmu_fits(model, smmu) && smmu_check_cells(tree, &smmu->device) &&
           smmu_read_registers(tree, &smmu->device, smmu->version) && smmu_read_lines(model, &smmu->device, &lines) &&
           (smmu->version == SMMU_V3 ? smmu_read_v3(tree, smmu, &lines) : smmu_read_v2(tree, smmu, &lines));
}

void smmu_read(struct model *model)
{
    const struct tree *tree = &model->tree;
    for (int node = board_next_node(tree, 0); node >= 0; node = board_next_node(tree, node)) {
        struct smmu smmu = {.device = {.node = node, .name = tree_title(tree, node)}, .index = model->board.smmu_count};
        if (!smmu_has_version(tree, node, &smmu.version) || !board_is_enabled(tree, node)) {
            continue;
        }
        if (smmu_read_one(model, &smmu)) {
            model->board.smmus[model->board.smmu_count++] = smmu;
        } else {
            tree_mute(tree, node, NULL);
        }
    }
}
