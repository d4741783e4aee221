/* SPDX-License-Identifier: Apache-2.0 */
#include "sets.h"

#include <string.h>

#define MAX_LOADS (MAX_SOURCES + MAX_SERVERS + MAX_WORKERS)
#define BASE 6000 /* where the worst comes together: later than any jitter and period */

/* Periods from 16 to 2047, each power of two as likely. */
static int64_t random_period(void)
{
    int64_t low = 16LL << world_between(0, 6);
    return world_between(low, 2 * low - 1);
}

/* A part of a whole in percent, at least 1. */
static int64_t part(int64_t whole, int64_t percent)
{
    return whole * percent / 100 > 1 ? whole * percent / 100 : 1;
}

static void make_worker(struct worker *worker, int64_t percent)
{
    worker->period = random_period();
    worker->cost = part(worker->period, world_between(1, percent));
    worker->jitter = world_between(0, 2) == 0 ? world_between(0, worker->period / 3) : 0;
    worker->deadline = world_between(0, 3) == 0 ? world_between(worker->period / 2, worker->period) : worker->period;
    worker->priority = (unsigned)world_between(0, 4); /* some are equal */
}

static void make_tasks(struct server *server, int64_t percent)
{
    server->count = (unsigned)world_between(1, MAX_WORKERS);
    for (unsigned i = 0; i < server->count; i++) {
        make_worker(&server->workers[i], percent / server->count + 1);
    }
    struct worker *last = &server->workers[server->count - 1U];
    last->priority = 0;
    if (world_between(0, 2) == 0) {
        last->lock = world_between(1, last->cost);
    }
}

void sets_make(struct world *world, bool flat)
{
    memset(world, 0, sizeof(*world));
    world->section_at = -1;
    world->section = world_between(0, 2) == 0 ? world_between(2, 12) : 0;
    world->source_count = (unsigned)world_between(0, MAX_SOURCES);
    for (unsigned i = 0; i < world->source_count; i++) {
        make_worker(&world->sources[i], 8);
        world->sources[i].priority = 0;
    }
    world->server_count = flat ? 1U : (unsigned)world_between(1, MAX_SERVERS);
    for (unsigned i = 0; i < world->server_count; i++) {
        struct server *server = &world->servers[i];
        int64_t share = world_between(15, 90 / (int64_t)world->server_count + 10);
        server->dedicated = flat;
        server->is.kind = (enum rta_server_kind)world_between(RTA_PERIODIC, RTA_DEFERRABLE);
        server->is.period = (uint64_t)(random_period() / 4 + 8);
        server->is.budget = (uint64_t)part((int64_t)server->is.period, share);
        make_tasks(server, flat ? 160 : share);
        for (unsigned j = 0; !flat && j < server->count;
             j++) { /* longer than the server's period, or none would be met */
            struct worker *worker = &server->workers[j];
            worker->period = worker->deadline = worker->period * 2 + 3 * (int64_t)server->is.period;
        }
    }
}

static struct rta_load load_of(const struct worker *worker)
{
    return (struct rta_load){(uint64_t)worker->cost, (uint64_t)worker->period, (uint64_t)worker->jitter};
}

static struct rta_job job_of(const struct server *server, const struct worker *worker)
{
    int64_t lock = 0;
    for (unsigned i = 0; i < server->count; i++) {
        const struct worker *other = &server->workers[i];
        lock = other->priority < worker->priority && other->lock > lock ? other->lock : lock;
    }
    return (struct rta_job){(uint64_t)worker->cost, (uint64_t)lock, (uint64_t)worker->jitter,
                            (uint64_t)worker->deadline};
}

static uint32_t urgent_of(const struct server *server, const struct worker *worker, struct rta_load *loads,
                          uint32_t count)
{
    for (unsigned i = 0; i < server->count; i++) {
        const struct worker *other = &server->workers[i];
        if (other != worker && other->priority >= worker->priority) {
            loads[count++] = load_of(other);
        }
    }
    return count;
}

static void analyse_alone(const struct world *world, const struct server *server, struct worker *worker)
{
    struct rta_load loads[MAX_LOADS];
    struct rta_job job = job_of(server, worker);
    uint32_t count = 0;
    for (unsigned i = 0; i < world->source_count; i++) {
        loads[count++] = load_of(&world->sources[i]);
    }
    count = urgent_of(server, worker, loads, count);
    job.blocking += (uint64_t)world->section;
    worker->bound = rta_response(&job, (struct rta_loads){loads, count});
}

