/* SPDX-License-Identifier: Apache-2.0 */
/* The other vCPUs: vCPU 1 takes SGIs from vCPU 0, the rest sleep. */
#ifndef GUESTS_BENCH_OTHER_H
#define GUESTS_BENCH_OTHER_H

#include <stdbool.h>
#include <stdint.h>

/* Starts all vCPUs there are. True if there is a vCPU 1. For vCPU 0, once. */
bool other_start(void);
/* BENCH_SGI_OTHER, from vCPU 0: from the sending to the handler on vCPU 1, which is in a loop until then. */
void other_run(void);
/* vCPUs that sleep. */
uint32_t other_parked(void);

#endif
