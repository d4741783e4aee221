/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model of SMMUv3 for unit tests, written from Arm IHI 0070: registers, queues, and what is worse than in QEMU. Stream table
 * entries and translations stay cached until a command says otherwise; commands can be carried out late, never, or be refused;
 * the memory of a model that is not coherent is not what the core has written until it is cleaned.
 */
#ifndef TESTS_UNIT_SMMU_SMMUV3_MODEL_H
#define TESTS_UNIT_SMMU_SMMUV3_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_BASE 0x09050000U
#define MODEL_COMMANDS_LOG2 3U
#define MODEL_EVENTS_LOG2 3U
#define MODEL_COMMANDS (1U << MODEL_COMMANDS_LOG2)
#define MODEL_EVENTS (1U << MODEL_EVENTS_LOG2)
#define MODEL_STREAMS 4U

struct model {
    /* What a test sets. */
    uint32_t idr0, idr1, idr5;
    bool stuck;                         /* commands are not consumed */
    uint32_t refuse;                    /* the command with this opcode is refused; 0: none */
    bool deaf_gbpa, deaf_cr0, deaf_irq; /* an update is never acknowledged */
    bool coherent;
    /* What it saw. */
    uint32_t commands; /* that were consumed */
    uint64_t log[64][2];
    uint32_t written_while_enabled; /* registers that may not be */
    uint32_t early;                 /* stores to the queue over commands that were not consumed */
    bool bypassed;                  /* there was a moment in which a device would have been let through */
    uint32_t gerror, gerrorn;
    uint32_t cr0, irq_ctrl, gbpa;
    uint32_t events_dropped;
};

extern struct model model;

/* As after reset, with what QEMU says in the ID registers. */
void model_reset(void);

/* The driver's memory: what it was configured with. */
extern uint64_t model_commands[2U * MODEL_COMMANDS];
extern uint64_t model_events[4U * MODEL_EVENTS];
extern uint64_t model_entries[8U * MODEL_STREAMS];

/* Goes on after `stuck`. */
void model_resume(void);
/* A write of a device. True: it reached the memory of partition `vmid`. */
bool model_access(uint32_t stream, uint32_t vmid);
/* The SMMU records an event. */
void model_event(uint64_t word0, uint64_t word1, uint64_t word2, uint64_t word3);
/* Bits of GERROR become active. */
void model_error(uint32_t bits);

#endif
