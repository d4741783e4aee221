/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences that are played for themselves, by name: what random ones found. */
#ifndef TESTS_FUZZ_VGIC_CASES_H
#define TESTS_FUZZ_VGIC_CASES_H

#include "tests/fuzz/vgic/play.h"

struct named_sequence {
    const char *name;
    struct sequence sequence;
};

/* Mended, or never wrong and hard to find: these pass. */
extern const struct named_sequence passing_cases[];
extern const size_t passing_count;

#endif
