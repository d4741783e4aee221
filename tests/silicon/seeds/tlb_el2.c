/* SPDX-License-Identifier: Apache-2.0 */
/* EL2's own translations: the MMU is turned on, another root used for a while, a page of EL2 unmapped. */
#include "tests/silicon/seeds/tlb.h"

enum variant {
    CORRECT_ROOT,
    CORRECT_UNMAP,
    CORRECT_UNMAP_ALL,
    BOOT_NO_TLBI,
    BOOT_NO_ISB,
    ROOT_NO_TLBI,
    ROOT_NO_TLBI_BACK,
    ROOT_NO_DSB,
    ROOT_NO_ISB,
    ROOT_USED_BEFORE_TLBI,
    ROOT_USED_BEFORE_ISB,
    UNMAP_NO_TLBI,
    UNMAP_OTHER_ADDRESS,
};

#define PAGE_TABLE __attribute__((aligned(4096)))
const uint32_t seed_skips = VARIANT == BOOT_NO_TLBI ? SKIP_BOOT_TLBI : VARIANT == BOOT_NO_ISB ? SKIP_BOOT_ISB : 0U;
static const enum variant variant = VARIANT;

/* The same but for the 2 MiB at DATA_PA, which are not shareable. */
static uint64_t load_middle[512] PAGE_TABLE;
static uint64_t load_root[512] PAGE_TABLE = {[0] = 0x401U | (1UL << 54), [1] = TABLE(load_middle)};

static void make_load_root(void)
{
    for (uint64_t n = 0U; n < 512U; n++) {
        load_middle[n] = LEAF_EL2(0x40000000UL + n * 2U * MEGABYTE);
    }
    load_middle[0x28000000U >> 21] &= ~0x300UL;
    DO("dsb ish");
}

static void use_root(const uint64_t *root, bool invalidate)
{
    DO("dsb ish");
    WRITE(ttbr0_el2, root);
    if (variant == ROOT_USED_BEFORE_ISB) {
        scrub(DATA_PA);
    }
    if (variant != ROOT_NO_ISB) {
        DO("isb");
    }
    if (variant == ROOT_USED_BEFORE_TLBI) {
        scrub(DATA_PA);
    }
    if (invalidate) {
        DO("tlbi alle2");
    }
    if (variant != ROOT_NO_DSB) {
        DO("dsb nsh");
    }
    DO("isb");
}

static void unmap(void)
{
    use_root(load_root, true);
    set(&load_middle[0x28000000U >> 21], 0U);
    DO("dsb ishst");
    if (variant == CORRECT_UNMAP_ALL) {
        DO("tlbi alle2");
    } else if (variant != UNMAP_NO_TLBI) {
        DO_WITH("tlbi vae2", (variant == UNMAP_OTHER_ADDRESS ? DATA_PA + 2U * MEGABYTE : DATA_PA) >> 12);
    }
    DO("dsb nsh");
    DO("isb");
}

void seed_main(void)
{
    make_load_root();
    switch (variant) {
    case CORRECT_UNMAP:
    case CORRECT_UNMAP_ALL:
    case UNMAP_NO_TLBI:
    case UNMAP_OTHER_ADDRESS:
        unmap();
        break;
    default:
        use_root(load_root, variant != ROOT_NO_TLBI);
        use_root(el2_root, variant != ROOT_NO_TLBI && variant != ROOT_NO_TLBI_BACK);
    }
    use_guest(stage2_root, GUEST_VMID);
    forget_guest();
    enter_guest(GUEST_CALLS);
    seed_end();
}
