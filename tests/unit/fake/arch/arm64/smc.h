/* SPDX-License-Identifier: Apache-2.0 */
/* The firmware of the machine that unit tests run on: answers what the test told it to (machine.h). */
#ifndef ARCH_ARM64_SMC_H
#define ARCH_ARM64_SMC_H

#include <stdint.h>

#define PSCI_VERSION 0x84000000U
#define PSCI_CPU_SUSPEND 0x84000001U
#define PSCI_CPU_OFF 0x84000002U
#define PSCI_CPU_ON 0x84000003U
#define PSCI_AFFINITY_INFO 0x84000004U
#define PSCI_MIGRATE_INFO_TYPE 0x84000006U
#define PSCI_SYSTEM_OFF 0x84000008U
#define PSCI_SYSTEM_RESET 0x84000009U
#define PSCI_FEATURES 0x8400000aU
#define SMC64 0x40000000U

#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED (-3)
#define PSCI_ALREADY_ON (-4)
#define PSCI_INTERNAL_FAILURE (-6)

int64_t smc_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c);

#endif
