/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event records.
 * @implements REQ-TRACE-001
 */
#include "arch/arm64/trace.h"

_Static_assert(offsetof(struct bulkhead_trace, time) == 0U, "first word");
_Static_assert(offsetof(struct bulkhead_trace, kind) == 8U, "second word, lowest 16 bits");
_Static_assert(offsetof(struct bulkhead_trace, partition) == 10U, "next 8");
_Static_assert(offsetof(struct bulkhead_trace, vcpu) == 11U, "next 8");
_Static_assert(offsetof(struct bulkhead_trace, detail) == 12U, "highest 32");
_Static_assert(offsetof(struct bulkhead_trace, address) == 16U, "third word");
_Static_assert(offsetof(struct bulkhead_trace, pc) == 24U, "fourth word");

uint64_t events_shown[MAX_CORES];

void trace_event(uint32_t kind, struct trace_source source, uint32_t detail, uint64_t address, uint64_t pc)
{
    struct core_state *self = this_core();
    uint64_t before = self->events.written;
    union trace_entry *entry = &self->events.entries[before % BULKHEAD_EVENT_ENTRIES];

    trace_fill(entry, trace_source_bits(source), kind, detail, address, pc);
    self->trace.entries[self->trace.written % BULKHEAD_TRACE_ENTRIES] = *entry;
    self->trace.written++;
    /* The record is complete before the count says so. The fences pair: the reader sees the count, or we its own. */
    __atomic_store_n(&self->events.written, before + 1U, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(&events_shown[self->index], __ATOMIC_ACQUIRE) == before) {
        core_post(board_config.service_core, POST_CONSOLE);
    }
}
