/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changes at run time, and whose it is (DESIGN rule: every mutable object belongs to a core, to a
 * partition or to the board).
 */
#ifndef PARTITIONS_STATE_H
#define PARTITIONS_STATE_H

#include "arch/arm64/context.h"
#include "arch/arm64/ticket.h"
#include "lib/config.h"
#include "lib/core.h"
#include "partitions/vgic.h"
#include "partitions/vuart.h"

enum vcpu_power {
    VCPU_OFF,
    VCPU_ON_PENDING, /* CPU_ON was accepted; its core has not picked it up */
    VCPU_ON,
};

/* One vCPU. `context` is worked on by its core alone; the rest belongs to the partition, under its lock. */
struct vcpu_state {
    struct vcpu_context context;
    const struct vcpu_config *config;
    struct partition_state *partition;
    enum vcpu_power power;
    bool loaded;         /* on its core at the moment; only that core changes it */
    uint32_t generation; /* of the partition's memory, as this core's TLBs and caches know it */
    ipa_t entry;         /* of the CPU_ON that is pending */
    uint64_t argument;
    struct vgic_cpu_state vgic;
} __attribute__((aligned(SEPARATION)));

enum partition_phase {
    PARTITION_STOPPED,   /* no vCPU runs; nothing will start one */
    PARTITION_STOPPING,  /* vCPUs are leaving their cores */
    PARTITION_DETACHING, /* the service core makes its DMA masters quiet and blocks their streams (partitions/dma.h) */
    PARTITION_RELEASING, /* the boot vCPU's core takes its interrupts off; */
    PARTITION_LOADING,   /* it reloads the memory; */
    PARTITION_RESETTING, /* it resets the machine that the guest sees */
    PARTITION_ATTACHING, /* the service core sets its PCI functions up and lets its streams through */
    PARTITION_RUNNING,
};

/* Where the loader is (partitions/loader.c). */
struct loader_state {
    uint32_t region; /* index into partition_config.memory */
    uint64_t offset; /* of the next page in it */
    uint32_t copy;   /* first piece that does not end before that page */
};

/* What the service core does for a partition's DMA masters (partitions/dma.h), and what came of it. */
enum dma_wanted {
    DMA_DETACH,
    DMA_ATTACH,
};

enum dma_answer {
    DMA_GOOD,
    DMA_BAD,
    DMA_AWAITED,
};

/* One partition; everything under `lock`, which only the cores of this partition's vCPUs take. */
struct partition_state {
    union ticket_lock lock;
    const struct partition_config *config;
    enum partition_phase phase;
    bool restart;        /* what PARTITION_STOPPING leads to */
    uint32_t restarts;   /* since boot */
    uint32_t generation; /* counts loads of the memory */
    /* Worked on by the boot vCPU's core alone, in the phases that are its work. */
    uint32_t step; /* of PARTITION_RELEASING and PARTITION_RESETTING: parts that are done */
    struct loader_state loader;
    struct vgic_state vgic;
    /* Handed over: while the answer is awaited, to the service core, then back. */
    struct {
        enum dma_wanted wanted;
        enum dma_answer answer;
    } __attribute__((aligned(SEPARATION))) dma;
} __attribute__((aligned(SEPARATION)));

#endif
