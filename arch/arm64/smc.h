/* SPDX-License-Identifier: Apache-2.0 */
/* Calls from EL2 to the firmware at EL3: PSCI (Arm DEN 0022) by SMC. */
#ifndef ARCH_ARM64_SMC_H
#define ARCH_ARM64_SMC_H

#include <stdint.h>

#include "arch/arm64/psci_ids.h"

/*
 * Function and up to three arguments; returns x0. The firmware may change x0-x17 (SMCCC 1.0), of which x15-x17 are a
 * guest's, if it is in an exit (arch/arm64/frame.h).
 */
static inline int64_t smc_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
    register uint64_t x0 __asm__("x0") = function;
    register uint64_t x1 __asm__("x1") = a;
    register uint64_t x2 __asm__("x2") = b;
    register uint64_t x3 __asm__("x3") = c;

    __asm__ volatile("stp x15, x16, [sp, #-32]!\n"
                     "str x17, [sp, #16]\n"
                     "smc #0\n"
                     "ldr x17, [sp, #16]\n"
                     "ldp x15, x16, [sp], #32\n"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
                     :
                     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "memory");
    return (int64_t)x0;
}

#endif
