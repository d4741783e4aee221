/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same where a vCPU has a budget: what a server takes from others, whether it gets its own, and response times in it.
 * @implements REQ-RTA-002
 */
#include "rta.h"

/*
 * A deferrable server can spend the budget of one period at its very end and the next one at once: seen from below, it
 * arrives with a jitter of what lies between (Strosnider, Lehoczky and Sha 1995). A sporadic one cannot, because what it
 * spends comes back a whole period later (Sprunt, Sha and Lehoczky 1989).
 */
struct rta_load rta_server_load(const struct rta_server *server, uint64_t overhead)
{
    uint64_t idle = server->period - server->budget;
    return (struct rta_load){
        .cost = rta_add(server->budget, overhead),
        .period = server->period,
        .jitter = server->kind == RTA_DEFERRABLE ? idle : 0U,
    };
}

/*
 * Less urgent work in the server has spent the budget just before. It is there again at the start of the next period; of
 * a sporadic server whose replenishments were merged, all of it one period after the last was spent.
 */
uint64_t rta_server_wait(const struct rta_server *server)
{
    return server->kind == RTA_SPORADIC ? server->period : server->period - server->budget;
}

bool rta_server_is_served(const struct rta_server *server, uint64_t blocking, struct rta_loads above)
{
    struct rta_job job = {.cost = server->budget, .blocking = blocking, .deadline = server->period};
    return server->budget != 0 && server->budget <= server->period && rta_response(&job, above).met;
}

struct step {
    const struct rta_job *job;
    struct rta_loads urgent;
    const struct rta_server *server;
    uint64_t outside;
    struct rta_loads above;
};

/* The right-hand side: work in the server, the gaps between its budgets, and what goes before it in the last period. */
static uint64_t rta_server_demand(const struct step *step, uint64_t window)
{
    const struct rta_server *server = step->server;
    uint64_t wait = rta_server_wait(server);
    uint64_t work = rta_add(step->job->cost, step->job->blocking);
    work = rta_add(work, rta_demand(rta_add(window, wait), step->urgent));
    uint64_t full = (work - 1U) / server->budget; /* periods whose budget is used up; work is not 0 */
    uint64_t before = rta_multiply(full, server->period);
    uint64_t last = window > before ? window - before : 0U;
    uint64_t gaps = rta_multiply(full, server->period - server->budget);
    return rta_add(rta_add(work, gaps), rta_add(step->outside, rta_demand(last, step->above)));
}

struct rta_bound rta_server_response(const struct rta_job *job, struct rta_loads urgent,
                                     const struct rta_server *server, uint64_t outside, struct rta_loads above)
{
    struct step step = {job, urgent, server, outside, above};
    uint64_t first = rta_add(job->jitter, rta_server_wait(server));
    struct rta_bound bound = {.window = rta_add(job->cost, job->blocking)};
    for (uint32_t i = 0; i < RTA_STEPS; i++) {
        bound.demand = rta_server_demand(&step, bound.window);
        bound.response = rta_add(first, bound.demand);
        if (bound.response > job->deadline) {
            return bound;
        }
        if (bound.demand <= bound.window) { /* all that has arrived by then is done by then */
            bound.met = true;
            bound.response = rta_add(first, bound.window);
            return bound;
        }
        bound.window = bound.demand;
    }
    bound.gave_up = true;
    return bound;
}
