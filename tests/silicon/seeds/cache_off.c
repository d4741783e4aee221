/* SPDX-License-Identifier: Apache-2.0 */
/* EL2 turns its MMU off, and reads what it has written before, as a core does that wakes another one up. */
#include "seed.h"

enum { CORRECT, NO_CLEAN };

void seed_main(void)
{
    uint64_t sctlr = READ(sctlr_el2);
    uint64_t value;

    store(GUEST_DATA, 7UL);
    if (VARIANT == CORRECT) {
        DO_AT("dc cvac", GUEST_DATA);
        DO("dsb sy");
    }
    /* Registers only, in between: the stack is dirty as well. */
    __asm__ volatile("msr sctlr_el2, %1\n isb\n ldr %0, [%2]\n msr sctlr_el2, %3\n isb"
                     : "=&r"(value)
                     : "r"(sctlr & ~5UL), "r"(GUEST_DATA), "r"(sctlr)
                     : "memory");
}
