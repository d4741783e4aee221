/* SPDX-License-Identifier: Apache-2.0 */
/* What C cannot say: whole register files, and addressing modes by choice (assembly.S). */
#ifndef GUESTS_PROBE_ASSEMBLY_H
#define GUESTS_PROBE_ASSEMBLY_H

#include <stdint.h>

/* HVC, or SMC, with this function and x4-x30 filled; number of these registers that came back changed. */
uint64_t assembly_call_changes(uint64_t function);
uint64_t assembly_smc_changes(uint64_t function);

#define ASSEMBLY_FP_WORDS 66U /* v0-v31 as pairs, FPCR, FPSR */

/* The FP and SIMD registers from and to 66 words. FP access must be enabled (CPACR_EL1). */
void assembly_fp_load(const uint64_t *words);
void assembly_fp_store(uint64_t *words);

/* Loads and stores that abort without a valid syndrome (ISV = 0) at an address that is not mapped. */
void assembly_load_post_index(uint64_t address);
void assembly_store_post_index(uint64_t address);
void assembly_load_pair(uint64_t address);

#endif
