/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a periodic task is due: absolute times, so that no delay ever shifts a later release. Pure logic; times are
 * ticks of any counter.
 *
 * A due time is either started (counted in `releases`) or skipped (counted in `missed`), never both and never
 * forgotten: releases + missed (+ 1 while one waits to start) is the number of due times so far. A delay of many
 * periods thus costs one late activation, not a burst of them.
 */
#ifndef GUESTS_BRAKE_RELEASE_H
#define GUESTS_BRAKE_RELEASE_H

#include <stdbool.h>
#include <stdint.h>

struct release {
    uint64_t period;
    uint64_t next; /* next due time that has not been seen to pass */
    uint64_t due;  /* of the activation that waits to start */
    bool waiting;
    uint32_t releases;   /* activations started */
    uint32_t late;       /* of these, started more than half a period after they were due */
    uint32_t missed;     /* due times that never started */
    uint64_t jitter_max; /* longest time from due to start */
};

/* The first due time is one period after `now`. period is not 0. */
void release_init(struct release *release, uint64_t now, uint64_t period);
/* Notes every due time up to `now`; of several only the last still waits to start. */
void release_poll(struct release *release, uint64_t now);
/* The waiting activation starts. */
void release_start(struct release *release, uint64_t now);

#endif
