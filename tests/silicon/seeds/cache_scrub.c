/* SPDX-License-Identifier: Apache-2.0 */
/* EL2 scrubs memory into which a guest then writes with its caches off: a dirty line of zeros would be written back over it. */
#include "seed.h"

enum { CORRECT, NO_CLEAN, NO_CLEAN_ZVA, NO_BARRIER };

GUEST(guest, "mov x1, #5\n str x1, [x0]");

static void scrub(void)
{
    if (VARIANT == NO_CLEAN_ZVA) {
        DO_AT("dc zva", GUEST_DATA);
    } else {
        store(GUEST_DATA, 0UL);
    }
    if (VARIANT == CORRECT || VARIANT == NO_BARRIER) {
        clean_invalidate(GUEST_DATA, LINE);
    }
}

void seed_main(void)
{
    guest_enter_stage2(1UL, 0UL);
    copy_words(GUEST_CODE, guest, guest_end);
    clean_invalidate(GUEST_CODE, LINE);
    DO("dsb sy\n ic iallu\n dsb nsh\n isb");
    scrub();
    if (VARIANT != NO_BARRIER) {
        DO("dsb sy");
    }
    guest_run(GUEST_CODE, GUEST_DATA);
}
