/* SPDX-License-Identifier: Apache-2.0 */
/* Entry from arch/arm64/entry.S: MMU on, .bss clear, stack and TPIDR_EL2 set; on return the core runs what it has. */
#ifndef CORE_MAIN_H
#define CORE_MAIN_H

#include "lib/config.h"

void main_boot(const struct core_config *config);
void main_secondary(const struct core_config *config);

#endif
