/* SPDX-License-Identifier: Apache-2.0 OR MIT OR BSD-2-Clause */
/*
 * Trace and event records: fixed size, one ring for each core, one writer each, always on.
 *
 * A ring holds the last records of its core; `written` counts all that were ever written, so record number n stands
 * at n modulo the ring's size until it is overwritten. Exits go into a ring of BULKHEAD_TRACE_ENTRIES; what people
 * should see (life and events) goes into one of BULKHEAD_EVENT_ENTRIES as well, so that no storm of exits hides it.
 */
#ifndef BULKHEAD_TRACE_H
#define BULKHEAD_TRACE_H

#define BULKHEAD_TRACE_ENTRIES 256
#define BULKHEAD_EVENT_ENTRIES 32

#ifndef __ASSEMBLER__
#include <stdint.h>

struct bulkhead_trace {
    uint64_t time;     /* CNTVCT ticks; one timebase for all partitions and cores */
    uint16_t kind;     /* enum bulkhead_trace_kind */
    uint8_t partition; /* index, or 0xff for the hypervisor itself */
    uint8_t vcpu;      /* index within the partition, or 0xff */
    uint32_t detail;   /* see the kind */
    uint64_t address;  /* see the kind */
    uint64_t pc;       /* the guest's, or 0 */
};

enum bulkhead_trace_kind {
    BULKHEAD_TRACE_NONE = 0,
    /* Life of vCPUs and partitions. */
    BULKHEAD_TRACE_CORE_START = 1, /* address: MPIDR */
    BULKHEAD_TRACE_VCPU_LOAD = 2,
    BULKHEAD_TRACE_VCPU_PUT = 3,
    BULKHEAD_TRACE_PARTITION_LOAD = 4, /* reload from the pristine image begins */
    BULKHEAD_TRACE_PARTITION_RUN = 5,
    BULKHEAD_TRACE_PARTITION_STOP = 6, /* detail: 0 off, 1 restart */
    /* Exits. */
    BULKHEAD_TRACE_CALL = 16,   /* HVC or SMC; detail: function id, address: first argument */
    BULKHEAD_TRACE_IRQ = 17,    /* detail: physical INTID */
    BULKHEAD_TRACE_MMIO = 18,   /* detail: ESR, address: IPA */
    BULKHEAD_TRACE_SYSREG = 19, /* detail: ESR */
    /* Events: something that should not happen in a healthy system. */
    BULKHEAD_EVENT_ABORT = 64,        /* stage-2 abort answered with an external abort; detail: ESR, address: IPA */
    BULKHEAD_EVENT_SYSREG = 65,       /* denied system register; detail: ESR */
    BULKHEAD_EVENT_SERROR = 67,       /* detail: ESR */
    BULKHEAD_EVENT_CRASH = 68,        /* by hypercall; address: the guest's code */
    BULKHEAD_EVENT_CORE_MISSING = 69, /* a core did not start; detail: core, address: firmware's answer */
    BULKHEAD_EVENT_EXIT = 70,         /* an exit nobody expects; detail: ESR */
    BULKHEAD_EVENT_SPURIOUS = 71,     /* interrupt nobody owns; detail: physical INTID */
    BULKHEAD_EVENT_OUTPUT_LOST = 72,  /* written to a full virtual UART; detail: characters since the last such event */
    BULKHEAD_EVENT_ALL_OFF = 73,      /* the last vCPU of a partition that was on has called CPU_OFF */
};
#endif

#endif
