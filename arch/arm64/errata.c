/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of the core's stepping (MIDR_EL1: D19.2.102, Arm DDI 0487).
 * @implements REQ-ERR-001
 */
#include "arch/arm64/errata.h"

#define MODEL 0xff0ffff0U
#define STEPPING(midr) ((uint32_t)((midr) >> 16 & 0xf0U) | (uint32_t)((midr) & 0xfU))

enum core {
    cortex_a78ae = 0x410fd420,
};

/* rXpY: variant X, revision Y. */
enum stepping {
    r0p0 = 0x00,
};

struct refused {
    uint32_t model;
    uint8_t first;
    uint8_t last;
    uint32_t number;
};

/* Only what is refused needs anything at run time. */
#define ERRATUM(core, number, first, last, how, what, done, source) ERRATUM_##how(core, 0x##number##U, first, last)
#define ERRATUM_CODE(...)
#define ERRATUM_FLAGS(...)
#define ERRATUM_NEVER(...)
#define ERRATUM_GUEST(...)
#define ERRATUM_FIRMWARE(...)
#define ERRATUM_REFUSED(core, number, first, last) {core, first, last, number},

static const struct refused table[] = {
#include "arch/arm64/errata.def"
};

uint32_t errata_refused(uint64_t midr)
{
    for (uint32_t n = 0U; n < sizeof(table) / sizeof(table[0]); n++) {
        if ((midr & MODEL) == table[n].model && STEPPING(midr) >= table[n].first && STEPPING(midr) <= table[n].last) {
            return table[n].number;
        }
    }
    return 0U;
}
