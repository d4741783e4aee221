/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fixed-priority executive: periodic tasks that run to completion, each pre-empted by more urgent ones, all on one
 * stack. The timer interrupt releases; a task runs at the end of the interrupt that made it the most urgent,
 * with IRQs unmasked, or when the more urgent one ends. There is no other scheduling point and no waiting.
 */
#ifndef GUESTS_BRAKE_EXECUTIVE_H
#define GUESTS_BRAKE_EXECUTIVE_H

#include <stdint.h>

#include "guests/brake/release.h"

struct task {
    void (*run)(void);
    uint32_t rate; /* activations per second */
    struct release release;
};

/* The tasks, most urgent first, are released from now on. IRQs are masked; they must be unmasked by the caller. */
void executive_start(struct task *tasks, uint32_t count);

#endif
