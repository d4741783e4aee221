/* SPDX-License-Identifier: Apache-2.0 */
/* memset and memcpy for the compiler's own use: by words where both ends allow it. Bound: the size of one object. */
#include "lib/string.h"

#include <stdint.h>

#define WORD sizeof(uint64_t)

void *memset(void *to, int value, size_t size)
{
    uint8_t *byte = to;
    uint64_t word = 0x0101010101010101ULL * (uint8_t)value;

    if ((uintptr_t)to % WORD == 0U) {
        for (; size >= WORD; size -= WORD) {
            *(uint64_t *)(void *)byte = word;
            byte += WORD;
        }
    }
    for (; size > 0U; size--) {
        *byte = (uint8_t)value;
        byte++;
    }
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    if (((uintptr_t)to | (uintptr_t)from) % WORD == 0U) {
        for (; size >= WORD; size -= WORD) {
            *(uint64_t *)(void *)out = *(const uint64_t *)(const void *)in;
            out += WORD;
            in += WORD;
        }
    }
    for (; size > 0U; size--) {
        *out = *in;
        out++;
        in++;
    }
    return to;
}
