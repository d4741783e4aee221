/* SPDX-License-Identifier: Apache-2.0 */
/* How fast a device's clocks run, where that is known when the image is built. */
#ifndef CONFIG_COMPILER_CLOCK_H
#define CONFIG_COMPILER_CLOCK_H

#include "reference.h"

/*
 * Frequency in Hz of an entry of a device's `clocks`: of a fixed clock, of a fixed factor of one, or what the device's
 * assigned-clock-rates says of the same entry in assigned-clocks. 0: not known.
 */
uint32_t clock_rate(const struct tree *tree, int node, const struct reference *clock);

/* Frequency of the first clock, or 0. */
uint32_t clock_first_rate(const struct tree *tree, int node);

#endif
