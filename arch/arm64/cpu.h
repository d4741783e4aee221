/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control registers EL2 relies on: each is written at boot from the one list in cpu.c, none is assumed
 * to reset to anything (Arm DDI 0487, D19).
 */
#ifndef ARCH_ARM64_CPU_H
#define ARCH_ARM64_CPU_H

#include "arch/arm64/sysreg.h"
#include "lib/config.h"

/* On each core, once, with the MMU on: every EL2 control register, traps included; they stay as they are. */
void cpu_init(void);

/* Why this chip is not the one configured, or NULL if it is. `found` and `expected` are the values that differ. */
const char *cpu_check(const struct core_config *config, uint64_t *found, uint64_t *expected);

/* True if the core has pointer authentication, which then belongs to the guest (ID_AA64ISAR1_EL1, ISAR2). */
static inline bool cpu_has_pauth(void)
{
    return ((sysreg_read(id_aa64isar1_el1) & 0xff000ff0U) | (sysreg_read(s3_0_c0_c6_2) & 0xff00U)) != 0U;
}

/* True if the core records errors and has ESB (ID_AA64PFR0_EL1.RAS): a deferred error is then state of the core. */
static inline bool cpu_has_ras(void)
{
    return (sysreg_read(id_aa64pfr0_el1) >> 28 & 0xfU) != 0U;
}

#endif
