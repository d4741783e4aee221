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

/* The source as it stands in the second word of a record: kind, partition, vCPU and detail, from its lowest bit up. */
static inline uint64_t trace_source_bits(struct trace_source source)
{
    return (uint64_t)source.partition << 16 | (uint64_t)source.vcpu << 24;
}

/* trace.c proves where the fields stand in the words. */
static inline void trace_fill(union trace_entry *entry, uint64_t source, uint32_t kind, uint32_t detail,
                              uint64_t address, uint64_t pc)
{
    entry->word[0] = sysreg_read(cntvct_el0);
    entry->word[1] = source + kind + ((uint64_t)detail << 32);
    entry->word[2] = address;
    entry->word[3] = pc;
}

/* One exit of what runs on this core. Interrupts masked. pc: the guest's. */
static inline void trace_exit(struct core_state *self, uint32_t kind, uint32_t detail, uint64_t address, uint64_t pc)
{
    uint64_t source = self->trace.source;
    uint64_t number = self->trace.written;

    self->trace.written = number + 1U;
    trace_fill(&self->trace.entries[number % BULKHEAD_TRACE_ENTRIES], source, kind, detail, address, pc);
}

/* Life or trouble: into the trace and into the events, and the service core is asked to tell people. */
void trace_event(uint32_t kind, struct trace_source source, uint32_t detail, uint64_t address, uint64_t pc);

#endif
