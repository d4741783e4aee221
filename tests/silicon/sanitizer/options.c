/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sanitizer is told:
 *
 *   -plugin sanitizer.so,out=FILE[,ram=FIRST-END][,zva=BYTES]
 *       [,partition=VMID:FIRST-END]...[,uncached=FIRST-END]...[,dma=FIRST-END]...
 *
 * END is the first byte after; ranges are of whole pages of physical memory.
 */
#include "tests/silicon/sanitizer/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t ram_first = 0x40000000U;
uint64_t ram_size = 0x40000000U;

static const char *out;

/* FIRST-END */
static bool take_range(const char *text, uint64_t *first, uint64_t *size)
{
    char *rest = NULL;
    uint64_t end;

    *first = strtoull(text, &rest, 0);
    end = *rest == '-' ? strtoull(rest + 1, NULL, 0) : 0U;
    *size = end - *first;
    return end > *first && (*first | end) % PAGE == 0U;
}

static const char *value_for(const char *argument, const char *name)
{
    size_t length = strlen(name);

    return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1U : NULL;
}

/* Ranges of RAM with something special about them. */
static bool take_window(const char *text, void (*take)(uint64_t first, uint64_t size))
{
    uint64_t first = 0U;
    uint64_t size = 0U;

    if (!take_range(text, &first, &size) || !is_ram(first) || !is_ram(first + size - 1U)) {
        return false;
    }
    take(first, size);
    return true;
}

static bool take_partition(const char *text)
{
    char *rest = NULL;
    uint64_t vmid = strtoull(text, &rest, 0);
    uint64_t first = 0U;
    uint64_t size = 0U;

    if (*rest != ':' || vmid == 0U || vmid > UINT8_MAX || !take_range(rest + 1, &first, &size) || !is_ram(first) ||
        !is_ram(first + size - 1U)) {
        return false;
    }
    cache_partition(first, size, (uint32_t)vmid);
    return true;
}

static bool take_argument(const char *argument)
{
    const char *value;

    if ((value = value_for(argument, "out")) != NULL) {
        out = strdup(value);
        return true;
    }
    if ((value = value_for(argument, "ram")) != NULL) {
        return take_range(value, &ram_first, &ram_size);
    }
    if ((value = value_for(argument, "zva")) != NULL) {
        return cache_zva(strtoull(value, NULL, 0));
    }
    if ((value = value_for(argument, "partition")) != NULL) {
        return take_partition(value);
    }
    if ((value = value_for(argument, "uncached")) != NULL) {
        return take_window(value, cache_uncached);
    }
    if ((value = value_for(argument, "dma")) != NULL) {
        return take_window(value, dma_window);
    }
    return false;
}

/* ram= comes first: windows and shadows are made for it. */
bool options_take(int count, char **arguments)
{
    for (int n = 0; n < count; n++) {
        if (value_for(arguments[n], "ram") != NULL && !take_argument(arguments[n])) {
            (void)fprintf(stderr, "sanitizer: %s is no range\n", arguments[n]);
            return false;
        }
    }
    cache_init();
    dma_init();
    tlb_init();
    for (int n = 0; n < count; n++) {
        if (value_for(arguments[n], "ram") == NULL && !take_argument(arguments[n])) {
            (void)fprintf(stderr, "sanitizer: what is %s?\n", arguments[n]);
            return false;
        }
    }
    if (out == NULL || !report_open(out)) {
        (void)fprintf(stderr, "sanitizer: out=FILE is needed, and must be writable\n");
        return false;
    }
    return true;
}
