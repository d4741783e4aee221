/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What should not happen in a healthy system: each event leaves a record and has a defined answer.
 *
 * The guest's own answer (external abort, undefined instruction, NOT_SUPPORTED) is given by the caller; what the
 * partition as a whole suffers is decided here, from its on-fault property.
 */
#ifndef PARTITIONS_HEALTH_H
#define PARTITIONS_HEALTH_H

#include "partitions/state.h"

/* A record and nothing else: the guest gets its answer and goes on. kind: a BULKHEAD_EVENT_*. [current] */
void health_note(const struct vcpu_state *vcpu, uint32_t kind, uint32_t detail, uint64_t address);

/* The partition cannot go on: record, then stop or restart. [current] */
void health_fault(struct vcpu_state *vcpu, uint32_t kind, uint32_t detail, uint64_t address);

/* An SError that this partition caused; syndrome is ESR_EL2. */
void health_serror(struct vcpu_state *vcpu, uint64_t syndrome);

/*
 * An SError while this partition was loaded, on the core that loads it. Its memory cannot be relied on, so it stops whatever
 * its on-fault property says: loading it again might never end, and at boot nobody else would start.
 */
void health_load_serror(struct partition_state *partition, uint64_t syndrome);

/* A core did not come up, with the firmware's answer. */
void health_core_missing(uint32_t core, int64_t answer);

#endif
