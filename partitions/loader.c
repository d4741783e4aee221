/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loader: every page of the partition is zeroed or copied, then cleaned and invalidated to the point of coherency,
 * so that neither the last instance nor EL2's caches show through.
 * @implements REQ-LOAD-001
 * @implements REQ-LOAD-002
 */
#include "partitions/loader.h"
#include "arch/arm64/gic.h"
#include "arch/arm64/memory.h"

#define STEP (4ULL * PAGE_SIZE) /* of empty memory: some 850 instructions */

void loader_open(const struct partition_state *partition)
{
    memory_use_root(partition->config->load_root);
}

void loader_close(void)
{
    memory_use_root(PA(el2_root));
}

/* Where a piece ends: copied in units of 8 bytes. */
static uint64_t end_of(const struct copy_config *copy)
{
    return copy->destination.value + ((copy->size + 7U) & ~7ULL);
}

/* Copies the part of a piece that lies in the page at `page`. Pieces are 8-byte aligned at both ends. */
static void copy_into_page(const struct copy_config *copy, uint64_t page)
{
    uint64_t end = end_of(copy);
    uint64_t from = copy->destination.value > page ? copy->destination.value : page;
    uint64_t to = end < page + PAGE_SIZE ? end : page + PAGE_SIZE;

    memory_copy((va_t){from}, (va_t){copy->source.value + (from - copy->destination.value)}, to - from);
}

static bool covers_page(const struct copy_config *copy, uint64_t page)
{
    return copy->destination.value <= page && copy->destination.value + copy->size >= page + PAGE_SIZE;
}

/* Moves on to the first piece that does not end before this page: at most all of them, at the start of a region. */
static void skip_pieces(struct loader_state *loader, const struct partition_config *config, uint64_t page)
{
    while (loader->copy < config->copy_count && end_of(&config->copies[loader->copy]) <= page) {
        loader->copy++;
    }
}

/* A page with ends of pieces in it. */
static void load_mixed_page(const struct partition_config *config, uint32_t n, uint64_t page)
{
    memory_zero_page((va_t){page});
    for (; n < config->copy_count && config->copies[n].destination.value < page + PAGE_SIZE; n++) {
        copy_into_page(&config->copies[n], page);
    }
    memory_clean_invalidate((va_t){page}, PAGE_SIZE);
}

/* One page with something to copy, or up to STEP without. Returns how much. */
static uint64_t load_pages(struct partition_state *partition, uint64_t page, uint64_t left)
{
    const struct partition_config *config = partition->config;
    uint64_t end = page + (left < STEP ? left : STEP);
    const struct copy_config *copy = NULL;

    skip_pieces(&partition->loader, config, page);
    if (partition->loader.copy < config->copy_count) {
        copy = &config->copies[partition->loader.copy];
        end = copy->destination.value < end ? copy->destination.value & ~(PAGE_SIZE - 1ULL) : end;
    }
    if (copy == NULL || end > page) {
        memory_scrub((va_t){page}, end - page);
        return end - page;
    }
    if (covers_page(copy, page)) {
        memory_copy_page((va_t){page}, (va_t){copy->source.value + (page - copy->destination.value)});
    } else {
        load_mixed_page(config, partition->loader.copy, page);
    }
    return PAGE_SIZE;
}

bool loader_step(struct partition_state *partition)
{
    struct loader_state *loader = &partition->loader;
    const struct memory_config *region = &partition->config->memory[loader->region];

    loader->offset += load_pages(partition, region->pa.value + loader->offset, region->size - loader->offset);
    if (loader->offset >= region->size) {
        loader->offset = 0U;
        loader->region++;
        loader->copy = 0U; /* pieces are in the order of their addresses, regions need not be */
    }
    return loader->region < partition->config->memory_count;
}

bool loader_run(struct partition_state *partition)
{
    bool more;

    do {
        more = loader_step(partition);
    } while (more && !gic_interrupt_pending());
    return more;
}
