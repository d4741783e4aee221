/* SPDX-License-Identifier: Apache-2.0 */
/* The stage-1 tables and the register values that go with them (Arm DDI 0487, TCR_EL1, MAIR_EL1, SCTLR_EL1). */
#ifndef GUESTS_LIB_MMU_H
#define GUESTS_LIB_MMU_H

#define MMU_ATTRIBUTE_DEVICE 0
#define MMU_ATTRIBUTE_NORMAL 1

/* Attribute 0: Device-nGnRE. Attribute 1: Normal, write-back, allocating on reads and writes. */
#define MMU_MAIR 0xff04

/* T0SZ 25 (39 bits); write-back, inner shareable walks; 4 KiB granule; no TTBR1 (EPD1); 40-bit output. */
#define MMU_TCR (25 | (1 << 8) | (1 << 10) | (3 << 12) | (1 << 23) | (2 << 30) | (2 << 32))

/* RES1 bits, then M, A (alignment), C, SA (stack alignment), I and WXN. */
#define MMU_SCTLR (0x30d00800 | (1 << 0) | (1 << 1) | (1 << 2) | (1 << 3) | (1 << 12) | (1 << 19))

#ifndef __ASSEMBLER__
#include <stdint.h>

extern const uint64_t mmu_level1[512];
#endif

#endif
