/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Response times under fixed-priority pre-emptive scheduling, on plain numbers: nothing here knows of device trees.
 * docs/response-times.md has the equations and where they come from.
 *
 * @implements REQ-RTA-003
 *
 * All times are nanoseconds. Sums and products stop at RTA_NEVER instead of wrapping around, so that what is too large to
 * be a number is too late, never early.
 */
#ifndef CONFIG_COMPILER_RTA_H
#define CONFIG_COMPILER_RTA_H

#include <stdbool.h>
#include <stdint.h>

#define RTA_NEVER UINT64_MAX
/* A search for a response time ends after so many steps, without one. */
#define RTA_STEPS 50000U

/* Work that goes first: in any window of length w at most ceil((w + jitter) / period) times cost. period is not 0. */
struct rta_load {
    uint64_t cost;
    uint64_t period; /* RTA_NEVER: once */
    uint64_t jitter;
};

struct rta_loads {
    const struct rta_load *items;
    uint32_t count;
};

/* One activation of what is asked for. Its deadline counts from its arrival and is not after the next one. */
struct rta_job {
    uint64_t cost;
    uint64_t blocking; /* less urgent work in progress that cannot be pre-empted */
    uint64_t jitter;   /* from arrival to release, at most */
    uint64_t deadline;
};

/*
 * What came out. If met: window is the equation's least solution w. If not: window is the last w that was tried and
 * `demand` the right-hand side there, with which the deadline is passed; or, if gave_up, neither is an answer.
 */
struct rta_bound {
    bool met;
    bool gave_up;
    uint64_t window;
    uint64_t demand;
    uint64_t response; /* jitter (and, in a server, the first wait) and window; if not met, and demand */
};

enum rta_server_kind {
    RTA_PERIODIC,   /* budget anew each period; what is not used at once is lost */
    RTA_SPORADIC,   /* what is used comes back one period later; a bounded list, merged to the later time */
    RTA_DEFERRABLE, /* budget anew each period; what is not used is kept until then */
};

/* Whatever runs in it gets `budget` in each `period`, and no more. */
struct rta_server {
    enum rta_server_kind kind;
    uint64_t budget;
    uint64_t period;
};

/* Arithmetic that stops at RTA_NEVER. */
uint64_t rta_add(uint64_t a, uint64_t b);
uint64_t rta_multiply(uint64_t a, uint64_t b);

/* How often a load arrives in a window, and the work of all of them. */
uint64_t rta_arrivals(uint64_t window, const struct rta_load *load);
uint64_t rta_demand(uint64_t window, struct rta_loads loads);

/* Joseph and Pandya 1986, with blocking and jitter (Audsley et al. 1993): a job alone with the loads on a core. */
struct rta_bound rta_response(const struct rta_job *job, struct rta_loads urgent);

/* What less urgent servers see of a server. `overhead` is added to each period's budget. */
struct rta_load rta_server_load(const struct rta_server *server, uint64_t overhead);

/* From the arrival of a job in the server, at the worst moment, to the first instant from which budget is there. */
uint64_t rta_server_wait(const struct rta_server *server);

/* The server gets its budget in each period, although `above` goes first. */
bool rta_server_is_served(const struct rta_server *server, uint64_t blocking, struct rta_loads above);

/*
 * Davis and Burns 2005: a job in a server. `urgent` is in the same server; `above` is what goes before the server, which
 * must be served (see there). job->blocking is work inside the server; `outside` delays the server itself.
 */
struct rta_bound rta_server_response(const struct rta_job *job, struct rta_loads urgent,
                                     const struct rta_server *server, uint64_t outside, struct rta_loads above);

#endif
