/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A core that is simulated event by event: interrupts, servers by priority, in each server tasks by priority, sections that
 * nothing pre-empts. It knows none of the equations; what it is told to do is random (sets.c), and what it measures is held
 * against the bounds (simulate.c). Times are whole units.
 */
#ifndef TESTS_CONFIG_RTA_WORLD_H
#define TESTS_CONFIG_RTA_WORLD_H

#include "rta.h"

#include <stdbool.h>
#include <stdint.h>

#define MAX_SERVERS 3U
#define MAX_WORKERS 5U
#define MAX_SOURCES 2U
#define MAX_CHUNKS 3U /* of a sporadic server: few, so that they are merged often */
#define FAR INT64_MAX

/* A task, or an interrupt. What it is, then how it behaves in one run, then where it stands. */
struct worker {
    int64_t cost, period, jitter, deadline, lock;
    unsigned priority;
    struct rta_bound bound;

    int64_t first;  /* arrival */
    bool early;     /* the first release as late as may be, the others as early; else at random */
    bool full;      /* always the whole cost */
    int64_t spread; /* arrivals come up to that much later than one period after the last */

    int64_t arrival, release; /* of the next job */
    int64_t since, left;      /* of the one that runs: arrival; work, 0: none */
    int64_t order;            /* its release */
    int64_t done;             /* work of it that is done */
    int64_t worst;            /* longest response */
    int64_t jobs;
    bool overrun;
};

struct chunk {
    int64_t at, amount;
};

struct server {
    struct rta_server is;
    bool dedicated; /* no budget: the core is its own */
    bool served;
    struct worker workers[MAX_WORKERS];
    unsigned count;

    int64_t phase; /* of its periods */
    int64_t hog;   /* from then on its background never rests */

    int64_t budget, renewal;
    struct chunk chunks[MAX_CHUNKS];
    unsigned chunk_count;
    bool ready;
};

struct world {
    struct server servers[MAX_SERVERS]; /* the most urgent first */
    unsigned server_count;
    struct worker sources[MAX_SOURCES]; /* interrupts */
    unsigned source_count;
    int64_t section;    /* the longest that cannot be pre-empted */
    int64_t section_at; /* one begins then, if the core is idle; and at random before releases */
    int64_t now, section_left;
};

uint64_t world_random(void);
void world_seed(uint64_t seed);
int64_t world_between(int64_t least, int64_t most);

/* Runs it from time 0 to `end`. */
void world_run(struct world *world, int64_t end);

#endif
