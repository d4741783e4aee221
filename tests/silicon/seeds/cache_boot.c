/* SPDX-License-Identifier: Apache-2.0 */
/* Before the MMU is on, something is stored that is read when it is: a boot stack, a variable. */
#include "seed.h"

enum { CORRECT, NO_INVALIDATE, TOO_EARLY };

static void store_early(void)
{
    if (VARIANT == TOO_EARLY) {
        DO_AT("dc ivac", GUEST_DATA);
        DO("dsb sy");
    }
    store(GUEST_DATA, 9UL);
    if (VARIANT == CORRECT) {
        DO("dsb sy");
        DO_AT("dc ivac", GUEST_DATA);
        DO("dsb sy");
    }
}

void (*const before_caches)(void) = store_early;

void seed_main(void)
{
    (void)load(GUEST_DATA);
}
