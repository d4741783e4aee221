/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the trace and event rings of the calling core (include/bulkhead/trace.h has the format). */
#ifndef ARCH_ARM64_TRACE_H
#define ARCH_ARM64_TRACE_H

#include "arch/arm64/core.h"

#define TRACE_NOBODY 0xffU

struct trace_source {
    uint8_t partition; /* index or TRACE_NOBODY */
    uint8_t vcpu;
};

static inline void trace_fill(struct bulkhead_trace *entry, uint32_t kind, struct trace_source source, uint32_t detail,
                              uint64_t address, uint64_t pc)
{
    entry->time = sysreg_read(cntvct_el0);
    entry->kind = (uint16_t)kind;
    entry->partition = source.partition;
    entry->vcpu = source.vcpu;
    entry->detail = detail;
    entry->address = address;
    entry->pc = pc;
}

/* One exit. On its own core, interrupts masked. */
static inline void trace_exit(uint32_t kind, struct trace_source source, uint32_t detail, uint64_t address)
{
    struct trace_ring *ring = &this_core()->trace;

    trace_fill(&ring->entries[ring->written % BULKHEAD_TRACE_ENTRIES], kind, source, detail, address,
               sysreg_read(elr_el2));
    ring->written++;
}

/* Life or trouble: into the trace and into the events, and the service core is asked to tell people. */
void trace_event(uint32_t kind, struct trace_source source, uint32_t detail, uint64_t address, uint64_t pc);

#endif
