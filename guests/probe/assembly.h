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

/* EL0 and back (el0.h): where to, x0, SPSR_EL1 and TTBR0_EL1; end: ESR_EL1, ELR_EL1, x0. */
struct assembly_el0 {
    uint64_t code;
    uint64_t argument;
    uint64_t spsr;
    uint64_t root;
};
void assembly_el0(const struct assembly_el0 *start, uint64_t *end);

/* For EL0: NOP; NOP at ..._break; a load from x0 at ..._watch; BRK; a read of CNTP_CTL_EL0; 32-bit reads. */
extern const uint32_t assembly_el0_steps[];
extern const uint32_t assembly_el0_break[];
extern const uint32_t assembly_el0_watch[];
extern const uint32_t assembly_el0_brk[];
extern const uint32_t assembly_el0_timer[];
extern const uint64_t assembly_el0_data[];
extern const uint32_t assembly_aarch32_nothing[];
extern const uint32_t assembly_aarch32_counter[];
extern const uint32_t assembly_aarch32_pmcr[];
extern const uint32_t assembly_aarch32_pmccntr[];
extern const uint32_t assembly_aarch32_implementation[];
extern const uint32_t assembly_aarch32_timer[];
extern const uint32_t assembly_aarch32_midr[];

/* Pointer authentication with key A for instructions; leave a pointer alone where there is none. */
uint64_t assembly_sign(uint64_t pointer, uint64_t modifier);
uint64_t assembly_authenticate(uint64_t pointer, uint64_t modifier);

#endif
