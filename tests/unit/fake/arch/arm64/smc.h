/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware of the machine that unit tests run on: answers what the test told it to (machine.h). */
#ifndef ARCH_ARM64_SMC_H
#define ARCH_ARM64_SMC_H

#include <stdint.h>

#include "arch/arm64/psci_ids.h"

int64_t smc_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c);

#endif
