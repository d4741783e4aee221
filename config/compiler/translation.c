/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Content of the tables. References are to the Arm ARM, DDI 0487.
 * @implements REQ-CONFIG-020
 * @implements REQ-CONFIG-021
 * @implements REQ-CONFIG-064
 */
#include "translation.h"

/*
 * Stage 1 leaf of the EL2 translation regime (D8.3.1.2): AttrIndx [4:2] into MAIR_EL2 (0 Device-nGnRnE, 1 Normal
 * write-back), AP[1] [6] RES1 at EL2, AP[2] [7] read-only, SH [9:8], AF [10], XN [54].
 */
#define S1_DEVICE (0ULL << 2)
#define S1_NORMAL (1ULL << 2)
#define S1_RES1 (1ULL << 6)
#define S1_READ_ONLY (1ULL << 7)
#define S1_XN (1ULL << 54)
/* Both stages. */
#define INNER_SHAREABLE (3ULL << 8)
#define ACCESS_FLAG (1ULL << 10)

/* Stage 2 leaf (D8.3.1.3): MemAttr [5:2], S2AP [7:6], SH [9:8], AF [10], XN[1:0] [54:53] (bit 53 needs FEAT_XNX). */
#define S2_DEVICE_NGNRE (1ULL << 2)
#define S2_NORMAL_WB (0xfULL << 2)
#define S2_READ_WRITE (3ULL << 6)
#define S2_XN (1ULL << 54)

#define EL2_MMIO (S1_DEVICE | S1_RES1 | ACCESS_FLAG | S1_XN)
#define EL2_IMAGES (S1_NORMAL | S1_RES1 | S1_READ_ONLY | INNER_SHAREABLE | ACCESS_FLAG | S1_XN)
#define EL2_GUEST_RAM (S1_NORMAL | S1_RES1 | INNER_SHAREABLE | ACCESS_FLAG | S1_XN)
#define GUEST_RAM (S2_NORMAL_WB | S2_READ_WRITE | INNER_SHAREABLE | ACCESS_FLAG)
#define GUEST_MMIO (S2_DEVICE_NGNRE | S2_READ_WRITE | ACCESS_FLAG | S2_XN)

/* TCR_EL2 with E2H = 0 (D19.2.155) and VTCR_EL2 (D19.2.170) have these fields in the same places. */
#define TCR_IRGN0_WBWA (1ULL << 8)
#define TCR_ORGN0_WBWA (1ULL << 10)
#define TCR_SH0_INNER (3ULL << 12)
#define TCR_TG0_4K (0ULL << 14)
#define TCR_PS_SHIFT 16U
#define TCR_WALKS (TCR_IRGN0_WBWA | TCR_ORGN0_WBWA | TCR_SH0_INNER | TCR_TG0_4K)
#define TCR_EL2_RES1 (1ULL << 31 | 1ULL << 23)
#define VTCR_EL2_RES1 (1ULL << 31)
#define VTCR_SL0_LEVEL1 (1ULL << 6)

/*
 * Word 2 of a stream table entry (Arm IHI 0070, 5.2): S2VMID [15:0], S2T0SZ [37:32], S2SL0 [39:38] as VTCR_EL2.SL0, S2IR0
 * [41:40], S2OR0 [43:42], S2SH0 [45:44], S2TG [47:46] 0 for 4 KiB, S2PS [50:48], S2AA64 [51], S2PTW [54], S2R [58]: what is
 * blocked is recorded. S2AFFD [53] is clear as every leaf has AF set; S2S [57] is clear: nothing stalls.
 */
#define STREAM_T0SZ_SHIFT 32U
#define STREAM_SL0_LEVEL1 (1ULL << 38)
#define STREAM_CACHED_WALKS (1ULL << 40 | 1ULL << 42 | 3ULL << 44)
#define STREAM_UNCACHED_WALKS (2ULL << 44) /* outer shareable: the cores have cleaned the tables to memory */
#define STREAM_PS_SHIFT 48U
#define STREAM_AA64 (1ULL << 51)
#define STREAM_PTW (1ULL << 54)
#define STREAM_RECORD (1ULL << 58)

#define LEAST_BITS 32U

static void translation_map(struct table *root, uint64_t address, struct region output, uint64_t attributes)
{
    if (!table_map(root, address, output.base, output.size, attributes)) {
        diag_fatal("two things to map at 0x%llx: a check is missing", HEX(address));
    }
}

