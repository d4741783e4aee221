/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the hypervisor by HVC #0 or SMC #0 (Arm DEN 0028, SMC Calling Convention). */
#ifndef GUESTS_LIB_SMCCC_H
#define GUESTS_LIB_SMCCC_H

#include <stdint.h>

#define SMCCC_VERSION 0x80000000U
#define SMCCC_NOT_SUPPORTED (-1)

struct smccc_result {
    int64_t x0;
    uint64_t x1;
    uint64_t x2;
    uint64_t x3;
};

static inline struct smccc_result smccc_pack(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
    return (struct smccc_result){(int64_t)x0, x1, x2, x3};
}

/* SMCCC 1.0 lets the callee change x4-x17; a guest that relies on no more runs on more. */
#define SMCCC_CALL(conduit)                                                                                            \
    register uint64_t r0 __asm__("x0") = function;                                                                     \
    register uint64_t r1 __asm__("x1") = a1;                                                                           \
    register uint64_t r2 __asm__("x2") = a2;                                                                           \
    register uint64_t r3 __asm__("x3") = a3;                                                                           \
    __asm__ volatile(conduit " #0"                                                                                     \
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                                                          \
                     :                                                                                                 \
                     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",     \
                       "memory");                                                                                      \
    return smccc_pack(r0, r1, r2, r3)

static inline struct smccc_result smccc_hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
    SMCCC_CALL("hvc");
}

static inline struct smccc_result smccc_smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
    SMCCC_CALL("smc");
}

#endif
