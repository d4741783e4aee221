/* SPDX-License-Identifier: Apache-2.0 */
/* What the model knows of time: tasks of a vCPU, what the hypervisor costs on this board, and what came of the analysis. */
#ifndef CONFIG_COMPILER_TIMING_H
#define CONFIG_COMPILER_TIMING_H

#include "rta.h"

#define MAX_TASKS 32U /* of a vCPU */
#define NS_PER_US 1000U

/* Why something goes before a task. */
enum term_kind {
    TERM_TASK,    /* a task of the vCPU that is as urgent or more */
    TERM_RELEASE, /* the interrupt that releases a task of the vCPU, whichever */
    TERM_DEVICE,  /* an interrupt of a device of the partition */
    TERM_CONSOLE, /* the service core tells of what came, or of room for more, on the virtual console */
    TERM_CORES,   /* the partition's other vCPUs */
    TERM_BOOT,    /* the boot core looks after the others, once */
};

/* One sum of the equation: load, and where its numbers come from. */
struct term {
    enum term_kind kind;
    const char *name;
    int node;
    const char *property; /* of the node; NULL: the node itself */
};

struct task {
    int node;
    const char *name;  /* without "task-" */
    const char *basis; /* where wcet-us comes from; NULL: not said */
    uint32_t priority;
    uint64_t wcet; /* all times in ns */
    uint64_t period;
    uint64_t deadline;
    uint64_t jitter;
    uint64_t lock;      /* blocking-us: of less urgent work of the guest */
    uint64_t blocking;  /* lock, and the longest section of EL2 */
    struct term *terms; /* with the load of the same index */
    struct rta_load *loads;
    uint32_t term_count;
    struct rta_bound bound;
};

struct timing {
    struct task *tasks; /* in the order of the file */
    uint32_t task_count;
    uint64_t handler; /* ns, of the guest, for each interrupt */
    uint64_t sgi_interval;
    bool broken; /* an error has been reported: no analysis */
};

/* Of the board, in ns. */
struct overheads {
    int node;           /* negative: not there */
    uint64_t interrupt; /* EL2's work for one interrupt */
    uint64_t section;   /* its longest section with interrupts masked */
    uint64_t switching; /* from one vCPU to another */
    const char *basis;
    bool broken;
};

#endif
