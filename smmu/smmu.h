/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's SMMUs: streams of DMA masters are blocked, or see the memory of one partition. smmuv3*.c and smmuv2*.c implement
 * it, none.c where DMA has no SMMU; the config compiler chooses. `smmu` is an index into smmu_configs[].
 *
 * smmu_init() runs on the boot core before any partition does; smmu_stop() on any core that is in the fault path; all else on the
 * service core alone. Nothing here waits: what takes time is started, and looked at later with smmu_sync_poll(), by a caller who
 * has a limit. A function that answers false had no room in the command queue: to be called again.
 */
#ifndef SMMU_SMMU_H
#define SMMU_SMMU_H

#include "lib/config.h"

/* Commands that a later question is about. */
struct smmu_ticket {
    uint32_t position; /* in the queue, behind a synchronisation */
    uint32_t errors;   /* of the SMMU when the first of them was given */
};

enum smmu_answer {
    SMMU_BUSY,
    SMMU_DONE,
    SMMU_FAILED, /* a command was refused since the ticket was begun: what is in effect is not known */
};

/* Something that is wrong with the SMMU itself. Numbers are part of event records (include/bulkhead/trace.h). */
enum smmu_trouble {
    SMMU_WELL = 0,
    SMMU_COMMAND_ERROR = 2, /* a command was refused, and taken out of the queue */
    SMMU_EVENTS_LOST = 3,   /* the event queue was full, or could not be written */
    SMMU_FAILURE_MODE = 7,  /* it has found itself broken */
};

/* One access that was blocked, or could not be looked up. */
struct smmu_event {
    uint32_t stream; /* StreamID */
    uint32_t detail; /* number and flags as in BULKHEAD_EVENT_DMA */
    uint64_t address;
};

/*
 * Blocks everything, then checks that this is the SMMU that is configured and sets it up with every stream blocked. Returns NULL, or
 * what differs or does not answer, with what was `found` and what was `expected`. The wait for each answer is bounded.
 */
const char *smmu_init(uint32_t smmu, uint64_t *found, uint64_t *expected);

/* From here on the stream's accesses are looked up in the partition's memory. To be followed by a synchronisation. */
bool smmu_attach(const struct partition_config *partition, const struct stream_config *stream);
/* From here on they are blocked. To be followed by smmu_forget() of the partition and a synchronisation. */
bool smmu_detach(const struct stream_config *stream);
/* Nothing of the partition's translations may stay cached. */
bool smmu_forget(uint32_t smmu, const struct partition_config *partition);

/* Before the first of the commands that are to be synchronised. */
void smmu_begin(uint32_t smmu, struct smmu_ticket *ticket);
/* After the last. */
bool smmu_sync(uint32_t smmu, struct smmu_ticket *ticket);
/* SMMU_DONE: all of them are in effect, and every access that went before them is complete. */
enum smmu_answer smmu_sync_poll(uint32_t smmu, const struct smmu_ticket *ticket);

/* Takes the oldest event out. False: there is none. */
bool smmu_next_event(uint32_t smmu, struct smmu_event *event);
/* Finds one thing that is wrong, if there is one, and puts it right as far as that can be done. more: what the registers said. */
enum smmu_trouble smmu_check(uint32_t smmu, uint64_t *more);

/* The system ends: every SMMU is told to block everything, without waiting for it. */
void smmu_stop(void);

#endif
