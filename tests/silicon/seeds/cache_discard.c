/* SPDX-License-Identifier: Apache-2.0 */
/* Invalidating what is dirty throws data away. */
#include "seed.h"

enum { CORRECT, DIRTY };

void seed_main(void)
{
    store(GUEST_DATA, 7UL);
    if (VARIANT == CORRECT) {
        DO_AT("dc cvac", GUEST_DATA);
        DO("dsb sy");
    }
    invalidate(GUEST_DATA);
}
