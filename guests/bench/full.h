/* SPDX-License-Identifier: Apache-2.0 */
/* All shared interrupts pending at once, in a partition that has many. */
#ifndef GUESTS_BENCH_FULL_H
#define GUESTS_BENCH_FULL_H

#include <stdbool.h>

/* True if the partition has all of INTIDs 64 to 287. */
bool full_present(void);
void full_run(void);

#endif
