/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What devices write is not seen, but found: in the windows that are declared, a copy is kept of each line as a cache that
 * holds it would have it, from the first access through the cache until the line is invalidated. Memory that differs from
 * the copy was written by a device.
 */
#include "tests/silicon/sanitizer/kit.h"

#include <pthread.h>
#include <string.h>

static uint8_t *windows; /* for each page */
static uint8_t *held;    /* for each line: there is a copy */
static uint8_t *copies;
static bool any;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void dma_init(void)
{
    windows = kit_shadow(ram_size / PAGE);
    held = kit_shadow(ram_size / LINE);
    copies = kit_shadow(ram_size);
}

void dma_window(uint64_t first, uint64_t size)
{
    any = true;
    memset(&windows[(first - ram_first) / PAGE], 1, size / PAGE);
}

static bool is_window(uint64_t pa)
{
    return any && windows[(pa - ram_first) / PAGE] != 0U;
}

/* The store itself is in memory already: what it has not written shows what a device has. */
static void access_line(const struct core *core, const struct site *site, uint64_t line, uint64_t pa, uint32_t size,
                        bool is_store)
{
    uint64_t from = pa > line ? pa : line;
    uint64_t to = pa + size < line + LINE ? pa + size : line + LINE;
    uint8_t *copy = &copies[line - ram_first];

    if (held[(line - ram_first) / LINE] == 0U) {
        held[(line - ram_first) / LINE] = 1U;
        memcpy(copy, ram_at(line), LINE);
    } else if (is_store) {
        memcpy(copy + (from - line), ram_at(from), to - from);
    } else if (memcmp(copy, ram_at(line), LINE) != 0) {
        report(core, site, "dma-stale", line, NULL,
               "load through the cache of a line that a device has written since it was cached");
        memcpy(copy, ram_at(line), LINE);
    }
}

void dma_access(const struct core *core, const struct site *site, uint64_t pa, uint32_t size, bool is_store)
{
    if (!is_window(pa)) {
        return;
    }
    (void)pthread_mutex_lock(&mutex);
    for (uint64_t line = pa & ~(uint64_t)(LINE - 1U); line < pa + size; line += LINE) {
        access_line(core, site, line, pa, size, is_store);
    }
    (void)pthread_mutex_unlock(&mutex);
}

void dma_forget(const struct core *core, const struct site *site, uint64_t pa, bool was_dirty)
{
    uint64_t line = pa & ~(uint64_t)(LINE - 1U);

    if (!is_window(pa)) {
        return;
    }
    (void)pthread_mutex_lock(&mutex);
    if (was_dirty && held[(line - ram_first) / LINE] != 0U &&
        memcmp(&copies[line - ram_first], ram_at(line), LINE) != 0) {
        report(core, site, "dma-overwritten", line, NULL, "clean of a dirty line that a device has written under it");
    }
    held[(line - ram_first) / LINE] = 0U;
    (void)pthread_mutex_unlock(&mutex);
}
