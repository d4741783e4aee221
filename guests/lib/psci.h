/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI by HVC (Arm DEN 0022). Results are PSCI's: 0 or a negative PSCI_* below, sign-extended. */
#ifndef GUESTS_LIB_PSCI_H
#define GUESTS_LIB_PSCI_H

#include "guests/lib/smccc.h"

#define PSCI_VERSION 0x84000000U
#define PSCI_CPU_OFF 0x84000002U
#define PSCI_CPU_ON 0xc4000003U
#define PSCI_AFFINITY_INFO 0xc4000004U
#define PSCI_SYSTEM_OFF 0x84000008U
#define PSCI_SYSTEM_RESET 0x84000009U
#define PSCI_FEATURES 0x8400000aU

#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)

#define PSCI_AFFINITY_ON 0
#define PSCI_AFFINITY_OFF 1

/* Answers are 32 bits wide in some implementations: the sign is bit 31's. */
static inline int64_t psci_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
    return (int32_t)smccc_hvc(function, a1, a2, a3).x0;
}

/* What a secondary vCPU starts with; start.S knows the layout. Must live until the function runs. */
struct cpu_start {
    uint64_t stack; /* lowest address of MACHINE_STACK_SIZE bytes */
    void (*function)(uint64_t argument);
    uint64_t argument;
};

void guest_start_secondary(void); /* start.S */

static inline int64_t psci_cpu_on(uint64_t mpidr, const struct cpu_start *start)
{
    return psci_call(PSCI_CPU_ON, mpidr, (uint64_t)guest_start_secondary, (uint64_t)start);
}

static inline int64_t psci_affinity_info(uint64_t mpidr)
{
    return psci_call(PSCI_AFFINITY_INFO, mpidr, 0U, 0U);
}

/* Return only if refused. */
static inline int64_t psci_cpu_off(void)
{
    return psci_call(PSCI_CPU_OFF, 0U, 0U, 0U);
}

static inline int64_t psci_system_off(void)
{
    return psci_call(PSCI_SYSTEM_OFF, 0U, 0U, 0U);
}

static inline int64_t psci_system_reset(void)
{
    return psci_call(PSCI_SYSTEM_RESET, 0U, 0U, 0U);
}

#endif
