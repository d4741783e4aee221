/* SPDX-License-Identifier: Apache-2.0 */
/* Who a trace or event record is about. */
#ifndef PARTITIONS_SOURCE_H
#define PARTITIONS_SOURCE_H

#include "arch/arm64/trace.h"
#include "partitions/state.h"

static inline struct trace_source source_of(const struct vcpu_state *vcpu)
{
    return (struct trace_source){(uint8_t)vcpu->config->partition->index, (uint8_t)vcpu->config->index};
}

#endif
