/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <stddef.h>

static uint64_t state;

void world_seed(uint64_t seed)
{
    state = seed * 0x9e3779b97f4a7c15ULL + 1U;
}

/* xorshift64* (Vigna 2016). */
uint64_t world_random(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * 0x2545f4914f6cdd1dULL) >> 11;
}

int64_t world_between(int64_t least, int64_t most)
{
    return most <= least ? least : least + (int64_t)(world_random() % (uint64_t)(most - least + 1));
}

static void worker_start(struct worker *worker)
{
    worker->arrival = worker->first;
    worker->release = worker->first + (worker->early ? worker->jitter : world_between(0, worker->jitter));
    worker->left = 0;
}

static void worker_next(struct worker *worker)
{
    worker->arrival += worker->period + world_between(0, worker->spread);
    worker->release = worker->arrival + (worker->early ? 0 : world_between(0, worker->jitter));
}

/* A job that is released while the last one is not done is too late already; the new one is left out. */
static void worker_poll(struct worker *worker, int64_t now)
{
    while (worker->release <= now) {
        if (worker->left == 0) {
            worker->since = worker->arrival;
            worker->order = worker->release;
            worker->left = worker->full ? worker->cost : world_between(1, worker->cost);
            worker->done = 0;
        } else {
            worker->overrun = true;
        }
        worker_next(worker);
    }
}

static void worker_work(struct worker *worker, int64_t time, int64_t now)
{
    worker->left -= time;
    worker->done += time;
    if (worker->left == 0) {
        worker->jobs++;
        worker->worst = now - worker->since > worker->worst ? now - worker->since : worker->worst;
    }
}

/* The one with the larger priority; of equals the one that was released first. One that holds the guest's lock goes on. */
static struct worker *server_choose(struct server *server)
{
    struct worker *best = NULL;
    for (unsigned i = 0; i < server->count; i++) {
        struct worker *worker = &server->workers[i];
        if (worker->left != 0 && worker->done != 0 && worker->done < worker->lock) {
            return worker;
        }
        if (worker->left != 0 && (best == NULL || worker->priority > best->priority ||
                                  (worker->priority == best->priority && worker->order < best->order))) {
            best = worker;
        }
    }
    return best;
}

static bool server_has_work(struct server *server, int64_t now)
{
    return server->hog <= now || server_choose(server) != NULL;
}

/* A sporadic server that wakes up: what it has is had from now on. */
static void server_wake(struct server *server, int64_t now)
{
    while (server->chunk_count > 1U && server->chunks[1].at <= now) {
        server->chunks[0].amount += server->chunks[1].amount;
        server->chunk_count--;
        for (unsigned i = 1; i < server->chunk_count; i++) {
            server->chunks[i] = server->chunks[i + 1U];
        }
    }
    if (server->chunks[0].at < now) {
        server->chunks[0].at = now;
    }
}

/* What was used comes back one period after the time from which it could have been; if the list is full, with the last. */
static void server_replenish(struct server *server, int64_t used)
{
    struct chunk back = {server->chunks[0].at + (int64_t)server->is.period, used};
    server->chunks[0].amount -= used;
    if (server->chunks[0].amount == 0) {
        server->chunk_count--;
        for (unsigned i = 0; i < server->chunk_count; i++) {
            server->chunks[i] = server->chunks[i + 1U];
        }
    }
    struct chunk *last = server->chunk_count == 0 ? NULL : &server->chunks[server->chunk_count - 1U];
    if (last != NULL && (last->at == back.at || server->chunk_count == MAX_CHUNKS)) {
        last->at = back.at;
        last->amount += used;
    } else {
        server->chunks[server->chunk_count++] = back;
    }
}

static void server_poll(struct server *server, int64_t now)
{
    for (unsigned i = 0; i < server->count; i++) {
        worker_poll(&server->workers[i], now);
    }
    while (server->renewal <= now) {
        server->budget = (int64_t)server->is.budget;
        server->renewal += (int64_t)server->is.period;
    }
    bool ready = server_has_work(server, now);
    if (ready && !server->ready) {
        server_wake(server, now);
    }
    server->ready = ready;
}

