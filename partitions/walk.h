/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the guest's own tables a walk came to an end. For the vCPU on this core, its registers live. */
#ifndef PARTITIONS_WALK_H
#define PARTITIONS_WALK_H

#include <stdint.h>

#include "lib/types.h"

/*
 * Fault status code of a synchronous external abort on a walk of stage 1 for `va` that met the page at `descriptor`:
 * 0x14 and the level. The hardware tells EL2 the page, not the level, and EL2 does not read guest memory. Exact if the page is
 * the one in which the walk for `va` begins; for every other page the answer is the last level, 3.
 */
uint32_t walk_status(uint64_t va, ipa_t descriptor);

#endif
