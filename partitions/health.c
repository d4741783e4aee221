/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events and their consequences.
 * @implements REQ-HEALTH-001
 * @implements REQ-HEALTH-002
 */
#include "partitions/health.h"
#include "partitions/partition.h"
#include "partitions/source.h"

void health_note(const struct vcpu_state *vcpu, uint32_t kind, uint32_t detail, uint64_t address)
{
    trace_event(kind, source_of(vcpu), detail, address, sysreg_read(elr_el2));
}

void health_fault(struct vcpu_state *vcpu, uint32_t kind, uint32_t detail, uint64_t address)
{
    const struct partition_config *partition = vcpu->config->partition;

    health_note(vcpu, kind, detail, address);
    (void)partition_request_stop(partition->state, partition->on_fault == FAULT_RESTART);
}

void health_serror(struct vcpu_state *vcpu, uint64_t syndrome)
{
    health_fault(vcpu, BULKHEAD_EVENT_SERROR, (uint32_t)syndrome, 0U);
}

void health_load_serror(struct partition_state *partition, uint64_t syndrome)
{
    struct trace_source source = {(uint8_t)partition->config->index, TRACE_NOBODY};

    trace_event(BULKHEAD_EVENT_SERROR, source, (uint32_t)syndrome, 0U, 0U);
    partition_give_up(partition);
}

void health_core_missing(uint32_t core, int64_t answer)
{
    struct trace_source nobody = {TRACE_NOBODY, TRACE_NOBODY};

    trace_event(BULKHEAD_EVENT_CORE_MISSING, nobody, core, (uint64_t)answer, 0U);
}
