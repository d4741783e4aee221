/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memset and memcpy for the compiler's own use: by words where both ends allow it, memset eight at a time.
 * Bound: the size of one object.
 */
#include "lib/string.h"

#include <stdint.h>

#define WORD sizeof(uint64_t)

void *memset(void *to, int value, size_t size)
{
    uint8_t *byte = to;
    uint64_t word = 0x0101010101010101ULL * (uint8_t)value;

    if ((uintptr_t)to % WORD == 0U) {
        for (; size >= 8U * WORD; size -= 8U * WORD) {
            uint64_t *words = (uint64_t *)(void *)byte;

            words[0] = word;
            words[1] = word;
            words[2] = word;
            words[3] = word;
            words[4] = word;
            words[5] = word;
            words[6] = word;
            words[7] = word;
            byte += 8U * WORD;
        }
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
