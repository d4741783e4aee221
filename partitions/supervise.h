/* SPDX-License-Identifier: Apache-2.0 */
/* Starting the other cores without waiting for them: the boot core's timer looks later whether they came. */
#ifndef PARTITIONS_SUPERVISE_H
#define PARTITIONS_SUPERVISE_H

#include <stdbool.h>
#include <stdint.h>

/* Boot core, at the end of its own start: asks the firmware for every other core of the configuration. */
void supervise_start_cores(void);

/* The boot core's deadline has passed: every core that is still missing becomes an event. */
void supervise_timer(void);

/* From any core: that core was looked for and had not come. Before the look it may still be on its way. */
bool supervise_missing(uint32_t core);

#endif
