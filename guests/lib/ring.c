/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded queue of bytes; see ring.h. */
#include "guests/lib/ring.h"

/* @implements REQ-GUEST-005 */
bool ring_write(struct ring *ring, const char *text, uint32_t length)
{
    if (length > RING_SIZE - ring_used(ring)) {
        ring->dropped += length;
        return false;
    }
    for (uint32_t n = 0U; n < length; n++) {
        ring->bytes[(ring->head + n) % RING_SIZE] = (uint8_t)text[n];
    }
    ring->head += length;
    return true;
}

bool ring_read(struct ring *ring, uint8_t *byte)
{
    if (ring_used(ring) == 0U) {
        return false;
    }
    *byte = ring->bytes[ring->tail % RING_SIZE];
    ring->tail++;
    return true;
}
