/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest with caches on runs, and then the next life of it, with other code: the first one's dirty lines and instructions
 * must not be seen by the second.
 */
#include "seed.h"

enum { CORRECT, NO_IC, ONLY_THE_IMAGE };

GUEST(first, "mov x1, #1\n str x1, [x0]");
GUEST(second, "mov x1, #2\n str x1, [x0]");

static void start(const uint32_t *code, const uint32_t *end, uint64_t hcr)
{
    guest_enter_stage2(1UL, hcr);
    copy_words(GUEST_CODE, code, end);
    clean_invalidate(GUEST_CODE, LINE);
    DO("dsb sy");
}

void seed_main(void)
{
    start(first, first_end, HCR_DC);
    DO("ic iallu\n dsb nsh\n isb");
    guest_run(GUEST_CODE, GUEST_DATA);

    start(second, second_end, 0UL);
    if (VARIANT != ONLY_THE_IMAGE) {
        clean_invalidate(GUEST_DATA, LINE);
        DO("dsb sy");
    }
    if (VARIANT != NO_IC) {
        DO("ic iallu\n dsb nsh\n isb");
    }
    guest_run(GUEST_CODE, GUEST_DATA);
}