static void analyse_served(const struct world *world, struct server *server, struct rta_loads above)
{
    server->served = rta_server_is_served(&server->is, (uint64_t)world->section, above);
    for (unsigned i = 0; i < server->count; i++) {
        struct worker *worker = &server->workers[i];
        struct rta_load loads[MAX_LOADS];
        struct rta_job job = job_of(server, worker);
        struct rta_loads urgent = {loads, urgent_of(server, worker, loads, 0)};
        worker->bound = rta_server_response(&job, urgent, &server->is, (uint64_t)world->section, above);
        worker->bound.met = worker->bound.met && server->served;
    }
}

void sets_analyse(struct world *world)
{
    struct rta_load above[MAX_LOADS];
    uint32_t count = 0;
    for (unsigned i = 0; i < world->source_count; i++) {
        above[count++] = load_of(&world->sources[i]);
    }
    for (unsigned i = 0; i < world->server_count; i++) {
        struct server *server = &world->servers[i];
        for (unsigned j = 0; server->dedicated && j < server->count; j++) {
            analyse_alone(world, server, &server->workers[j]);
        }
        if (!server->dedicated) {
            analyse_served(world, server, (struct rta_loads){above, count});
            above[count++] = rta_server_load(&server->is, 0);
        }
    }
}

static void behave_at_random(struct worker *worker, bool spread)
{
    worker->first = world_between(0, worker->period);
    worker->early = world_between(0, 1) == 0;
    worker->full = world_between(0, 3) != 0;
    worker->spread = spread ? world_between(0, worker->period) : 0;
}

void sets_at_random(struct world *world)
{
    bool spread = world_between(0, 1) == 0;
    world->section_at = -1;
    for (unsigned i = 0; i < world->source_count; i++) {
        behave_at_random(&world->sources[i], spread);
    }
    for (unsigned i = 0; i < world->server_count; i++) {
        struct server *server = &world->servers[i];
        server->phase = world_between(0, (int64_t)server->is.period);
        server->hog = !server->dedicated && world_between(0, 1) == 0 ? world_between(0, RUN_END / 2) : FAR;
        for (unsigned j = 0; j < server->count; j++) {
            behave_at_random(&server->workers[j], spread);
        }
    }
}

/* Released at that moment, as late after the arrival as may be; the next ones as early as may be. */
static void behave_at_worst(struct worker *worker, int64_t release)
{
    worker->first = release - worker->jitter;
    worker->early = true;
    worker->full = true;
    worker->spread = 0;
}

/* A more urgent server that has nothing to do until then, and all it may take from then on, as close together as may be. */
static void attack_from(struct server *server, int64_t time)
{
    int64_t renewal = server->is.kind == RTA_DEFERRABLE ? time + (int64_t)server->is.budget : time;
    server->phase = renewal % (int64_t)server->is.period;
    server->hog = time;
    for (unsigned i = 0; i < server->count; i++) {
        behave_at_worst(&server->workers[i], RUN_END);
    }
}

/* The background of the server has used up the budget when all tasks are released; others attack in a later period. */
static void starve(struct world *world, struct server *victim)
{
    int64_t period = (int64_t)victim->is.period;
    int64_t start = BASE / period * period;
    int64_t attack = start + period * world_between(1, 6);
    victim->phase = 0;
    victim->hog = start;
    for (unsigned i = 0; i < victim->count; i++) {
        behave_at_worst(&victim->workers[i], start + (int64_t)victim->is.budget);
    }
    for (struct server *server = world->servers; server < victim; server++) {
        attack_from(server, attack);
    }
    for (struct server *server = victim + 1; server < &world->servers[world->server_count]; server++) {
        attack_from(server, RUN_END);
    }
    for (unsigned i = 0; i < world->source_count; i++) {
        behave_at_worst(&world->sources[i], attack);
    }
    world->section_at = attack - 1;
}

/* All at once, right after the least urgent has taken its lock, or the core has entered a section. */
static void press(struct world *world)
{
    struct server *server = &world->servers[0];
    struct worker *last = &server->workers[server->count - 1U];
    server->hog = FAR;
    for (unsigned i = 0; i < server->count; i++) {
        behave_at_worst(&server->workers[i], BASE);
    }
    if (last->lock != 0 && world_between(0, 1) == 0) {
        behave_at_worst(last, BASE - 1);
    }
    for (unsigned i = 0; i < world->source_count; i++) {
        behave_at_worst(&world->sources[i], BASE);
    }
    world->section_at = BASE - 1;
}

void sets_at_worst(struct world *world)
{
    if (world->servers[0].dedicated) {
        press(world);
    } else {
        starve(world, &world->servers[world_between(0, (int64_t)world->server_count - 1)]);
    }
}
