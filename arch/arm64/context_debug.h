/* SPDX-License-Identifier: Apache-2.0 */
/* Debug registers of a vCPU: part of context_load() and context_put(), nobody else calls these. */
#ifndef ARCH_ARM64_CONTEXT_DEBUG_H
#define ARCH_ARM64_CONTEXT_DEBUG_H

#include <stdint.h>

#include "arch/arm64/context.h"

/* Numbers of the last breakpoint and watchpoint that there is: 0 to 15 (ID_AA64DFR0_EL1). */
#define CONTEXT_LAST_BREAKPOINT(features) ((uint32_t)((features) >> 12) & 15U)
#define CONTEXT_LAST_WATCHPOINT(features) ((uint32_t)((features) >> 20) & 15U)

void context_breakpoints_load(const struct context_debug_pair *pairs, uint32_t last);
void context_watchpoints_load(const struct context_debug_pair *pairs, uint32_t last);
void context_breakpoints_store(struct context_debug_pair *pairs, uint32_t last);
void context_watchpoints_store(struct context_debug_pair *pairs, uint32_t last);

#endif
