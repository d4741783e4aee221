/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The EL2 timer of a core (CNTHP), shared between what EL2 waits for there (enum deadline). All on the calling core. dma_deadline.c
 * implements it; where there is but one deadline, dma_none.c.
 */
#ifndef PARTITIONS_DEADLINE_H
#define PARTITIONS_DEADLINE_H

#include "lib/core.h"

/* At this CNTPCT there will be a timer interrupt; 0: not any more. */
void deadline_set(enum deadline deadline, uint64_t at);

/* The timer's interrupt: what is due is done. */
void deadline_timer(void);

#endif
