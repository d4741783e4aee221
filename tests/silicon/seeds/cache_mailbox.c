/* SPDX-License-Identifier: Apache-2.0 */
/* A guest with its caches off writes; EL2 reads through its own. */
#include "seed.h"

enum { CORRECT, NO_INVALIDATE, INVALIDATE_BEFORE, NO_BARRIER };

GUEST(guest, "mov x1, #5\n str x1, [x0]");

void seed_main(void)
{
    guest_enter_stage2(1UL, 0UL);
    copy_words(GUEST_CODE, guest, guest_end);
    clean_invalidate(GUEST_CODE, LINE);
    if (VARIANT == INVALIDATE_BEFORE) {
        clean_invalidate(GUEST_DATA, LINE);
    }
    DO("dsb sy\n ic iallu\n dsb nsh\n isb");
    guest_run(GUEST_CODE, GUEST_DATA);
    if (VARIANT == CORRECT || VARIANT == NO_BARRIER) {
        clean_invalidate(GUEST_DATA, LINE);
    }
    if (VARIANT != NO_BARRIER) {
        DO("dsb sy");
    }
    (void)load(GUEST_DATA);
}
