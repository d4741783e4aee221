/* SPDX-License-Identifier: Apache-2.0 */
/* The core this runs on, and calling on another one (lib/core.h says what a post is). */
#ifndef ARCH_ARM64_CORE_H
#define ARCH_ARM64_CORE_H

#include "arch/arm64/sysreg.h"
#include "lib/core.h"

static inline struct core_state *this_core(void)
{
    return (struct core_state *)sysreg_read(tpidr_el2);
}

/* Asks `core` to look at `kind`. Wait-free; orders the caller's earlier stores before it. May be the own core. */
void core_post(uint32_t core, enum post_kind kind);

/* Sleeps until an interrupt is pending for EL2 (which stays masked and is not taken). */
void core_wait(void);

#endif
