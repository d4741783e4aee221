/* SPDX-License-Identifier: Apache-2.0 */
/* A page is taken from a guest that ran on this core only: broadcasts would disturb the others for nothing. */
#include "tests/silicon/seeds/tlb.h"

enum variant {
    CORRECT,
    BROADCAST,
    BROADCAST_ALL,
    BROADCAST_INSTRUCTION_CACHE,
    BROADCAST_EL2,
    BROADCAST_BEFORE_ENTRY,
};

const uint32_t seed_skips = 0U;
static const enum variant variant = VARIANT;

static void invalidate(void)
{
    switch (variant) {
    case BROADCAST:
        DO("tlbi vmalls12e1is");
        break;
    case BROADCAST_ALL:
        DO("tlbi alle1is");
        break;
    case BROADCAST_EL2:
        DO("tlbi vmalls12e1");
        DO("tlbi alle2is");
        break;
    case BROADCAST_INSTRUCTION_CACHE:
        DO("tlbi vmalls12e1");
        DO("ic ialluis");
        break;
    default:
        DO("tlbi vmalls12e1");
    }
    DO("dsb ish");
    DO("isb");
}

void seed_main(void)
{
    use_guest(stage2_root, GUEST_VMID);
    forget_guest();
    if (variant == BROADCAST_BEFORE_ENTRY) {
        DO("tlbi vmalls12e1is");
        DO("dsb ish");
        DO("isb");
    }
    enter_guest(GUEST_CALLS);
    set(&stage2_data[0], 0U);
    DO("dsb nshst");
    invalidate();
    scrub(DATA_PA);
    seed_end();
}
