/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hostile-reset shim: the machine as no test leaves it and any boot loader may. Runs before the image, on every core.
 */
#include "shim.h"

#define PSCI_CPU_OFF 0x84000002ULL
#define PSCI_CPU_ON 0xc4000003ULL
#define PSCI_AFFINITY_INFO 0xc4000004ULL
#define AFFINITY_OFF 1U
#define DEVICETREE_MAX 0x200000U
#define LINE 64U

#define HCR_RW (1ULL << 31)
#define HCR_E2H (1ULL << 34)
#define HCR_ARMV8_0 0x3fffeffffULL /* VM to ID, without bit 16 */
#define SCTLR_RES1 0x30c50830ULL
#define SCTLR_JUNK ((1ULL << 1) | (1ULL << 3) | (1ULL << 12) | (1ULL << 19) | (1ULL << 25)) /* A, SA, I, WXN, EE */

/* The test writes here. In the middle of the image, so that it is neither zero nor constant to the compiler. */
const volatile struct shim_parameters parameters __attribute__((section(".parameters"), used)) = {.seed = 1};

extern const char shim_head[];
extern const char shim_end[];

static struct {
    uint64_t last[4]; /* LAST_* */
    uint64_t general[24];
} last_words_of[SHIM_CORES];

static uint64_t generator[SHIM_CORES];

static uint64_t core_number(void)
{
    uint64_t mpidr;

    __asm__ volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
    return mpidr & 0xffU;
}

/* splitmix64 over a counter: any seed is a good one. */
uint64_t junk(void)
{
    uint64_t z = generator[core_number()] += 0x9e3779b97f4a7c15ULL;

    if (parameters.seed == 0U || parameters.seed == ~0ULL) {
        return parameters.seed;
    }
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

/* 64-byte blocks that differ from each other; both ends are multiples of 64. */
static void fill(uint64_t from, uint64_t to)
{
    uint64_t a = junk();
    uint64_t b = junk() | 1U;

    for (uint64_t at = from; at < to; at += LINE) {
        a += b;
        __asm__ volatile("stp %1, %2, [%0]\n stp %2, %1, [%0, #16]\n stp %1, %2, [%0, #32]\n stp %2, %1, [%0, #48]"
                         :
                         : "r"(at), "r"(a), "r"(a ^ b)
                         : "memory");
    }
}

/* A range of memory without the parts that must stay. */
static void fill_around(uint64_t from, uint64_t to, const uint64_t (*keep)[2], uint32_t count)
{
    for (uint32_t n = 0U; n < count; n++) {
        uint64_t start = keep[n][0] & ~(uint64_t)(LINE - 1U);
        uint64_t end = (keep[n][1] + LINE - 1U) & ~(uint64_t)(LINE - 1U);

        if (end <= from || start >= to) {
            continue;
        }
        if (start > from) {
            fill_around(from, start, keep + n + 1U, count - n - 1U);
        }
        if (end < to) {
            fill_around(end, to, keep + n + 1U, count - n - 1U);
        }
        return;
    }
    fill(from, to);
}

/* Through the caches, and left in them: only the image's file is cleaned, as the boot protocol says. */
static void fill_memory(uint64_t device_tree)
{
    const uint64_t keep[3][2] = {
        {(uint64_t)shim_head, (uint64_t)shim_end},
        {parameters.image, parameters.image_end},
        {device_tree, device_tree + DEVICETREE_MAX},
    };

    mmu_on();
    for (uint64_t at = parameters.image; at < parameters.image_end; at += 16U) {
        __asm__ volatile("dc cvac, %0" : : "r"(at) : "memory");
    }
    fill_around(parameters.ram, parameters.ram_end, keep, 3U);
    fill(parameters.state, parameters.state_end);
    __asm__ volatile("dsb sy\n ic iallu\n dsb nsh\n isb" : : : "memory");
    mmu_off();
}

static uint64_t feature(uint64_t value, uint32_t shift)
{
    return value >> shift & 0xfU;
}

/* HCR_EL2: every field the core has. E2H only on a core that has VHE; RW as it comes. */
static uint64_t junk_hcr(void)
{
    uint64_t mmfr1;
    uint64_t mmfr2;
    uint64_t isar1;
    uint64_t mask = HCR_ARMV8_0;

    __asm__ volatile("mrs %0, id_aa64mmfr1_el1" : "=r"(mmfr1));
    __asm__ volatile("mrs %0, s3_0_c0_c7_2" : "=r"(mmfr2));
    __asm__ volatile("mrs %0, id_aa64isar1_el1" : "=r"(isar1));
    mask |= feature(mmfr1, 8U) != 0U ? HCR_E2H : 0U;
    mask |= feature(mmfr1, 16U) != 0U ? 1ULL << 35 : 0U;              /* TLOR */
    mask |= (isar1 & 0xff0ULL) != 0U ? 3ULL << 40 : 0U;               /* APK, API */
    mask |= feature(mmfr2, 24U) != 0U ? 7ULL << 42 | 1ULL << 45 : 0U; /* NV, NV1, AT, NV2 */
    mask |= feature(mmfr2, 40U) != 0U ? 1ULL << 46 : 0U;              /* FWB */
    return junk_of(mask);
}

/* Everything but what the last instructions set; returns what they need. */
static void *junk_core(uint64_t core, uint64_t x0)
{
    uint64_t *last = last_words_of[core].last;

    gic_junk_interface();
    registers_junk();
    last[LAST_SCTLR / 8] = SCTLR_RES1 | junk_of(SCTLR_JUNK);
    last[LAST_HCR / 8] = junk_hcr();
    last[LAST_FLAGS / 8] = junk();
    last[LAST_X0 / 8] = x0;
    for (uint32_t n = 0U; n < 24U; n++) {
        last_words_of[core].general[n] = junk();
    }
    return last;
}

/* Before the image's boot core: other cores first, once on and off again, then memory, then this core. */
struct last_words shim_first(uint64_t device_tree)
{
    generator[0] = parameters.seed;
    gic_junk_board();
    for (uint64_t core = 1U; core < parameters.cores; core++) {
        (void)psci(PSCI_CPU_ON, core, (uint64_t)&second_start, 0U);
        while (psci(PSCI_AFFINITY_INFO, core, 0U, 0U) != AFFINITY_OFF) {
        }
    }
    fill_memory(device_tree);
    gic_junk_redistributor(0U);
    return (struct last_words){parameters.entry, junk_core(0U, (junk() & 1U) != 0U ? device_tree : junk())};
}

/* Another core, started by the shim alone to spoil what stays when it is off. */
void shim_second(uint64_t core)
{
    generator[core] = parameters.seed ^ core << 56;
    gic_junk_redistributor(core);
    (void)junk_core(core, 0U);
    (void)psci(PSCI_CPU_OFF, 0U, 0U, 0U);
}

/* Another core on its way into the image, with what the image's CPU_ON gave it. */
struct last_words shim_hook(uint64_t core, uint64_t context)
{
    void *values = junk_core(core, context);

    return (struct last_words){parameters.secondary, values};
}
