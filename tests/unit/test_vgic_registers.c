/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the virtual distributor and redistributors, as a guest reads and writes them.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c
 * sources: tests/unit/vgic/gic.c tests/unit/vgic/guest.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define ONES 0xffffffffU
#define RD(n) ((n)*0x20000U)
#define SGI(n) (RD(n) + 0x10000U)
#define OWNED_1 0x0000320eU /* of word 1: 33, 34, 35, 41, 44, 45 */

static const struct interrupt_config interrupts[] = {
    {33U, 0U, false}, {34U, 0U, true},   {35U, 0U, false}, {41U, 51U, true},
    {44U, 0U, true},  {45U, 50U, false}, {287U, 0U, true},
};

static int set_up(void **state)
{
    (void)state;
    world_reset(4U, interrupts, COUNT(interrupts));
    return 0;
}

static uint64_t read_d(uint64_t offset, uint32_t size)
{
    return world_vgicd_read(world_be(0U), offset, size);
}

static void write_d(uint64_t offset, uint32_t size, uint64_t value)
{
    vgicd_write(world_be(0U), offset, size, value);
    world_settle();
}

static uint64_t read_r(uint64_t offset, uint32_t size)
{
    return world_vgicr_read(world_be(0U), offset, size);
}

static void write_r(uint64_t offset, uint32_t size, uint64_t value)
{
    vgicr_write(world_be(0U), offset, size, value);
    world_settle();
}

/* @verifies REQ-VGIC-001 */
static void the_distributor_says_what_it_is(void **state)
{
    uint64_t typer = read_d(0x4U, 4U);

    (void)state;
    assert_int_equal(typer & 0x1fU, MAX_INTIDS / 32U - 1U);
    assert_int_equal(typer >> 5 & 7U, 0U);      /* CPUNumber: only without affinity routing */
    assert_int_equal(typer >> 10 & 1U, 0U);     /* one security state */
    assert_int_equal(typer >> 16 & 3U, 0U);     /* no message-based interrupts, no LPIs */
    assert_int_equal(typer >> 19 & 0x1fU, 15U); /* 16 bits of INTID */
    assert_int_equal(typer >> 24 & 3U, 2U);     /* no Aff3, no 1 of N */
    assert_int_equal(read_d(0x8U, 4U), 0x42000000U);
    assert_int_equal(read_d(0xcU, 4U), 0U);
    assert_int_equal(read_d(0xffe8U, 4U), 0x30U);
}

/* @verifies REQ-VGIC-001 */
static void control_has_two_enables_and_fixed_routing_and_security(void **state)
{
    (void)state;
    assert_int_equal(read_d(0x0U, 4U), 0x50U);
    write_d(0x0U, 4U, ONES);
    assert_int_equal(read_d(0x0U, 4U), 0x53U);
    write_d(0x0U, 4U, 2U);
    assert_int_equal(read_d(0x0U, 4U), 0x52U);
    write_d(0x0U, 4U, 0U);
    assert_int_equal(read_d(0x0U, 4U), 0x50U);
}

/* @verifies REQ-VGIC-009 */
static void each_redistributor_names_its_vcpu_and_the_last_says_so(void **state)
{
    (void)state;
    for (uint64_t n = 0U; n < 3U; n++) {
        uint64_t type = n << 32 | n << 8 | (n == 2U ? 0x10U : 0U);

        assert_int_equal(read_r(RD(n) + 0x8U, 8U), type);
        assert_int_equal(read_r(RD(n) + 0x8U, 4U), (uint32_t)type);
        assert_int_equal(read_r(RD(n) + 0xcU, 4U), type >> 32);
        assert_int_equal(read_r(RD(n) + 0xffe8U, 4U), 0x30U);
        assert_int_equal(read_r(RD(n) + 0x4U, 4U), 0x42000000U);
        assert_int_equal(read_r(RD(n), 4U), 0U);
    }
    assert_int_equal(read_r(RD(3U) + 0x8U, 8U), 0U);
    write_r(RD(3U) + 0x14U, 4U, 0U);
}

/* @verifies REQ-VGIC-009 */
static void waker_keeps_what_is_written_and_mirrors_it(void **state)
{
    (void)state;
    assert_int_equal(read_r(RD(1U) + 0x14U, 4U), 6U);
    write_r(RD(1U) + 0x14U, 4U, 0U);
    assert_int_equal(read_r(RD(1U) + 0x14U, 4U), 0U);
    assert_int_equal(read_r(RD(0U) + 0x14U, 4U), 6U);
    write_r(RD(1U) + 0x14U, 4U, ONES);
    assert_int_equal(read_r(RD(1U) + 0x14U, 4U), 6U);
}

