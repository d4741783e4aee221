/* SPDX-License-Identifier: Apache-2.0 */
/* The tables and helpers of the TLB seeds. */
#include "tests/silicon/seeds/tlb.h"

#define PSCI_CPU_ON 0xc4000003U
#define PAGE_TABLE __attribute__((aligned(4096)))

const uint64_t el2_root[512] PAGE_TABLE = {[0] = 0x401U | (1UL << 54), [1] = LEAF_EL2(0x40000000UL)};

static uint64_t stage2_code[512] PAGE_TABLE = {[0] = TABLE(guest_page) + 0x7fcU, [256] = PAGE_S2(GUEST_COUNTER)};
uint64_t stage2_data[512] PAGE_TABLE = {[0] = PAGE_S2(DATA_PA)};
uint64_t stage2_middle[512] PAGE_TABLE = {[0x20000000U >> 21] = TABLE(stage2_code),
                                          [0x28000000U >> 21] = TABLE(stage2_data)};
uint64_t stage2_root[512] PAGE_TABLE = {[1] = TABLE(stage2_middle)};

uint64_t other_data[512] PAGE_TABLE;
static uint64_t other_middle[512] PAGE_TABLE = {[0x20000000U >> 21] = TABLE(stage2_code),
                                                [0x28000000U >> 21] = TABLE(other_data)};
uint64_t other_root[512] PAGE_TABLE = {[1] = TABLE(other_middle)};

void use_guest(const uint64_t *root, uint64_t vmid)
{
    WRITE(vtcr_el2, VTCR);
    WRITE(vttbr_el2, (uint64_t)root | VMID(vmid));
    DO("isb");
}

void forget_guest(void)
{
    DO("tlbi vmalls12e1");
    DO("ic iallu");
    DO("dsb nsh");
    DO("isb");
}

void enter_guest(uint64_t address)
{
    WRITE(sctlr_el1, 0x30d00800U);
    guest_run(address);
}

/* A seed that wants more of it has its own. */
__attribute__((weak)) void seed_second_once(void)
{
}

static volatile bool only_once;

void seed_second(void)
{
    use_guest(stage2_root, GUEST_VMID);
    forget_guest();
    if (only_once) {
        seed_second_once();
    } else {
        enter_guest(GUEST_COUNTS);
    }
    for (;;) {
        DO("wfi");
    }
}

void start_second_once(void)
{
    only_once = true;
    (void)smc_call(PSCI_CPU_ON, 1U, second_start, 0U);
}

void start_second(void)
{
    const volatile uint64_t *counter = (const volatile uint64_t *)GUEST_COUNTER;

    (void)smc_call(PSCI_CPU_ON, 1U, second_start, 0U);
    while (*counter < 3U) {
        DO("yield");
    }
}

void set(uint64_t *descriptor, uint64_t value)
{
    *(volatile uint64_t *)descriptor = value;
}

void scrub(uint64_t page)
{
    for (uint64_t at = page; at < page + 4096U; at += 8U) {
        *(volatile uint64_t *)at = 0U;
    }
}
