/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading memory so that a guest that starts with its caches off sees it (D7.5, Arm DDI 0487).
 * @implements REQ-LOAD-001
 */
#include "arch/arm64/memory.h"
#include "arch/arm64/sysreg.h"

void memory_use_root(pa_t root)
{
    dsb_ish();
    sysreg_write(ttbr0_el2, root.value);
    isb();
    __asm__ volatile("tlbi alle2" : : : "memory");
    dsb_nsh();
    isb();
}

void memory_zero_page(va_t page)
{
    uint64_t block = 4ULL << (sysreg_read(dczid_el0) & 0xfU);

    for (uint64_t at = page.value; at < page.value + PAGE_SIZE; at += block) {
        __asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
    }
}

static void copy_64(uint64_t to, uint64_t from)
{
    uint64_t a;
    uint64_t b;
    uint64_t c;
    uint64_t d;

    __asm__ volatile("ldp %0, %1, [%5]\n ldp %2, %3, [%5, #16]\n"
                     "stp %0, %1, [%4]\n stp %2, %3, [%4, #16]\n"
                     "ldp %0, %1, [%5, #32]\n ldp %2, %3, [%5, #48]\n"
                     "stp %0, %1, [%4, #32]\n stp %2, %3, [%4, #48]\n"
                     : "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d)
                     : "r"(to), "r"(from)
                     : "memory");
}

void memory_copy(va_t to, va_t from, uint64_t size)
{
    uint64_t done = 0U;

    for (; done + 64U <= size; done += 64U) {
        copy_64(to.value + done, from.value + done);
    }
    for (; done < size; done += 8U) {
        *(volatile uint64_t *)(to.value + done) = *(const volatile uint64_t *)(from.value + done);
    }
}

void memory_clean_invalidate(va_t start, uint64_t size)
{
    uint64_t line = 4ULL << ((sysreg_read(ctr_el0) >> 16) & 0xfU);

    for (uint64_t at = start.value & ~(line - 1U); at < start.value + size; at += line) {
        __asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
    }
    dsb_sy();
}
