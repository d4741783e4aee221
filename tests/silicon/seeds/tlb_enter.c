/* SPDX-License-Identifier: Apache-2.0 */
/* A guest runs, its memory is loaded anew, or its root changes, and it runs again: on one core. */
#include "tests/silicon/seeds/tlb.h"

enum variant {
    CORRECT_RELOAD,
    CORRECT_RELOAD_ALL, /* TLBI ALLE1 */
    CORRECT_ROOT,
    CORRECT_AT,
    NEVER_FORGOTTEN, /* a VMID that this core has not invalidated since reset */
    RELOAD_NO_TLBI,
    RELOAD_STAGE1_ONLY,
    RELOAD_WRONG_VMID,
    RELOAD_NO_IC,
    RELOAD_FORGETS_TOO_EARLY,
    RELOAD_NO_DSB,
    ROOT_NO_TLBI,
    AT_NO_ISB,
};

const uint32_t seed_skips = VARIANT == NEVER_FORGOTTEN ? SKIP_BOOT_GUEST_TLBI : 0U;
static const enum variant variant = VARIANT;

/* What the loader of a partition does, as far as TLBs see it: zeroes memory, also with DC ZVA, and cleans it. */
static void load(void)
{
    scrub(DATA_PA);
    DO_WITH("dc zva", DATA_PA);
    for (uint64_t at = DATA_PA; at < DATA_PA + 4096U; at += 64U) {
        DO_WITH("dc civac", at);
    }
    DO("dsb sy");
}

static void forget(void)
{
    switch (variant) {
    case RELOAD_STAGE1_ONLY:
        DO("tlbi vmalle1");
        DO("ic iallu");
        break;
    case RELOAD_NO_TLBI:
        DO("ic iallu");
        break;
    case RELOAD_NO_IC:
        DO("tlbi vmalls12e1");
        break;
    case CORRECT_RELOAD_ALL:
        DO("tlbi alle1");
        DO("ic iallu");
        break;
    default:
        DO("tlbi vmalls12e1");
        DO("ic iallu");
    }
    if (variant != RELOAD_NO_DSB) {
        DO("dsb nsh");
    }
    DO("isb");
}

static void reload(void)
{
    if (variant == RELOAD_FORGETS_TOO_EARLY) {
        forget();
        load();
        return;
    }
    load();
    if (variant == RELOAD_WRONG_VMID) {
        use_guest(other_root, OTHER_VMID);
    }
    forget();
    use_guest(stage2_root, GUEST_VMID);
}

/* Another root, the same VMID. */
static void change_root(void)
{
    use_guest(other_root, GUEST_VMID);
    if (variant == CORRECT_ROOT) {
        forget_guest();
    }
}

static void ask(void)
{
    use_guest(other_root, OTHER_VMID);
    WRITE(vttbr_el2, (uint64_t)stage2_root | VMID(GUEST_VMID));
    if (variant == CORRECT_AT) {
        DO("isb");
    }
    DO_WITH("at s12e1r", GUEST_COUNTS);
    DO("isb");
}

void seed_main(void)
{
    use_guest(stage2_root, GUEST_VMID);
    if (variant != NEVER_FORGOTTEN) {
        forget_guest();
    }
    enter_guest(GUEST_CALLS);
    switch (variant) {
    case CORRECT_ROOT:
    case ROOT_NO_TLBI:
        change_root();
        break;
    case CORRECT_AT:
    case AT_NO_ISB:
        ask();
        break;
    default:
        reload();
    }
    enter_guest(GUEST_CALLS);
    seed_end();
}
