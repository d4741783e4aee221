/* SPDX-License-Identifier: Apache-2.0 */
/* What goes before a task on its core: the terms of its equation, out of the model. */
#ifndef CONFIG_COMPILER_TERMS_H
#define CONFIG_COMPILER_TERMS_H

#include "model.h"

/* Of a board's device, one number for each of its interrupts. */
#define INTERARRIVAL "bulkhead,min-interarrival-us"

/*
 * Fills terms, loads and blocking of each task of a vCPU. False after an error: something that interrupts the core does not
 * say how often.
 */
bool terms_make(const struct model *model, struct vcpu *vcpu);

/*
 * How long EL2 may wait, each time it is entered, for the partition's lock: a section of each other vCPU. It is FIFO, and only
 * these take it.
 */
uint64_t terms_wait(const struct model *model, const struct partition *partition);

/* A term for people: "task control", "interrupt of can". Allocated. */
const char *terms_title(const struct term *term);

/* A time for people: "12.345 us". Allocated. */
const char *terms_time(uint64_t ns);

#endif