static void translation_map_el2(struct table *root, struct region region, uint64_t attributes)
{
    translation_map(root, region_pages(region).base, region_pages(region), attributes);
}

/* The hypervisor's own region: only the linker knows the sections of the first and last 2 MiB. */
static void translation_map_image(const struct hypervisor *hypervisor, struct table *root)
{
    uint64_t last = hypervisor->end - SIZE_2M;
    bool good = table_map_symbol(root, hypervisor->base, "el2_image_pages");
    if (last != hypervisor->base) {
        good = table_map_symbol(root, last, "el2_tail_pages") && good;
    }
    for (uint64_t block = hypervisor->base + SIZE_2M; block < last; block += SIZE_2M) {
        good = table_map(root, block, block, SIZE_2M, EL2_IMAGES) && good;
    }
    if (!good) {
        diag_fatal("cannot map the hypervisor's region: a check is missing");
    }
}

/* Configuration space of each PCI function that a partition owns. */
static void translation_map_functions(const struct model *model, struct table *root)
{
    for (uint32_t i = 0; i < model->partition_count * MAX_ACCESS; i++) {
        const struct partition *partition = &model->partitions[i / MAX_ACCESS];
        const struct device *device = &partition->access[i % MAX_ACCESS];
        if (i % MAX_ACCESS < partition->access_count && device->function != NULL) {
            translation_map_el2(root, (struct region){device->function->config, SIZE_4K}, EL2_MMIO);
        }
    }
}

static struct table *translation_make_el2(const struct model *model, const struct translation *translation)
{
    const struct device *gic = &model->board.gic;
    struct table *root = table_new_root(translation->va_bits < 40U ? 1U : 0U, translation->va_bits);
    translation_map_image(&model->hypervisor, root);
    for (uint32_t i = 0; i < 2U; i++) {
        translation_map_el2(root, gic->regions[i], EL2_MMIO);
    }
    translation_map_el2(root, model->hypervisor.console.regions[0], EL2_MMIO);
    for (uint32_t i = 0; i < model->board.smmu_count; i++) {
        translation_map_el2(root, model->board.smmus[i].device.regions[0], EL2_MMIO);
    }
    translation_map_functions(model, root);
    return root;
}

static struct table *translation_make_load(const struct model *model, const struct translation *translation,
                                           const struct partition *partition)
{
    struct table *root = translation_make_el2(model, translation);
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const struct memory *memory = &partition->memory[i];
        translation_map(root, memory->pa, (struct region){memory->pa, memory->size}, EL2_GUEST_RAM);
    }
    return root;
}

static bool translation_is_mapped(const struct table *root, struct region pages)
{
    for (uint64_t page = pages.base; page < pages.base + pages.size; page += SIZE_4K) {
        unsigned level = 0;
        if (table_walk(root, page, &level) != 0) {
            return true;
        }
    }
    return false;
}

/* In blocks where possible; page by page where one is there already, with another region of the same owner. */
static void translation_map_device(struct table *root, const struct device *device)
{
    for (uint32_t i = 0; i < device->region_count; i++) {
        struct region pages = region_pages(device->regions[i]);
        uint64_t step = translation_is_mapped(root, pages) ? SIZE_4K : pages.size;
        for (uint64_t at = pages.base; at < pages.base + pages.size; at += step) {
            struct region piece = {at, step};
            if (!translation_is_mapped(root, piece)) {
                translation_map(root, at, piece, GUEST_MMIO);
            }
        }
    }
}

/* What a partition's DMA masters reach: its memory, and no device, so that none can be made to drive another. */
static struct table *translation_make_dma(const struct translation *translation, const struct partition *partition)
{
    struct table *root = table_new_root(1, translation->ipa_bits);
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const struct memory *memory = &partition->memory[i];
        translation_map(root, memory->ipa, (struct region){memory->pa, memory->size}, GUEST_RAM);
    }
    return root;
}

static struct table *translation_make_stage2(const struct translation *translation, const struct partition *partition)
{
    struct table *root = translation_make_dma(translation, partition);
    if (partition->console == CONSOLE_PASSED) {
        translation_map(root, GUEST_UART_BASE, region_pages(partition->uart.regions[0]), GUEST_MMIO);
    }
    for (uint32_t i = 0; i < partition->access_count; i++) {
        translation_map_device(root, &partition->access[i]);
    }
    return root;
}

