/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address kinds that do not mix.
 *
 * A physical address, a guest's intermediate physical address and an EL2 virtual address are three
 * different struct types, so that handing one where another is due does not compile. EL2 maps
 * everything it maps at VA == PA; only va_of_pa() says so.
 */
#ifndef LIB_TYPES_H
#define LIB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE 4096U

/* Physical address, as on the bus. */
typedef struct {
    uint64_t value;
} pa_t;

/* Intermediate physical address, as a partition sees it. */
typedef struct {
    uint64_t value;
} ipa_t;

/* EL2 virtual address. */
typedef struct {
    uint64_t value;
} va_t;

#define PA(x) ((pa_t){(uint64_t)(x)})
#define IPA(x) ((ipa_t){(uint64_t)(x)})

static inline va_t va_of_pa(pa_t pa)
{
    return (va_t){pa.value};
}

#endif
