/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading memory so that a guest that starts with its caches off sees it (D7.5, Arm DDI 0487).
 * @implements REQ-LOAD-001
 */
#include "arch/arm64/memory.h"
#include "arch/arm64/sysreg.h"

#define LINE 64U /* bytes of a cache line that the short paths are written for */

/* memory_asm.S. Both by the SIMD registers, which belong to nobody while a partition is loaded. */
void memory_copy_lines(uint64_t to, uint64_t from, uint64_t lines); /* of 64 bytes; both 8-byte aligned */
void memory_copy_and_clean(uint64_t to, uint64_t from);             /* a page; cleans and invalidates each line */

void memory_use_root(pa_t root)
{
    dsb_ish();
    sysreg_write(ttbr0_el2, root.value);
    isb();
    __asm__ volatile("tlbi alle2" : : : "memory");
    dsb_nsh();
    isb();
}

/* Bytes that DC ZVA zeroes (DCZID_EL0.BS), and of the smallest data cache line (CTR_EL0.DminLine). */
static uint64_t zero_block(void)
{
    return 4ULL << (sysreg_read(dczid_el0) & 0xfU);
}

static uint64_t cache_line(void)
{
    return 4ULL << ((sysreg_read(ctr_el0) >> 16) & 0xfU);
}

static void zero(uint64_t start, uint64_t size)
{
    uint64_t block = zero_block();

    for (uint64_t at = start; at < start + size; at += block) {
        __asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
    }
}

/*
 * Where a block is a line, as on the cores this is for, each is cleaned right after it was zeroed, which its own program
 * order allows (D7.5.8): 16 lines for each turn of the loop.
 */
void memory_scrub(va_t start, uint64_t size)
{
    uint64_t at = start.value;

    if (zero_block() != LINE || cache_line() != LINE) {
        zero(start.value, size);
        memory_clean_invalidate(start, size);
        return;
    }
    while (at < start.value + size) {
        __asm__ volatile(".rept 16\n dc zva, %0\n dc civac, %0\n add %0, %0, %1\n .endr"
                         : "+r"(at)
                         : "i"(LINE)
                         : "memory");
    }
    dsb_sy();
}

void memory_zero_page(va_t page)
{
    zero(page.value, PAGE_SIZE);
}

void memory_copy(va_t to, va_t from, uint64_t size)
{
    memory_copy_lines(to.value, from.value, size / LINE);
    for (uint64_t done = size & ~(LINE - 1U); done < size; done += 8U) {
        *(volatile uint64_t *)(to.value + done) = *(const volatile uint64_t *)(from.value + done);
    }
}

void memory_copy_page(va_t to, va_t from)
{
    if (cache_line() != LINE) {
        memory_copy(to, from, PAGE_SIZE);
        memory_clean_invalidate(to, PAGE_SIZE);
        return;
    }
    memory_copy_and_clean(to.value, from.value);
    dsb_sy();
}

void memory_clean_invalidate(va_t start, uint64_t size)
{
    uint64_t line = cache_line();

    for (uint64_t at = start.value & ~(line - 1U); at < start.value + size; at += line) {
        __asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
    }
    dsb_sy();
}
