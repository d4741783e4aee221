/* SPDX-License-Identifier: Apache-2.0 */
/* The way from the vectors into partitions/. */
#ifndef TESTS_UNIT_FAKE_EXITS_H
#define TESTS_UNIT_FAKE_EXITS_H

#include "arch/arm64/frame.h"

/* A synchronous exception of the current vCPU with this ESR_EL2. Not 0: it must leave the core. */
uint32_t fake_exit(struct frame *frame, uint64_t syndrome);

#endif
