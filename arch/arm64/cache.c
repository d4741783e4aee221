/* SPDX-License-Identifier: Apache-2.0 */
/* Cache maintenance by set and way; see cache.h. */
#include "arch/arm64/cache.h"
#include "arch/arm64/sysreg.h"

/* CLIDR_EL1.LoC: so many levels are before the point of coherency; the operand's bits 3:1 count from 0. */
void cache_set_way_of_guest(uint64_t operand)
{
    if ((operand >> 1 & 7U) < (sysreg_read(clidr_el1) >> 24 & 7U)) {
        __asm__ volatile("dc cisw, %0" : : "r"(operand) : "memory");
        dsb_ish(); /* complete before the guest goes on, or another one comes to this core */
    }
}
