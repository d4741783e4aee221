/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest is told the CPU can do: a contract. A feature is shown only if its state is switched and it
 * cannot reach beyond the vCPU; everything else reads as absent.
 */
#ifndef ARCH_ARM64_FEATURES_H
#define ARCH_ARM64_FEATURES_H

#include <stdint.h>

/* The value of the feature register S3_0_C0_C<crm>_<op2>, for a guest whose stage 2 is `vtcr`. Unknown ones read 0. */
uint64_t features_read(uint32_t crm, uint32_t op2, uint64_t vtcr);

#endif
