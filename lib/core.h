/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State of a physical core, and how cores call on each other.
 *
 * A core's state has one writer, the core itself; TPIDR_EL2 points to it. The exception is spelled out in
 * `posts`: a word that only the sending core stores and only the receiving core compares, so that
 * posting never waits and never retries.
 */
#ifndef LIB_CORE_H
#define LIB_CORE_H

#include "include/bulkhead/trace.h"
#include "lib/config.h"

/* What a core may be asked to look at. The reason is all a post says: what is to be done stands in the state. */
enum post_kind {
    POST_VCPU,    /* the state of a vCPU pinned to you has changed */
    POST_CONSOLE, /* there is console output to drain */
    POST_HALT,    /* the system is entering its safe state */
    POST_KINDS,
};

struct trace_ring {
    uint64_t written;
    struct bulkhead_trace entries[BULKHEAD_TRACE_ENTRIES];
};

struct event_ring {
    uint64_t written;
    struct bulkhead_trace entries[BULKHEAD_EVENT_ENTRIES];
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

struct core_state {
    /* The vectors know the offsets of the first three (arch/arm64/offsets.h). */
    uint64_t stack_top;         /* EL2 stack, copied from the configuration */
    uint64_t serror_window;     /* not 0: an SError now is charged to the vCPU that is being put */
    uint64_t serror_syndrome;   /* ESR_EL2 of an SError taken in that window; bit 63 set: there was one */
    struct vcpu_state *current; /* the vCPU on this core, or NULL */
    const struct core_config *config;
    uint32_t index;                        /* into core_configs[] */
    uint32_t online;                       /* 1 once the core's EL2 is up; read by others */
    uint32_t faulted;                      /* how far this core is in the fault path; 0: not at all */
    uint64_t gicr;                         /* address of this core's redistributor */
    uint32_t posts[MAX_CORES][POST_KINDS]; /* [receiver]: stored by this core alone */
    uint32_t seen[MAX_CORES][POST_KINDS];  /* [sender]: what this core has answered */
    struct trace_ring trace;
    struct event_ring events;
} __attribute__((aligned(SEPARATION)));

#endif
