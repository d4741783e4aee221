/* SPDX-License-Identifier: Apache-2.0 */
/* Physical interrupts taken at EL2. */
#ifndef PARTITIONS_IRQ_H
#define PARTITIONS_IRQ_H

#include "partitions/state.h"

/*
 * Acknowledges one interrupt and gives it to whom it belongs. `current` is the vCPU on this core, or NULL. True if
 * that vCPU must leave the core.
 */
bool irq_take(struct vcpu_state *current);

#endif
