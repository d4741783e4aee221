/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work on whole pages of a partition's memory, mapped through its load root, and the switch to that root.
 * Addresses are page-aligned unless said otherwise.
 */
#ifndef ARCH_ARM64_MEMORY_H
#define ARCH_ARM64_MEMORY_H

#include "lib/types.h"

/* EL2's stage-1 root. `root` is a TTBR0_EL2 value; local, with the TLB emptied (no ASID at EL2 without VHE). */
void memory_use_root(pa_t root);

/*
 * Zeroes whole pages, or copies one, and cleans and invalidates them to the point of coherency, before it returns. To be
 * called while no vCPU is on the core: copying uses its SIMD registers.
 */
void memory_scrub(va_t start, uint64_t size);
void memory_copy_page(va_t to, va_t from); /* from: 8-byte aligned */

/* Zeroes a page with DC ZVA. */
void memory_zero_page(va_t page);
/* size bytes, a multiple of 8; both 8-byte aligned, not overlapping. While no vCPU is on the core. */
void memory_copy(va_t to, va_t from, uint64_t size);
/* Cleans and invalidates to the point of coherency, by VA; completes before it returns. */
void memory_clean_invalidate(va_t start, uint64_t size);

#endif
