/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL0: the library's map, but with the text executable and readable there (assembly.S changes to it and back). Everything else
 * stays EL1's.
 */
#include "guests/probe/el0.h"

#include "guests/lib/machine.h"
#include "guests/lib/mmu.h"
#include "guests/lib/sysreg.h"
#include "guests/probe/assembly.h"

#define NORMAL (0x401ULL | 3ULL << 8 | (uint64_t)MMU_ATTRIBUTE_NORMAL << 2)
#define DEVICE (0x401ULL | 3ULL << 53 | (uint64_t)MMU_ATTRIBUTE_DEVICE << 2)
#define READ_ONLY (1ULL << 7)
#define UNPRIVILEGED (1ULL << 6)
#define NEVER_EXECUTE (3ULL << 53)
#define GIB 0x40000000ULL
#define SPSR_INTERRUPTS_MASKED 0x1c0ULL

static const uint64_t el0_level2[512] __attribute__((aligned(4096))) = {
    MACHINE_RAM | NORMAL | READ_ONLY | NEVER_EXECUTE,
    MACHINE_TEXT | NORMAL | READ_ONLY | UNPRIVILEGED,
    MACHINE_STACKS | NORMAL | NEVER_EXECUTE,
    MACHINE_DATA | NORMAL | NEVER_EXECUTE,
};

static const uint64_t el0_level1[512] __attribute__((aligned(4096))) = {
    0 * GIB | DEVICE,
    (uint64_t)el0_level2 + 3U,
};

struct el0_end el0_call(uint64_t code, uint64_t argument, uint64_t spsr)
{
    struct el0_end end;
    struct assembly_el0 start = {code, argument, spsr | SPSR_INTERRUPTS_MASKED, (uint64_t)el0_level1};

    assembly_el0(&start, (uint64_t *)&end);
    return end;
}

bool el0_has_aarch32(void)
{
    return (sysreg_read(id_aa64pfr0_el1) & 0xfU) == 2U;
}
