/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that nobody should change: filled with a pattern made from each word's own address, then read back slice by
 * slice for ever. A word written by anybody, or that shows another page's content, is found. Pure logic.
 */
#ifndef GUESTS_BRAKE_PATTERN_H
#define GUESTS_BRAKE_PATTERN_H

#include <stdint.h>

struct pattern {
    volatile uint64_t *words;
    uint32_t count; /* a multiple of slice */
    uint32_t slice; /* words of one check */
    uint32_t next;  /* first word of the next check */
};

void pattern_fill(const struct pattern *pattern);
/* Checks the next slice. Address of a word that is wrong, or 0. */
uint64_t pattern_check(struct pattern *pattern);

#endif