static void translation_reach(uint64_t *limit, uint64_t end)
{
    *limit = end > *limit ? end : *limit;
}

static void translation_reach_device(uint64_t *limit, const struct device *device)
{
    for (uint32_t i = 0; i < device->region_count; i++) {
        translation_reach(limit, region_pages(device->regions[i]).base + region_pages(device->regions[i]).size);
    }
}

/* The ends of all physical and all guest addresses that are mapped. */
static void translation_limits(const struct model *model, uint64_t *physical, uint64_t *guest)
{
    translation_reach(physical, model->hypervisor.end);
    translation_reach_device(physical, &model->board.gic);
    translation_reach_device(physical, &model->hypervisor.console);
    for (uint32_t i = 0; i < model->board.smmu_count; i++) {
        translation_reach_device(physical, &model->board.smmus[i].device);
    }
    for (uint32_t i = 0; i < model->partition_count; i++) {
        const struct partition *partition = &model->partitions[i];
        for (uint32_t j = 0; j < partition->memory_count; j++) {
            translation_reach(physical, partition->memory[j].pa + partition->memory[j].size);
            translation_reach(guest, partition->memory[j].ipa + partition->memory[j].size);
        }
        translation_reach_device(physical, &partition->uart);
        for (uint32_t j = 0; j < partition->access_count; j++) {
            translation_reach_device(physical, &partition->access[j]);
            if (partition->access[j].function != NULL) {
                translation_reach(physical, partition->access[j].function->config + SIZE_4K);
            }
            translation_reach_device(guest, &partition->access[j]);
        }
    }
}

/* Sizes that PS can name, up to what every supported core has: 0b000, 0b001 and 0b010. */
static uint64_t translation_ps(unsigned pa_bits)
{
    return (pa_bits - LEAST_BITS) / 4U;
}

struct translation translation_make(const struct model *model)
{
    uint64_t physical = 0;
    uint64_t guest = 0;
    unsigned most;
    struct translation translation = {0};
    translation_limits(model, &physical, &guest);
    translation.va_bits = table_bits(physical, LEAST_BITS);
    translation.ipa_bits = table_bits(guest, LEAST_BITS);
    /* A guest's addresses count as well: a core takes no more bits of them than it has physical ones (D8.2.7). */
    most = translation.va_bits > translation.ipa_bits ? translation.va_bits : translation.ipa_bits;
    translation.pa_bits = (most + 3U) / 4U * 4U;
    translation.el2_root = translation_make_el2(model, &translation);
    for (uint32_t i = 0; i < model->partition_count; i++) {
        translation.load_roots[i] = translation_make_load(model, &translation, &model->partitions[i]);
        translation.stage2_roots[i] = translation_make_stage2(&translation, &model->partitions[i]);
    }
    for (uint32_t i = 0; i < model->stream_count; i++) {
        const struct partition *partition = model->streams[i].partition;
        if (translation.dma_roots[partition->index] == NULL) {
            translation.dma_roots[partition->index] = translation_make_dma(&translation, partition);
        }
    }
    return translation;
}

uint64_t translation_tcr(const struct translation *translation)
{
    return TCR_EL2_RES1 | TCR_WALKS | translation_ps(translation->pa_bits) << TCR_PS_SHIFT |
           (64U - translation->va_bits);
}

uint64_t translation_vtcr(const struct translation *translation)
{
    return VTCR_EL2_RES1 | TCR_WALKS | translation_ps(translation->pa_bits) << TCR_PS_SHIFT | VTCR_SL0_LEVEL1 |
           (64U - translation->ipa_bits);
}

uint32_t translation_vmid(uint32_t partition)
{
    return partition + 1U;
}

uint64_t translation_stream(const struct translation *translation, uint32_t partition, bool coherent)
{
    return translation_vmid(partition) | (uint64_t)(64U - translation->ipa_bits) << STREAM_T0SZ_SHIFT |
           STREAM_SL0_LEVEL1 | (coherent ? STREAM_CACHED_WALKS : STREAM_UNCACHED_WALKS) |
           translation_ps(translation->pa_bits) << STREAM_PS_SHIFT | STREAM_AA64 | STREAM_PTW | STREAM_RECORD;
}
