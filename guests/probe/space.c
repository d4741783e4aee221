/* SPDX-License-Identifier: Apache-2.0 */
/* See space.h. One valid entry gets another address, by break-before-make; the rest changes permissions alone. */
#include "guests/probe/space.h"

#include "guests/lib/machine.h"
#include "guests/lib/mmu.h"
#include "guests/lib/sysreg.h"

#define BLOCK 0x401ULL /* valid, access flag */
#define TABLE 0x3ULL
#define ATTRIBUTE(index) ((uint64_t)(index) << 2)
#define USER (1ULL << 6)
#define READ_ONLY (1ULL << 7)
#define INNER_SHAREABLE (3ULL << 8)
#define NEVER_EXECUTE (3ULL << 53)
#define NORMAL (BLOCK | ATTRIBUTE(MMU_ATTRIBUTE_NORMAL) | INNER_SHAREABLE)
#define GIB 0x40000000ULL
#define CPACR_FP (3U << 20)

/* T1SZ 25, write-back and inner shareable walks, 4 KiB; sizes of addresses are added. */
#define TCR_UPPER ((25ULL << 16) | (1ULL << 24) | (1ULL << 26) | (3ULL << 28) | (2ULL << 30))
#define TCR_LOWER 0xffffU /* TTBR0's fields, but for sizes of addresses */
#define PARANGE_MOST 5U

const uint64_t space_targets[SPACE_TARGETS] = {SPACE_NOTHING, SPACE_HOLE, MACHINE_GICD};

static uint64_t lower1[512] __attribute__((aligned(4096)));
static uint64_t lower2[512] __attribute__((aligned(4096)));
static uint64_t upper1[512] __attribute__((aligned(4096)));
static uint64_t upper2[512] __attribute__((aligned(4096)));
static uint64_t library_tcr;

static uint64_t address_range(void)
{
    uint64_t range = sysreg_read(id_aa64mmfr0_el1) & 0xfU;

    return range > PARANGE_MOST ? PARANGE_MOST : range;
}

/* PARange's sizes: 32, 36, 40, 42, 44, 48 bits. */
static uint64_t last_gib(void)
{
    static const uint8_t bits[PARANGE_MOST + 1U] = {32U, 36U, 40U, 42U, 44U, 48U};

    return (1ULL << bits[address_range()]) - GIB;
}

static void fill_lower(void)
{
    for (uint32_t n = 0U; n < 512U; n++) {
        lower1[n] = mmu_level1[n];
        lower2[n] = ((const uint64_t *)(mmu_level1[1] & ~0xfffULL))[n];
    }
    lower1[0] |= USER;
    lower1[1] = (uint64_t)lower2 | TABLE;
    lower1[3] = 0U;
    lower2[(MACHINE_TEXT - MACHINE_RAM) / MACHINE_BLOCK] = MACHINE_TEXT | NORMAL | READ_ONLY | USER;
}

static void fill_upper(void)
{
    upper1[0] = NORMAL | NEVER_EXECUTE;
    upper1[1] = NORMAL | READ_ONLY | USER;
    upper1[2] = GIB | NORMAL | NEVER_EXECUTE;
    upper1[3] = last_gib() | NORMAL | NEVER_EXECUTE;
    upper1[7] = (uint64_t)upper2 | TABLE;
    for (uint32_t n = 0U; n < SPACE_TARGETS; n++) {
        upper1[4U + n] = space_targets[n] | TABLE;
        upper2[n] = space_targets[n] | TABLE;
    }
}

static void forget(void)
{
    __asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" ::: "memory");
}

void space_set_upper(uint64_t root)
{
    sysreg_write(ttbr1_el1, root != 0U ? root : (uint64_t)upper1);
    forget();
}

static void change_narrow(uint64_t entry)
{
    ((volatile uint64_t *)lower1)[3] = entry;
    barrier_full();
    forget();
}

void space_open(void)
{
    library_tcr = sysreg_read(tcr_el1);
    fill_lower();
    fill_upper();
    barrier_full();
    sysreg_write(cpacr_el1, CPACR_FP);
    sysreg_write(ttbr0_el1, (uint64_t)lower1);
    sysreg_write(ttbr1_el1, (uint64_t)upper1);
    sysreg_write(tcr_el1, (library_tcr & TCR_LOWER) | TCR_UPPER | address_range() << 32);
    forget();
    change_narrow(NORMAL | READ_ONLY | USER);
}

void space_close(void)
{
    change_narrow(0U);
    sysreg_write(tcr_el1, library_tcr);
    sysreg_write(ttbr0_el1, (uint64_t)mmu_level1);
    sysreg_write(ttbr1_el1, 0U);
    sysreg_write(cpacr_el1, 0U);
    forget();
}
