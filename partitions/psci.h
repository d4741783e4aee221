/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI 1.1 (Arm DEN 0022) as a partition sees it: its own vCPUs, its own power. */
#ifndef PARTITIONS_PSCI_H
#define PARTITIONS_PSCI_H

#include "partitions/state.h"

/* function: 32-bit or 64-bit id. Answers in the frame; not 0 if the vCPU must leave the core. [current] */
uint32_t psci_answer(struct vcpu_state *vcpu, struct frame *frame, uint32_t function);

#endif
