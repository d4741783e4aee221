/* SPDX-License-Identifier: Apache-2.0 */
/* When a periodic task is due; see release.h. */
#include "guests/brake/release.h"

void release_init(struct release *release, uint64_t now, uint64_t period)
{
    *release = (struct release){.period = period, .next = now + period};
}

/* @implements REQ-GUEST-012 */
void release_poll(struct release *release, uint64_t now)
{
    uint64_t skipped;

    if (now < release->next) {
        return;
    }
    skipped = (now - release->next) / release->period;
    release->missed += (uint32_t)skipped + (release->waiting ? 1U : 0U);
    release->due = release->next + skipped * release->period;
    release->next = release->due + release->period;
    release->waiting = true;
}

/* @implements REQ-GUEST-012 */
void release_start(struct release *release, uint64_t now)
{
    uint64_t delay = now - release->due;

    release->waiting = false;
    release->releases++;
    if (delay > release->period / 2U) {
        release->late++;
    }
    if (delay > release->jitter_max) {
        release->jitter_max = delay;
    }
}
