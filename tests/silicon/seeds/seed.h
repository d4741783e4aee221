/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What seeded programs share: small programs at EL2 with one mistake each that QEMU forgives and a chip does not. Each is built
 * once for each of its variants (-DVARIANT=name); CORRECT is the one without the mistake.
 */
#ifndef TESTS_SILICON_SEEDS_SEED_H
#define TESTS_SILICON_SEEDS_SEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUEST_CODE 0x48000000UL
#define GUEST_DATA 0x48100000UL
#define LINE 64UL
#define HCR_VM (1UL << 0)
#define HCR_DC (1UL << 12) /* a guest without MMU has cacheable memory */
#define HCR_RW (1UL << 31)
#define VTCR 0x80023560UL  /* 4 GiB, from level 1, walks cacheable and shared */

#define READ(name)                                             \
    ({                                                         \
        uint64_t value_;                                       \
        __asm__ volatile("mrs %0, " #name : "=r"(value_) : : "memory"); \
        value_;                                                \
    })
#define WRITE(name, value) __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")
#define DO(instruction) __asm__ volatile(instruction : : : "memory")
#define DO_AT(instruction, address) __asm__ volatile(instruction ", %0" : : "r"((uint64_t)(address)) : "memory")

/* start.S */
uint64_t guest_run(uint64_t entry, uint64_t argument);
uint64_t smc_call(uint64_t function, uint64_t x1, uint64_t x2, uint64_t x3);
void seed_end(void) __attribute__((noreturn));
void second_start(void);
extern const uint64_t stage2_table[];

/* The seed. before_caches, if there is one, is called on each core with the MMU off and no stack; second_main after CPU_ON. */
void seed_main(void);
void second_main(void);
extern void (*const before_caches)(void);

static inline uint64_t load(uint64_t address)
{
    return *(volatile uint64_t *)address;
}

static inline void store(uint64_t address, uint64_t value)
{
    *(volatile uint64_t *)address = value;
}

static inline void clean_invalidate(uint64_t address, uint64_t size)
{
    for (uint64_t at = address & ~(LINE - 1UL); at < address + size; at += LINE) {
        DO_AT("dc civac", at);
    }
}

static inline void invalidate(uint64_t address)
{
    DO_AT("dc ivac", address);
    DO("dsb sy");
}

/* Stage 2 on, caches of EL1 off but for what `hcr` says. */
static inline void guest_enter_stage2(uint64_t vmid, uint64_t hcr)
{
    WRITE(sctlr_el1, 0x30d00800UL);
    WRITE(vtcr_el2, VTCR);
    WRITE(vttbr_el2, (uint64_t)stage2_table | vmid << 48);
    WRITE(hcr_el2, HCR_RW | HCR_VM | hcr);
    DO("isb");
    DO("tlbi vmalls12e1");
    DO("dsb nsh\n isb");
}

static inline void copy_words(uint64_t to, const uint32_t *from, const uint32_t *end)
{
    for (; from < end; from++, to += sizeof(*from)) {
        *(volatile uint32_t *)to = *from;
    }
}

/* Code for EL1, between NAME and NAME_end. */
#define GUEST(name, code)                                                                                  \
    extern const uint32_t name[], name##_end[];                                                            \
    __asm__(".pushsection .rodata\n .balign 4\n" #name ":\n" code "\n hvc #0\n b .\n" #name "_end:\n .popsection")

#endif
