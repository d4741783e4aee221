/* SPDX-License-Identifier: Apache-2.0 */
/* Cleaning by set and way reaches one core's caches, and lines may move meanwhile. */
#include "seed.h"

enum { CORRECT, SET_WAY };

void seed_main(void)
{
    store(GUEST_DATA, 7UL);
    if (VARIANT == SET_WAY) {
        DO_AT("dc cisw", 0UL);
    } else {
        clean_invalidate(GUEST_DATA, LINE);
    }
    DO("dsb sy");
}
