/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State of a physical core, and how cores call on each other.
 *
 * A core's state has one writer, the core itself; TPIDR_EL2 points to it.
 *
 * A post is a software-generated interrupt and nothing else: its number says which kind, its pending bit in the receiver's
 * redistributor is the mailbox. Senders only set it, so posting never waits and never retries; the receiver's
 * acknowledgement clears it before the receiver looks, so whatever is posted later interrupts again.
 */
#ifndef LIB_CORE_H
#define LIB_CORE_H

#include "include/bulkhead/trace.h"
#include "lib/config.h"

/*
 * What a core may be asked to look at, and the SGI that asks (0-7 are the non-secure world's by convention). The reason is
 * all a post says: what is to be done stands in the state.
 */
enum post_kind {
    POST_VCPU,    /* the state of a vCPU pinned to you has changed */
    POST_UART,    /* something was typed for your vCPU's partition, or its output was drained */
    POST_CONSOLE, /* there is console output to drain */
    POST_HALT,    /* the system is entering its safe state */
    POST_DMA,     /* there is work on DMA masters or SMMUs (partitions/dma.h) */
    POST_KINDS,
};

/* Not 0 once the system is entering its safe state: for cores that could not be interrupted yet. Set by any core. */
extern uint32_t system_ending;

/* A record, and its four words: the compiler does not join the stores of the fields. */
union trace_entry {
    struct bulkhead_trace record;
    uint64_t word[4];
};

struct trace_ring {
    uint64_t source; /* what runs here, as records name it (arch/arm64/trace.h) */
    uint64_t written;
    union trace_entry entries[BULKHEAD_TRACE_ENTRIES];
};

struct event_ring {
    uint64_t written;
    union trace_entry entries[BULKHEAD_EVENT_ENTRIES];
};

/*
 * Cores and partitions do not share cache lines or exclusive reservation granules (up to this size; the chips this
 * runs on have 64 bytes).
 */
#define SEPARATION 128U

/*
 * How many events of each core the service core has put into words; stored by the service core alone. A core posts
 * only if everything before its new event had been seen, so a flood of events costs one post for each round.
 */
extern uint64_t events_shown[MAX_CORES];

/* What a core's EL2 timer is used for (partitions/deadline.h). */
enum deadline {
    DEADLINE_CORES, /* have the other cores come? */
    DEADLINE_DMA,   /* waits of the service core */
    DEADLINES,
};

struct core_state {
    /* The vectors know the offsets of the first three (arch/arm64/offsets.h). */
    uint64_t stack_top;             /* EL2 stack, copied from the configuration */
    uint64_t serror_window;         /* not 0: an SError now is charged to the vCPU that is being put */
    uint64_t serror_syndrome;       /* ESR_EL2 of an SError taken in that window; bit 63 set: there was one */
    struct vcpu_state *current;     /* the vCPU on this core, or NULL */
    const struct mmio_config *mmio; /* virtual devices of its partition */
    const struct core_config *config;
    uint32_t index;          /* into core_configs[] */
    uint32_t online;         /* 1 once the core's EL2 is up; read by others */
    uint32_t faulted;        /* how far this core is in the fault path; 0: not at all */
    uint64_t gicr;           /* address of this core's redistributor */
    uint64_t due[DEADLINES]; /* CNTPCT; 0: nothing */
    struct trace_ring trace;
    struct event_ring events;
} __attribute__((aligned(SEPARATION)));

#endif
