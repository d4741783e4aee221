/* SPDX-License-Identifier: Apache-2.0 */
/* Errata of the core that nothing here, and no firmware, works around: the list is errata.def. */
#ifndef ARCH_ARM64_ERRATA_H
#define ARCH_ARM64_ERRATA_H

#include <stdint.h>

/* The number of an erratum because of which this core must not be used, its decimal digits read as hexadecimal; or 0. */
uint32_t errata_refused(uint64_t midr);

#endif
