/* SPDX-License-Identifier: Apache-2.0 */
/* The hostile-reset shim: what its parts share. docs/hostile-reset.md says what it does and why. */
#ifndef TESTS_SILICON_SHIM_SHIM_H
#define TESTS_SILICON_SHIM_SHIM_H

#ifndef __ASSEMBLER__
#include <stdint.h>

/* Filled in by the test in a copy of the shim's image (harness of tests/silicon/test_hostile.py). */
struct shim_parameters {
    uint64_t seed;  /* 0, ~0: every junk bit is 0, or 1 */
    uint64_t entry; /* where the image is entered */
    uint64_t image; /* the loaded file */
    uint64_t image_end;
    uint64_t state; /* inside it: .bss and stacks, which an ELF file leaves as they are */
    uint64_t state_end;
    uint64_t ram;
    uint64_t ram_end;
    uint64_t gicd;
    uint64_t gicr;
    uint64_t uart;
    uint64_t cores;
    uint64_t secondary; /* where the image's other cores go on after the shim */
};

extern const volatile struct shim_parameters parameters;

/* start.S */
void mmu_on(void);
void mmu_off(void);
uint64_t psci(uint64_t function, uint64_t a, uint64_t b, uint64_t c);
void second_start(void);

/* shim.c */
struct last_words {
    uint64_t entry;
    void *values; /* LAST_*, then 24 registers */
};

uint64_t junk(void);
struct last_words shim_first(uint64_t device_tree);
struct last_words shim_hook(uint64_t core, uint64_t context);
void shim_second(uint64_t core);

/* gic.c */
void gic_junk_board(void);
void gic_junk_redistributor(uint64_t core);
void gic_junk_interface(void);

/* registers.c */
void registers_junk(void);

#define junk_of(mask) (junk() & (mask))

static inline void write32(uint64_t address, uint64_t value)
{
    *(volatile uint32_t *)address = (uint32_t)value;
}

static inline uint32_t read32(uint64_t address)
{
    return *(volatile uint32_t *)address;
}
#endif

#define SHIM_STACK 2048
#define SHIM_CORES 8

/* struct shim_parameters */
#define PARAMETERS_SEED 0
#define PARAMETERS_ENTRY 8
#define PARAMETERS_UART 80
#define PARAMETERS_SECONDARY 96

/* What shim_last_words() leaves for the last instructions before the image. */
#define LAST_SCTLR 0
#define LAST_HCR 8
#define LAST_FLAGS 16
#define LAST_X0 24
#define LAST_SIZE 32
#define FLAG_SP0 0    /* bit numbers of LAST_FLAGS */
#define FLAG_SERROR 1

#endif
