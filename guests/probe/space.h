/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another stage 1 for the checks of faults: the library's map, open to EL0, and an upper half (TTBR1) whose gigabytes are what
 * the checks need. Between space_open() and space_close() on vCPU 0; FP and SIMD are enabled meanwhile.
 */
#ifndef GUESTS_PROBE_SPACE_H
#define GUESTS_PROBE_SPACE_H

#include <stdint.h>

/* The fourth gigabyte, for 32-bit code: the first as SPACE_CODE has it. */
#define SPACE_NARROW 0xc0000000U

/* Nobody's addresses: of Bulkhead's, and, at the second one, of the bus's own if the system file passes it through. */
#define SPACE_NOTHING 0x0f800000U
#define SPACE_HOLE 0x0f000000U

/* The gigabytes of the upper half. */
#define SPACE_GIB(n) (0xffffff8000000000ULL + ((uint64_t)(n) << 30))
#define SPACE_NORMAL SPACE_GIB(0)  /* the first GiB, which has the devices, as Normal memory */
#define SPACE_CODE SPACE_GIB(1)    /* the same, read-only and executable */
#define SPACE_MEMORY SPACE_GIB(2)  /* the second GiB, which has the memory */
#define SPACE_FAR SPACE_GIB(3)     /* the last GiB of the physical addresses */
#define SPACE_LEVEL2(n) SPACE_GIB(4 + (n))                    /* a level-2 table that begins at space_targets[n] */
#define SPACE_LEVEL3(n) (SPACE_GIB(7) + ((uint64_t)(n) << 21)) /* a level-3 table there */
#define SPACE_TARGETS 3U

extern const uint64_t space_targets[SPACE_TARGETS]; /* nobody's, the bus's, the distributor's address */

void space_open(void);
void space_close(void);
/* The upper half's first table is at `root`; 0: where it was. */
void space_set_upper(uint64_t root);

#endif
