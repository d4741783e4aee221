/* SPDX-License-Identifier: Apache-2.0 */
/* Debug registers of a vCPU: part of context_load() and context_put(), nobody else calls these. */
#ifndef ARCH_ARM64_CONTEXT_DEBUG_H
#define ARCH_ARM64_CONTEXT_DEBUG_H

#include "arch/arm64/context.h"

void context_debug_load(const struct vcpu_context *context);
void context_debug_put(struct vcpu_context *context);

#endif
