/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the TLB seeds share: bare-metal programs at EL2 of QEMU's virt, each compiled once for every VARIANT of an
 * `enum variant`: some correct, the others with one mistake. They say nothing; the sanitizer does.
 */
#ifndef TESTS_SILICON_SEEDS_TLB_H
#define TESTS_SILICON_SEEDS_TLB_H

#include <stdbool.h>
#include <stdint.h>

#define WRITE(name, value) __asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")
#define DO(instruction) __asm__ volatile(instruction : : : "memory")
#define DO_WITH(instruction, value) __asm__ volatile(instruction ", %0" : : "r"((uint64_t)(value)) : "memory")

#define LEAF_S2(pa) ((pa) | 0x7fcU | 1U)            /* read, write, Normal write-back, AF; a block */
#define PAGE_S2(pa) (LEAF_S2(pa) | 2U)
#define PAGE_S2_READ_ONLY(pa) (PAGE_S2(pa) & ~0x80UL)
#define LEAF_EL2(pa) ((pa) | 0x705U)                /* Normal write-back, AF; a block */
#define TABLE(address) ((uint64_t)(address) + 3U)
#define MEGABYTE 0x100000UL

#define VTCR 0x80003560U
#define VMID(vmid) ((uint64_t)(vmid) << 48)
#define OTHER_VMID 9U
#define GUEST_VMID 7U

/* Addresses in the guest. */
#define GUEST_COUNTS 0x60000000UL
#define GUEST_CALLS (GUEST_COUNTS + 64U)
#define GUEST_COUNTER 0x60100000UL
#define GUEST_DATA 0x68000000UL
/* Where they are: the data page at its own address. */
#define DATA_PA GUEST_DATA
#define OTHER_PA (GUEST_DATA + MEGABYTE)

/* Set by the seed; looked at before the MMU is on. */
#define SKIP_BOOT_TLBI 1U
#define SKIP_BOOT_ISB 2U
#define SKIP_BOOT_GUEST_TLBI 4U
extern const uint32_t seed_skips;
void seed_main(void);
void seed_second(void);

/* tlb_start.S */
void second_start(void);
void seed_end(void);
uint64_t smc_call(uint64_t function, uint64_t a, void (*b)(void), uint64_t c);
void guest_run(uint64_t address);
extern const uint64_t guest_page[512];

/* tlb_machine.c */
extern const uint64_t el2_root[512];
extern uint64_t stage2_root[512]; /* of GUEST_VMID */
extern uint64_t stage2_data[512]; /* level 3 at GUEST_DATA */
extern uint64_t stage2_middle[512];
extern uint64_t other_root[512]; /* of OTHER_VMID, and nearly empty */
extern uint64_t other_data[512];
void use_guest(const uint64_t *root, uint64_t vmid);
/* Before a guest runs on this core: both stages and the instruction cache. */
void forget_guest(void);
void enter_guest(uint64_t address);
/* The second core runs the guest that counts, for ever; returns when it does. */
void start_second(void);
/* The second core calls seed_second_once() with the guest's tables in use. */
void start_second_once(void);
void seed_second_once(void);
void set(uint64_t *descriptor, uint64_t value);
void scrub(uint64_t page);

#endif
