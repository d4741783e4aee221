/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random systems, analysed by config/compiler/rta*.c and simulated: simulate SEED SETS. Status 1, and the system, as soon as
 * a simulated response is longer than its bound. Prints how far the bounds are from the longest responses seen.
 */
#include "sets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define RUNS 8U
#define KINDS 4U /* alone on a core, and of each kind of server */
#define MAX_RATIOS 400000U

static struct ratios {
    uint32_t count;
    uint32_t exact;
    double all[MAX_RATIOS];
} ratios[KINDS];
static int64_t job_count;

static const char *const kinds[KINDS] = {"alone on a core", "in a periodic server", "in a sporadic server",
                                         "in a deferrable server"};

static void print_worker(const char *what, const struct worker *worker)
{
    printf("  %s: C %" PRId64 " T %" PRId64 " D %" PRId64 " J %" PRId64 " priority %u lock %" PRId64 "; bound %" PRIu64
           "%s, longest %" PRId64 "%s\n",
           what, worker->cost, worker->period, worker->deadline, worker->jitter, worker->priority, worker->lock,
           worker->bound.response, worker->bound.met ? "" : " (not met)", worker->worst,
           worker->overrun ? ", overrun" : "");
}

static void print_world(const struct world *world)
{
    printf("  section %" PRId64 "\n", world->section);
    for (unsigned i = 0; i < world->source_count; i++) {
        print_worker("interrupt", &world->sources[i]);
    }
    for (unsigned i = 0; i < world->server_count; i++) {
        const struct server *server = &world->servers[i];
        printf("  %s: budget %" PRIu64 " period %" PRIu64 "\n", kinds[server->dedicated ? 0 : 1U + server->is.kind],
               server->is.budget, server->is.period);
        for (unsigned j = 0; j < server->count; j++) {
            print_worker("  task", &server->workers[j]);
        }
    }
}

static bool is_within(const struct worker *worker)
{
    return !worker->bound.met || (!worker->overrun && (uint64_t)worker->worst <= worker->bound.response);
}

static bool all_within(const struct world *world)
{
    bool within = true;
    for (unsigned i = 0; i < world->server_count; i++) {
        for (unsigned j = 0; j < world->servers[i].count; j++) {
            within = within && is_within(&world->servers[i].workers[j]);
        }
    }
    return within;
}

static void note(const struct world *world)
{
    for (unsigned i = 0; i < world->server_count; i++) {
        const struct server *server = &world->servers[i];
        struct ratios *kind = &ratios[server->dedicated ? 0 : 1U + server->is.kind];
        for (unsigned j = 0; j < server->count; j++) {
            const struct worker *worker = &server->workers[j];
            job_count += worker->jobs;
            if (worker->bound.met && worker->worst != 0 && kind->count < MAX_RATIOS) {
                kind->exact += (uint64_t)worker->worst == worker->bound.response ? 1U : 0U;
                kind->all[kind->count++] = (double)worker->bound.response / (double)worker->worst;
            }
        }
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void summarise(void)
{
    for (unsigned i = 0; i < KINDS; i++) {
        struct ratios *kind = &ratios[i];
        if (kind->count != 0) {
            qsort(kind->all, kind->count, sizeof(kind->all[0]), compare);
            printf("bound / longest response, %s: %u tasks, %u exact, median %.2f, 95 %% up to %.2f, most %.2f\n",
                   kinds[i], kind->count, kind->exact, kind->all[kind->count / 2U],
                   kind->all[(uint32_t)((uint64_t)kind->count * 95U / 100U)], kind->all[kind->count - 1U]);
        }
    }
}

static bool try_set(uint64_t seed)
{
    static struct world world;
    world_seed(seed);
    sets_make(&world, seed % 2U == 0);
    sets_analyse(&world);
    for (unsigned run = 0; run < RUNS; run++) {
        if (run % 2U == 0) {
            sets_at_worst(&world);
        } else {
            sets_at_random(&world);
        }
        world_run(&world, RUN_END);
        if (!all_within(&world)) {
            printf("seed %" PRIu64 ", run %u: a response is longer than its bound\n", seed, run);
            print_world(&world);
            return false;
        }
    }
    note(&world);
    return true;
}

int main(int argc, char **argv)
{
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 0) : 1000;
    for (uint64_t i = 0; i < count; i++) {
        if (!try_set(first + i)) {
            return 1;
        }
    }
    printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRId64 " jobs, no response longer than its bound\n", first,
           first + count - 1U, job_count);
    summarise();
    return 0;
}