/* @verifies REQ-VGIC-002 */
static void all_ones_change_no_interrupt_that_is_not_owned(void **state)
{
    (void)state;
    for (uint64_t offset = 0x80U; offset < 0x10000U; offset += 4U) {
        write_d(offset, 4U, ONES);
    }
    for (uint64_t bank = 0x80U; bank < 0x400U; bank += 0x80U) {
        for (uint64_t word = 0U; word < 32U; word++) {
            uint64_t owned = word == 1U ? OWNED_1 : word == 8U ? 1ULL << 31 : 0U;

            assert_int_equal(read_d(bank + word * 4U, 4U) & ~owned, 0U);
        }
    }
    for (uint64_t intid = 0U; intid < 1024U; intid++) {
        bool owned = (intid / 32U == 1U && (OWNED_1 >> (intid % 32U) & 1U) != 0U) || intid == 287U;

        assert_int_equal(read_d(0x400U + intid, 1U), owned ? 0xf8U : 0U);
        assert_int_equal(read_d(0x6000U + intid * 8U, 8U), owned ? 0x80ffffffU : 0U);
    }
}

/* @verifies REQ-VGIC-002 */
static void all_ones_change_no_private_interrupt_that_is_not_owned(void **state)
{
    uint32_t owned = 0x4800ffffU;

    (void)state;
    for (uint64_t offset = 0U; offset < 0x20000U; offset += 4U) {
        write_r(RD(1U) + offset, 4U, ONES);
    }
    for (uint64_t bank = 0x80U; bank < 0x400U; bank += 0x80U) {
        assert_int_equal(read_r(SGI(1U) + bank, 4U) & ~owned, 0U);
        for (uint64_t word = 1U; word < 32U; word++) {
            assert_int_equal(read_r(SGI(1U) + bank + word * 4U, 4U), 0U);
        }
    }
    for (uint64_t intid = 0U; intid < 1024U; intid++) {
        assert_int_equal(read_r(SGI(1U) + 0x400U + intid, 1U), intid < 32U && (owned >> intid & 1U) != 0U ? 0xf8U : 0U);
    }
}

/* @verifies REQ-VGIC-002 */
static void what_is_reserved_or_of_another_mode_reads_as_zero(void **state)
{
    static const uint64_t zero[] = {0x10U,  0x40U,   0x48U,   0x50U,   0x58U,   0x80U,   0x100U,  0x200U,      0x300U,
                                    0x800U, 0x820U,  0xbfcU,  0xd00U,  0xd04U,  0xe00U,  0xe08U,  0xf00U,      0xf10U,
                                    0xf20U, 0x1000U, 0x6000U, 0x60f8U, 0x8000U, 0xffe0U, 0xfff0U, 0xffffU - 3U};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(zero); n++) {
        write_d(zero[n], 4U, ONES);
        assert_int_equal(read_d(zero[n], 4U), 0U);
    }
}

/* @verifies REQ-VGIC-002 */
static void accesses_of_a_size_that_a_register_does_not_have_do_nothing(void **state)
{
    static const uint32_t sizes[] = {1U, 2U, 8U};

    (void)state;
    write_d(0x104U, 4U, 2U);
    write_d(0x420U, 4U, 0xa0a0a0a0U);
    for (uint32_t n = 0U; n < COUNT(sizes); n++) {
        write_d(0x0U, sizes[n], ONES);
        write_d(0x104U, sizes[n], ONES);
        assert_int_equal(read_d(0x0U, sizes[n]), 0U);
        assert_int_equal(read_d(0x4U, sizes[n]), 0U);
        assert_int_equal(read_d(0x104U, sizes[n]), 0U);
        assert_int_equal(read_r(RD(0U) + 0x14U, sizes[n]), 0U);
    }
    assert_int_equal(read_d(0x104U, 4U), 2U);
    write_d(0x420U, 2U, 0U);
    write_d(0x420U, 8U, 0U);
    assert_int_equal(read_d(0x420U, 2U), 0U);
    assert_int_equal(read_d(0x420U, 8U), 0U);
    assert_int_equal(read_d(0x420U, 4U), 0xa0a0a000U);
    write_d(0x6000U + 33U * 8U, 2U, 1U);
    assert_int_equal(read_d(0x6000U + 33U * 8U, 8U), 0U);
    assert_int_equal(read_r(RD(1U) + 0x8U, 1U), 0U);
}

/* @verifies REQ-VGIC-004 */
static void priorities_are_bytes_with_five_bits(void **state)
{
    (void)state;
    write_d(0x421U, 1U, 0xffU);
    write_d(0x422U, 1U, 0x47U);
    assert_int_equal(read_d(0x420U, 4U), 0x0040f800U);
    assert_int_equal(read_d(0x421U, 1U), 0xf8U);
    write_d(0x420U, 4U, 0x11223344U);
    assert_int_equal(read_d(0x420U, 4U), 0x10203000U); /* 32 is nobody's */
    write_r(SGI(2U) + 0x40fU, 1U, 0x80U);
    assert_int_equal(read_r(SGI(2U) + 0x40cU, 4U), 0x80000000U);
    assert_int_equal(read_r(SGI(0U) + 0x40cU, 4U), 0U);
}