/* What it may run for; 0: not now. */
static int64_t server_allowance(const struct server *server, int64_t now)
{
    if (server->dedicated) {
        return server->ready ? FAR : 0;
    }
    switch (server->is.kind) {
    case RTA_PERIODIC:
        return server->budget;
    case RTA_DEFERRABLE:
        return server->ready ? server->budget : 0;
    case RTA_SPORADIC:
        return server->ready && server->chunks[0].at <= now ? server->chunks[0].amount : 0;
    default:
        return 0;
    }
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t worker_event(const struct worker *worker, int64_t now)
{
    return worker->release > now ? worker->release : FAR;
}

static int64_t server_event(const struct server *server, int64_t now)
{
    int64_t next = server->hog > now ? server->hog : FAR;
    for (unsigned i = 0; i < server->count; i++) {
        next = least(next, worker_event(&server->workers[i], now));
    }
    next = least(next, server->renewal);
    for (unsigned i = 0; i < server->chunk_count; i++) {
        next = least(next, server->chunks[i].at > now ? server->chunks[i].at : FAR);
    }
    return next;
}

/* The next moment at which something may change by itself. */
static int64_t world_event(const struct world *world)
{
    int64_t next = world->section_at > world->now ? world->section_at : FAR;
    for (unsigned i = 0; i < world->source_count; i++) {
        next = least(next, worker_event(&world->sources[i], world->now));
    }
    for (unsigned i = 0; i < world->server_count; i++) {
        next = least(next, server_event(&world->servers[i], world->now));
    }
    return next;
}

static struct worker *world_interrupt(struct world *world)
{
    struct worker *best = NULL;
    for (unsigned i = 0; i < world->source_count; i++) {
        struct worker *source = &world->sources[i];
        if (source->left != 0 && (best == NULL || source->order < best->order)) {
            best = source;
        }
    }
    return best;
}

/* How long a server runs now, and what for: up to `until`, its budget's end, or the end of the job or of its lock. */
static int64_t server_run(struct server *server, int64_t now, int64_t until, int64_t allowance)
{
    struct worker *worker = server_choose(server);
    int64_t time = least(until - now, allowance);
    if (worker != NULL) {
        time = least(time, worker->left);
        time = worker->done < worker->lock ? least(time, worker->lock - worker->done) : time;
        worker_work(worker, time, now + time);
    }
    if (!server->dedicated && server->is.kind == RTA_SPORADIC) {
        server_replenish(server, time);
    } else if (!server->dedicated) {
        server->budget -= time;
    }
    return time;
}

static int64_t world_step(struct world *world, int64_t until)
{
    struct worker *source = world_interrupt(world);
    if (world->section_left != 0) {
        int64_t time = least(world->section_left, until - world->now);
        world->section_left -= time;
        return time;
    }
    if (source != NULL) {
        int64_t time = least(source->left, until - world->now);
        worker_work(source, time, world->now + time);
        return time;
    }
    for (unsigned i = 0; i < world->server_count; i++) {
        int64_t allowance = server_allowance(&world->servers[i], world->now);
        if (allowance > 0) {
            return server_run(&world->servers[i], world->now, until, allowance);
        }
    }
    if (world->section != 0 && (world->now == world->section_at || world_random() % 4U == 0)) {
        world->section_left = world->section; /* the idle core enters one */
        return 0;
    }
    if (world->section != 0 && until - world->now > 1) {
        return until - world->now - 1; /* to be idle once more right before something happens */
    }
    return until - world->now;
}

/* A period that began before time 0 has had its budget; of a periodic server what was idle until now is gone. */
static int64_t server_first_budget(const struct server *server)
{
    int64_t budget = (int64_t)server->is.budget;
    int64_t idle = (int64_t)server->is.period - server->phase;
    if (server->is.kind == RTA_PERIODIC) {
        return budget > idle ? budget - idle : 0;
    }
    return budget;
}

static void server_start(struct server *server)
{
    bool renewed = !server->dedicated && server->is.kind != RTA_SPORADIC;
    server->budget = renewed ? server_first_budget(server) : 0;
    server->renewal = renewed ? server->phase : FAR;
    server->chunk_count = 0;
    server->ready = false;
    if (!server->dedicated && server->is.kind == RTA_SPORADIC) {
        server->chunks[server->chunk_count++] = (struct chunk){0, (int64_t)server->is.budget};
    }
    for (unsigned i = 0; i < server->count; i++) {
        worker_start(&server->workers[i]);
    }
}

void world_run(struct world *world, int64_t end)
{
    world->now = 0;
    world->section_left = 0;
    for (unsigned i = 0; i < world->source_count; i++) {
        worker_start(&world->sources[i]);
    }
    for (unsigned i = 0; i < world->server_count; i++) {
        server_start(&world->servers[i]);
    }
    while (world->now < end) {
        for (unsigned i = 0; i < world->source_count; i++) {
            worker_poll(&world->sources[i], world->now);
        }
        for (unsigned i = 0; i < world->server_count; i++) {
            server_poll(&world->servers[i], world->now);
        }
        world->now += world_step(world, world_event(world));
    }
}
