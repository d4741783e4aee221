/* SPDX-License-Identifier: Apache-2.0 */
/* A page is taken from a guest that runs on the other core, and used again. */
#include "tests/silicon/seeds/tlb.h"

enum variant {
    CORRECT_VMID,      /* TLBI VMALLS12E1IS */
    CORRECT_PAIR,      /* TLBI IPAS2E1IS, DSB, TLBI VMALLE1IS */
    CORRECT_ALL,       /* TLBI ALLE1IS */
    CORRECT_READ_ONLY, /* a permission may change without a break */
    CORRECT_STOP,      /* the root's entry, from a core that runs another VMID */
    CORRECT_EACH_CORE, /* every core invalidates its own TLB, after the change */
    EACH_CORE_TOO_EARLY,
    STOP_OWN_VMID,
    NO_TLBI,
    WRONG_VMID,
    NOT_BROADCAST,
    WRONG_ADDRESS,
    STAGE2_ONLY,
    STAGE1_ONLY,
    PAIR_WITHOUT_DSB,
    TABLE_BY_ADDRESS,
    NO_DSB_BEFORE,
    LOADS_DSB_BEFORE,
    NO_DSB_AFTER,
    LOCAL_DSB_AFTER,
    STORES_DSB_AFTER,
    NO_BREAK,
    MADE_TOO_EARLY,
    NO_ISB,
    NO_DSB_BEFORE_SGI,
    RETURNS_TOO_EARLY,
    HANDED_OVER_TOO_EARLY,
    HANDED_OVER_IN_OTHER_TABLES,
    CORRECT_HAND_OVER,
};

const uint32_t seed_skips = 0U;
static const enum variant variant = VARIANT;

/* The change itself. */
static void change(void)
{
    switch (variant) {
    case CORRECT_READ_ONLY:
        set(&stage2_data[0], PAGE_S2_READ_ONLY(DATA_PA));
        break;
    case NO_BREAK:
        set(&stage2_data[0], PAGE_S2(OTHER_PA));
        break;
    case TABLE_BY_ADDRESS:
        set(&stage2_middle[0x28000000U >> 21], 0U);
        break;
    case CORRECT_STOP:
    case STOP_OWN_VMID:
        set(&stage2_root[1], 0U);
        break;
    default:
        set(&stage2_data[0], 0U);
    }
    if (variant == LOADS_DSB_BEFORE) {
        DO("dsb ishld");
    } else if (variant != NO_DSB_BEFORE && variant != NO_DSB_BEFORE_SGI) {
        DO("dsb ishst");
    }
}

static void complete(void)
{
    if (variant == LOCAL_DSB_AFTER) {
        DO("dsb nsh");
    } else if (variant == STORES_DSB_AFTER) {
        DO("dsb ishst");
    } else if (variant != NO_DSB_AFTER) {
        DO("dsb ish");
    }
    DO("isb");
}

static void invalidate_pair(void)
{
    DO_WITH("tlbi ipas2e1is", (GUEST_DATA >> 12) + (variant == WRONG_ADDRESS ? 1U : 0U));
    if (variant != PAIR_WITHOUT_DSB) {
        DO("dsb ish");
    }
    if (variant != STAGE2_ONLY) {
        DO("tlbi vmalle1is");
    }
    complete();
}

static void invalidate(void)
{
    switch (variant) {
    case NO_TLBI:
    case NO_DSB_BEFORE_SGI:
    case RETURNS_TOO_EARLY:
    case HANDED_OVER_TOO_EARLY:
    case HANDED_OVER_IN_OTHER_TABLES:
    case MADE_TOO_EARLY:
        break;
    case CORRECT_PAIR:
    case WRONG_ADDRESS:
    case STAGE2_ONLY:
    case PAIR_WITHOUT_DSB:
    case TABLE_BY_ADDRESS:
        invalidate_pair();
        break;
    case STAGE1_ONLY:
        DO("tlbi vmalle1is");
        complete();
        break;
    case CORRECT_ALL:
        DO("tlbi alle1is");
        complete();
        break;
    case CORRECT_EACH_CORE:
    case EACH_CORE_TOO_EARLY:
    case NOT_BROADCAST:
        DO("tlbi vmalls12e1");
        complete();
        break;
    default:
        DO("tlbi vmalls12e1is");
        complete();
    }
}

/* VMID-tagged operations work on the VMID in VTTBR_EL2. */
static void choose_vmid(void)
{
    if (variant == WRONG_VMID) {
        use_guest(other_root, OTHER_VMID);
    } else if (variant == CORRECT_STOP) {
        use_guest(stage2_root, GUEST_VMID);
    } else if (variant == NO_ISB) {
        use_guest(other_root, OTHER_VMID);
        WRITE(vttbr_el2, (uint64_t)stage2_root | VMID(GUEST_VMID));
    }
}

static void use_again(void)
{
    switch (variant) {
    case NO_DSB_BEFORE_SGI:
        WRITE(s3_0_c12_c11_5, (5UL << 24) | 2U);
        break;
    case RETURNS_TOO_EARLY:
        enter_guest(GUEST_CALLS);
        break;
    case HANDED_OVER_TOO_EARLY:
    case CORRECT_HAND_OVER:
        set(&other_data[0], PAGE_S2(DATA_PA));
        DO("dsb ishst");
        break;
    case HANDED_OVER_IN_OTHER_TABLES:
        other_data[0] = PAGE_S2(DATA_PA);
        DO("dsb ishst");
        use_guest(other_root, OTHER_VMID);
        break;
    case MADE_TOO_EARLY:
        set(&stage2_data[0], PAGE_S2(OTHER_PA));
        DO("dsb ishst");
        break;
    case CORRECT_READ_ONLY:
    case NO_BREAK:
        break;
    default:
        scrub(DATA_PA);
    }
}

/* The other core, where each invalidates its own: it runs the guest once, and then does as it is told. */
enum step { STARTS, HAS_RUN, MAY_FORGET, HAS_FORGOTTEN };
static volatile enum step step;

static void wait_for(enum step what)
{
    while (step != what) {
        DO("yield");
    }
}

void seed_second_once(void)
{
    enter_guest(GUEST_CALLS);
    step = HAS_RUN;
    wait_for(MAY_FORGET);
    forget_guest();
    if (variant == EACH_CORE_TOO_EARLY) {
        enter_guest(GUEST_CALLS);
    }
    step = HAS_FORGOTTEN;
}

static void let_second_forget(void)
{
    step = MAY_FORGET;
    wait_for(HAS_FORGOTTEN);
}

static void change_with_second(void)
{
    start_second_once();
    wait_for(HAS_RUN);
    if (variant == EACH_CORE_TOO_EARLY) {
        let_second_forget();
    }
    change();
    if (variant == CORRECT_EACH_CORE) {
        let_second_forget();
    }
}

void seed_main(void)
{
    use_guest(stage2_root, GUEST_VMID);
    forget_guest();
    if (variant == CORRECT_HAND_OVER || variant == HANDED_OVER_TOO_EARLY) {
        use_guest(other_root, OTHER_VMID);
        use_guest(stage2_root, GUEST_VMID);
    }
    if (variant == CORRECT_EACH_CORE || variant == EACH_CORE_TOO_EARLY) {
        enter_guest(GUEST_CALLS); /* this core has run it, too */
        change_with_second();
    } else {
        start_second();
        if (variant == CORRECT_STOP || variant == STOP_OWN_VMID) {
            use_guest(other_root, OTHER_VMID);
        }
        change();
    }
    choose_vmid();
    invalidate();
    use_again();
    seed_end();
}
