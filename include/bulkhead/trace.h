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
    BULKHEAD_EVENT_DMA =
        74, /* an SMMU blocked an access; detail: see below, address: the device's, pc: StreamID, SMMU << 32 */
    BULKHEAD_EVENT_DMA_DEVICE =
        75, /* an SMMU or a device does not do its part; detail: enum bulkhead_dma_trouble, address, pc: see there */
    BULKHEAD_EVENT_DMA_COUNT =
        76, /* more of this partition's accesses were blocked; detail: how many since the last such event */
};

/*
 * detail of BULKHEAD_EVENT_DMA: the SMMU's number of the event (SMMUv3: Arm IHI 0070, 7.3; an SMMUv2's are put into the same
 * numbers) and what is known of the access. No flag: a write of data by a device that is not privileged.
 */
#define BULKHEAD_DMA_NUMBER 0xffU
#define BULKHEAD_DMA_STREAM_BLOCKED 0x04U /* nobody has it, or its partition does not run */
#define BULKHEAD_DMA_TRANSLATION 0x10U    /* nothing there */
#define BULKHEAD_DMA_ADDRESS_SIZE 0x11U
#define BULKHEAD_DMA_ACCESS 0x12U
#define BULKHEAD_DMA_PERMISSION 0x13U
#define BULKHEAD_DMA_READ (1U << 8)
#define BULKHEAD_DMA_INSTRUCTION (1U << 9)
#define BULKHEAD_DMA_PRIVILEGED (1U << 10)
#define BULKHEAD_DMA_STAGE2 (1U << 11)
#define BULKHEAD_DMA_CLASS_SHIFT 12 /* two bits: 0 a context descriptor, 1 a table, 2 the access itself */

/* detail of BULKHEAD_EVENT_DMA_DEVICE; pc is the SMMU's number, or the PCI function (bus << 8 | device << 3 | function). */
enum bulkhead_dma_trouble {
    BULKHEAD_DMA_QUEUE_STUCK = 1,    /* commands were not carried out in time: the partition stays off */
    BULKHEAD_DMA_COMMAND_ERROR = 2,  /* address: GERROR that are active, CMDQ_CONS << 32 */
    BULKHEAD_DMA_EVENTS_LOST = 3,    /* the SMMU had no room for events; address: as above */
    BULKHEAD_DMA_NOT_IDLE = 4,       /* transfers of a function did not end in time: the partition stays off */
    BULKHEAD_DMA_OTHER_DEVICE = 5,   /* not the function that is configured; address: what differs (docs/pci.md) */
    BULKHEAD_DMA_NO_SERVICE = 6,     /* the service core has not come: a partition with DMA masters does not start */
    BULKHEAD_DMA_FAILURE_MODE = 7,   /* an SMMU has found itself broken */
    BULKHEAD_DMA_COMMAND_FAILED = 8, /* a command for this partition was refused: it stays off */
};
#endif

#endif
