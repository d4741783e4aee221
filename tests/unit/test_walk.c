/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a guest's walk begins (partitions/walk.c). The expected addresses are worked out by hand from the tables of D8.2 (Arm
 * DDI 0487): which bits of the address each level resolves, for each granule.
 * @verifies REQ-EXIT-005
 */
#include "tests/unit/fake/test.h"
#include "partitions/walk.h"

#define T0SZ(bits) (64ULL - (bits))
#define T1SZ(bits) ((64ULL - (bits)) << 16)
#define TG0_4K (0ULL << 14)
#define TG0_64K (1ULL << 14)
#define TG0_16K (2ULL << 14)
#define TG1_16K (1ULL << 30)
#define TG1_4K (2ULL << 30)
#define TG1_64K (3ULL << 30)
#define ASID 0x00ff000000000000ULL
#define CNP 1ULL

static int set_up(void **state)
{
    (void)state;
    fake_machine_reset();
    return 0;
}

static void the_level_is_the_one_the_walk_begins_with_if_the_page_is_that_of_its_first_descriptor(void **state)
{
    static const struct {
        uint64_t tcr;
        uint64_t ttbr0;
        uint64_t ttbr1;
        uint64_t va;
        uint64_t page; /* of the first descriptor */
        uint32_t status;
    } cases[] = {
        /* 4 KiB: levels resolve bits 47:39, 38:30, 29:21, 20:12. */
        {T0SZ(48) | TG0_4K, 0x48000000U, 0U, 0x0000ffffffffffffULL, 0x48000000U, 0x14U},
        {T0SZ(40) | TG0_4K, 0x48000000U, 0U, 0x000000ff00000000ULL, 0x48000000U, 0x14U},
        {T0SZ(39) | TG0_4K, 0x48000000U, 0U, 0x0000007fffffffffULL, 0x48000000U, 0x15U},
        {T0SZ(31) | TG0_4K, 0x48000fc0U, 0U, 0x0000000040000000ULL, 0x48000000U, 0x15U},
        {T0SZ(30) | TG0_4K, 0x48000000U, 0U, 0x000000003fffffffULL, 0x48000000U, 0x16U},
        {T0SZ(25) | TG0_4K, 0x48000000U, 0U, 0x0000000001ffffffULL, 0x48000000U, 0x16U},
        {T0SZ(21) | TG0_4K, 0x48000000U, 0U, 0x00000000001fffffULL, 0x48000000U, 0x17U},
        {T0SZ(52) | TG0_4K, 0x48000000U, 0U, 0x000f000000000000ULL, 0x48000000U, 0x13U}, /* LPA2: level -1 */
        /* 16 KiB: 47, 46:36, 35:25, 24:14. The table has up to four pages of 4 KiB. */
        {T0SZ(48) | TG0_16K, 0x48000000U, 0U, 0x0000800000000000ULL, 0x48000000U, 0x14U},
        {T0SZ(47) | TG0_16K, 0x48000000U, 0U, 0x0000000000000000ULL, 0x48000000U, 0x15U},
        {T0SZ(47) | TG0_16K, 0x48000000U, 0U, 0x0000200000000000ULL, 0x48001000U, 0x15U}, /* entry 512 */
        {T0SZ(47) | TG0_16K, 0x48000000U, 0U, 0x00007fffffffffffULL, 0x48003000U, 0x15U},
        {T0SZ(36) | TG0_16K, 0x48000000U, 0U, 0x0000000fffffffffULL, 0x48003000U, 0x16U},
        /* 64 KiB: 47:42, 41:29, 28:16. */
        {T0SZ(48) | TG0_64K, 0x48000000U, 0U, 0x0000ffffffffffffULL, 0x48000000U, 0x15U},
        {T0SZ(42) | TG0_64K, 0x48000000U, 0U, 0x0000000000000000ULL, 0x48000000U, 0x16U},
        {T0SZ(42) | TG0_64K, 0x48000000U, 0U, 0x000003ffffffffffULL, 0x4800f000U, 0x16U},
        {T0SZ(42) | TG0_64K, 0x48000000U, 0U, 0x0000004000000000ULL, 0x48001000U, 0x16U}, /* entry 512 */
        {T0SZ(29) | TG0_64K, 0x48000000U, 0U, 0x000000001fffffffULL, 0x4800f000U, 0x17U},
        /* The upper half has fields and an encoding of its own; ASID, CnP and tags do not count. */
        {T0SZ(48) | T1SZ(39) | TG1_4K, 0x41000000U, 0x48000000U, 0xffffff8000000000ULL, 0x48000000U, 0x15U},
        {T0SZ(48) | T1SZ(48) | TG1_4K, 0x41000000U, ASID | 0x48000000U | CNP, 0xffff000000000000ULL, 0x48000000U,
         0x14U},
        {T0SZ(48) | T1SZ(47) | TG1_16K, 0U, 0x48000000U, 0xffffffffffffffffULL, 0x48003000U, 0x15U},
        {T0SZ(48) | T1SZ(42) | TG1_64K, 0U, 0x48000000U, 0xffffffffffffffffULL, 0x4800f000U, 0x16U},
        {T0SZ(39) | T1SZ(48), ASID | 0x48000000U, 0x41000000U, 0xff00007fffffffffULL, 0x48000000U, 0x15U},
    };

    (void)state;
    for (uint32_t n = 0U; n < COUNT(cases); n++) {
        *fake_sysreg("tcr_el1") = cases[n].tcr;
        *fake_sysreg("ttbr0_el1") = cases[n].ttbr0;
        *fake_sysreg("ttbr1_el1") = cases[n].ttbr1;
        assert_int_equal(walk_status(cases[n].va, IPA(cases[n].page)), cases[n].status);
        assert_int_equal(walk_status(cases[n].va, IPA(cases[n].page + 0x10000U)), 0x17U);
        assert_int_equal(walk_status(cases[n].va, IPA(cases[n].page ^ 1ULL << 40)), 0x17U);
    }
}

/* The hardware limits them by itself; here they lead to no shift that C does not define (UBSan looks). */
static void no_size_that_a_guest_can_write_is_too_much(void **state)
{
    (void)state;
    for (uint64_t size = 0U; size < 64U; size++) {
        for (uint64_t granule = 0U; granule < 4U; granule++) {
            uint32_t lower;
            uint32_t upper;

            *fake_sysreg("tcr_el1") = size | size << 16 | granule << 14 | granule << 30;
            *fake_sysreg("ttbr0_el1") = 0x48000000U;
            *fake_sysreg("ttbr1_el1") = 0x48000000U;
            lower = walk_status(0U, IPA(0x48000000U));
            upper = walk_status(0xff80000000000000ULL, IPA(0x48000000U));
            assert_in_range(lower, 0x13U, 0x17U);
            assert_in_range(upper, 0x13U, 0x17U);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_level_is_the_one_the_walk_begins_with_if_the_page_is_that_of_its_first_descriptor,
                               set_up),
        cmocka_unit_test_setup(no_size_that_a_guest_can_write_is_too_much, set_up),
    };

    return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