/* @verifies REQ-VGIC-007 */
static void triggers_of_virtual_lines_can_be_set_and_the_rest_is_fixed(void **state)
{
    (void)state;
    assert_int_equal(read_d(0xc08U, 4U), 0x02080020U); /* 34, 41, 44 edge */
    write_d(0xc08U, 4U, ONES);
    assert_int_equal(read_d(0xc08U, 4U), 0x020800a8U); /* 45 is hardware's, and level */
    write_d(0xc08U, 4U, 0U);
    assert_int_equal(read_d(0xc08U, 4U), 0x00080000U); /* 41 is hardware's, and edge */
    write_r(SGI(0U) + 0xc00U, 4U, 0U);
    write_r(SGI(0U) + 0xc04U, 4U, ONES);
    assert_int_equal(read_r(SGI(0U) + 0xc00U, 4U), 0xaaaaaaaaU);
    assert_int_equal(read_r(SGI(0U) + 0xc04U, 4U), 0U);
}

/* @verifies REQ-VGIC-003 */
static void enables_are_set_by_one_register_and_cleared_by_the_other(void **state)
{
    (void)state;
    write_d(0x104U, 4U, ONES);
    assert_int_equal(read_d(0x104U, 4U), OWNED_1);
    assert_int_equal(read_d(0x184U, 4U), OWNED_1);
    write_d(0x104U, 4U, 0U);
    assert_int_equal(read_d(0x104U, 4U), OWNED_1);
    write_d(0x184U, 4U, 0x00000202U);
    assert_int_equal(read_d(0x104U, 4U), OWNED_1 & ~0x202U);
    assert_true(world_spi[50].enabled);
    assert_false(world_spi[51].enabled);
    write_d(0x184U, 4U, ONES);
    assert_int_equal(read_d(0x104U, 4U), 0U);
    assert_false(world_spi[50].enabled);
}

/* @verifies REQ-VGIC-008 */
static void a_route_is_read_as_written_and_has_no_third_affinity(void **state)
{
    uint64_t route = 0x6000U + 45U * 8U;

    (void)state;
    write_d(route, 8U, 2U);
    assert_int_equal(read_d(route, 8U), 2U);
    assert_int_equal(world_spi[50].route, fake_core_configs[3].mpidr);
    write_d(route, 4U, 1U);
    assert_int_equal(world_spi[50].route, fake_core_configs[2].mpidr);
    write_d(route + 4U, 4U, ONES);
    assert_int_equal(read_d(route, 8U), 1U);
    assert_int_equal(read_d(route, 4U), 1U);
    assert_int_equal(read_d(route + 4U, 4U), 0U);
    write_d(route, 8U, 0xff80000000ULL);
    assert_int_equal(read_d(route, 8U), 0x80000000U);
}

/* @verifies REQ-VGIC-018 */
static void reset_gives_the_power_on_state(void **state)
{
    (void)state;
    for (uint64_t offset = 0U; offset < 0x10000U; offset += 4U) {
        write_d(offset, 4U, ONES);
    }
    for (uint32_t n = 0U; n < 3U; n++) {
        world_put(n);
    }
    world_power_on();
    for (uint64_t bank = 0x80U; bank < 0x400U; bank += 0x80U) {
        assert_int_equal(read_d(bank + 4U, 4U), 0U);
        assert_int_equal(read_r(SGI(1U) + bank, 4U), 0U);
    }
    assert_int_equal(read_d(0x0U, 4U), 0x50U);
    assert_int_equal(read_d(0x6000U + 45U * 8U, 8U), 0U);
    assert_false(world_spi[50].enabled || world_spi[50].active || world_spi[50].latched);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_distributor_says_what_it_is, set_up),
        cmocka_unit_test_setup(control_has_two_enables_and_fixed_routing_and_security, set_up),
        cmocka_unit_test_setup(each_redistributor_names_its_vcpu_and_the_last_says_so, set_up),
        cmocka_unit_test_setup(waker_keeps_what_is_written_and_mirrors_it, set_up),
        cmocka_unit_test_setup(all_ones_change_no_interrupt_that_is_not_owned, set_up),
        cmocka_unit_test_setup(all_ones_change_no_private_interrupt_that_is_not_owned, set_up),
        cmocka_unit_test_setup(what_is_reserved_or_of_another_mode_reads_as_zero, set_up),
        cmocka_unit_test_setup(accesses_of_a_size_that_a_register_does_not_have_do_nothing, set_up),
        cmocka_unit_test_setup(priorities_are_bytes_with_five_bits, set_up),
        cmocka_unit_test_setup(triggers_of_virtual_lines_can_be_set_and_the_rest_is_fixed, set_up),
        cmocka_unit_test_setup(enables_are_set_by_one_register_and_cleared_by_the_other, set_up),
        cmocka_unit_test_setup(a_route_is_read_as_written_and_has_no_third_affinity, set_up),
        cmocka_unit_test_setup(reset_gives_the_power_on_state, set_up),
    };

    return cmocka_run_group_tests_name("vgic registers", tests, NULL, NULL);
}
