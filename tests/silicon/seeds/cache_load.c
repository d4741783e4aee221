/* SPDX-License-Identifier: Apache-2.0 */
/* EL2 loads a guest, which starts with its caches off. */
#include "seed.h"

enum { CORRECT, NO_CLEAN, NO_BARRIER, NO_IC, CLEAN_TO_UNIFICATION };

GUEST(guest, "ldr x0, [x0]");

static void clean(void)
{
    clean_invalidate(GUEST_CODE, LINE);
    clean_invalidate(GUEST_DATA, LINE);
    if (VARIANT != NO_BARRIER) {
        DO("dsb sy");
    }
}

void seed_main(void)
{
    guest_enter_stage2(1UL, 0UL);
    copy_words(GUEST_CODE, guest, guest_end);
    store(GUEST_DATA, 0x1234UL);
    if (VARIANT == CLEAN_TO_UNIFICATION) {
        DO_AT("dc cvau", GUEST_CODE);
        DO("dsb ish");
    } else if (VARIANT != NO_CLEAN) {
        clean();
    }
    if (VARIANT != NO_IC) {
        DO("ic iallu");
        DO("dsb nshst"); /* not the one that completes the cleaning */
    }
    DO("isb");
    guest_run(GUEST_CODE, GUEST_DATA);
}
