/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event records.
 * @implements REQ-TRACE-001
 */
#include "arch/arm64/trace.h"

void trace_event(uint32_t kind, struct trace_source source, uint32_t detail, uint64_t address, uint64_t pc)
{
    struct core_state *self = this_core();
    struct bulkhead_trace *entry = &self->events.entries[self->events.written % BULKHEAD_EVENT_ENTRIES];

    trace_fill(entry, kind, source, detail, address, pc);
    self->trace.entries[self->trace.written % BULKHEAD_TRACE_ENTRIES] = *entry;
    self->trace.written++;
    /* The record is complete before the count says so: the service core reads it. */
    __atomic_store_n(&self->events.written, self->events.written + 1U, __ATOMIC_RELEASE);
    core_post(board_config.service_core, POST_CONSOLE);
}
