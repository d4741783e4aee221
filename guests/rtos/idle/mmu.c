/* SPDX-License-Identifier: Apache-2.0 */
/* An identity map of two GiB, devices and RAM; see idle.h. */
#include "guests/rtos/idle/idle.h"

#include "guests/lib/machine.h"
#include "guests/lib/mmu.h"
#include "guests/lib/sysreg.h"

#define BLOCK 0x401ULL /* valid, access flag */
#define NEVER_EXECUTE (3ULL << 53)
#define INNER_SHAREABLE (3ULL << 8)
#define NORMAL (MMU_ATTRIBUTE_NORMAL << 2)
#define TCR (25ULL | 1ULL << 8 | 1ULL << 10 | 3ULL << 12 | 1ULL << 23 | 2ULL << 32) /* 39 bits, 4 KiB; no TTBR1 */
#define SCTLR_MMU_AND_CACHES (1U << 0 | 1U << 2 | 1U << 12)

static const uint64_t level1[512] __attribute__((aligned(4096))) = {
    BLOCK | NEVER_EXECUTE,
    MACHINE_RAM | BLOCK | INNER_SHAREABLE | NORMAL,
};

void idle_mmu_on(void)
{
    sysreg_write(mair_el1, MMU_MAIR);
    sysreg_write(tcr_el1, TCR);
    sysreg_write(ttbr0_el1, (uint64_t)level1);
    barrier_instructions();
    __asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
    sysreg_write(sctlr_el1, sysreg_read(sctlr_el1) | SCTLR_MMU_AND_CACHES);
    barrier_instructions();
}
