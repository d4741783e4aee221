/* SPDX-License-Identifier: Apache-2.0 */
/* A guest is started on memory of which a line is still dirty, although it does not look at that now. */
#include "seed.h"

enum { CORRECT, NO_CLEAN };

GUEST(guest, "nop");

void seed_main(void)
{
    guest_enter_stage2(1UL, 0UL);
    copy_words(GUEST_CODE, guest, guest_end);
    clean_invalidate(GUEST_CODE, LINE);
    store(GUEST_DATA, 7UL);
    if (VARIANT == CORRECT) {
        clean_invalidate(GUEST_DATA, LINE);
    }
    DO("dsb sy\n ic iallu\n dsb nsh\n isb");
    guest_run(GUEST_CODE, GUEST_DATA);
}
