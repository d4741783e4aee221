/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The response-time equation of a job on a core, and its arithmetic.
 * @implements REQ-RTA-001
 */
#include "rta.h"

uint64_t rta_add(uint64_t a, uint64_t b)
{
    return a > RTA_NEVER - b ? RTA_NEVER : a + b;
}

uint64_t rta_multiply(uint64_t a, uint64_t b)
{
    return b != 0 && a > RTA_NEVER / b ? RTA_NEVER : a * b;
}

uint64_t rta_arrivals(uint64_t window, const struct rta_load *load)
{
    uint64_t length = rta_add(window, load->jitter);
    return length / load->period + (length % load->period != 0 ? 1U : 0U);
}

uint64_t rta_demand(uint64_t window, struct rta_loads loads)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < loads.count; i++) {
        sum = rta_add(sum, rta_multiply(rta_arrivals(window, &loads.items[i]), loads.items[i].cost));
    }
    return sum;
}

struct rta_bound rta_response(const struct rta_job *job, struct rta_loads urgent)
{
    uint64_t own = rta_add(job->cost, job->blocking);
    struct rta_bound bound = {.window = own};
    for (uint32_t step = 0; step < RTA_STEPS; step++) {
        bound.demand = rta_add(own, rta_demand(bound.window, urgent));
        bound.response = rta_add(job->jitter, bound.demand);
        if (bound.response > job->deadline) {
            return bound;
        }
        if (bound.demand == bound.window) {
            bound.met = true;
            return bound;
        }
        bound.window = bound.demand;
    }
    bound.gave_up = true;
    return bound;
}
