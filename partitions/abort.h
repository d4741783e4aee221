/* SPDX-License-Identifier: Apache-2.0 */
/* Stage-2 aborts that are not loads or stores (partitions/exit.h has those). */
#ifndef PARTITIONS_ABORT_H
#define PARTITIONS_ABORT_H

#include <stdint.h>

/* A fetch from an address that stage 2 does not map or not as executable: an external abort, and an event. */
void abort_fetch(uint64_t syndrome);

#endif
