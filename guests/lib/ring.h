/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded queue of bytes that never waits: what does not fit is refused as a whole and counted. One reader and one
 * writer on the same vCPU; several writers exclude each other (console.c masks IRQs). Pure logic.
 */
#ifndef GUESTS_LIB_RING_H
#define GUESTS_LIB_RING_H

#include <stdbool.h>
#include <stdint.h>

#define RING_SIZE 4096U /* a power of two */

struct ring {
    volatile uint32_t head; /* bytes ever written */
    volatile uint32_t tail; /* bytes ever read */
    uint32_t dropped;       /* bytes refused */
    uint8_t bytes[RING_SIZE];
};

static inline uint32_t ring_used(const struct ring *ring)
{
    return ring->head - ring->tail;
}

bool ring_write(struct ring *ring, const char *text, uint32_t length);
/* False if there is none. */
bool ring_read(struct ring *ring, uint8_t *byte);

#endif
