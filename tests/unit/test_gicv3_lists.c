/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual CPU interface at a switch (arch/arm64/gicv3_lists.c).
 * sources: arch/arm64/gicv3_lists.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/gic.h"

#define LISTS 4U
#define VTR(lists, preemption_bits) (((uint64_t)(preemption_bits) - 1U) << 26 | ((lists) - 1U))

static const char *const lists[] = {"ich_lr0_el2", "ich_lr1_el2", "ich_lr2_el2", "ich_lr3_el2"};

static const char *const names[] = {"ich_lr0_el2",  "ich_lr1_el2",  "ich_lr2_el2",  "ich_lr3_el2",
                                    "ich_lr4_el2",  "ich_lr5_el2",  "ich_lr6_el2",  "ich_lr7_el2",
                                    "ich_lr8_el2",  "ich_lr9_el2",  "ich_lr10_el2", "ich_lr11_el2",
                                    "ich_lr12_el2", "ich_lr13_el2", "ich_lr14_el2", "ich_lr15_el2"};

/* What gicv3_registers.S does on the machine. */
uint64_t gic_list_read(uint32_t index)
{
    return *fake_sysreg(names[index]);
}

void gic_list_write(uint32_t index, uint64_t value)
{
    *fake_sysreg(names[index]) = value;
}

static int set_up(void **state)
{
    (void)state;
    fake_machine_reset();
    *fake_sysreg("ich_vtr_el2") = VTR(LISTS, 5U);
    return 0;
}

/* Junk, different in every register. */
static void fill(uint64_t seed)
{
    for (uint32_t n = 0U; n < LISTS; n++) {
        *fake_sysreg(lists[n]) = seed << 8 | n;
    }
    *fake_sysreg("ich_vmcr_el2") = seed << 8 | 0x10U;
    *fake_sysreg("ich_hcr_el2") = seed << 8 | 0x11U;
    *fake_sysreg("ich_ap0r0_el2") = seed << 8 | 0x12U;
    *fake_sysreg("ich_ap1r0_el2") = seed << 8 | 0x13U;
}

static void assert_filled(uint64_t seed)
{
    assert_int_equal(*fake_sysreg("ich_vmcr_el2"), seed << 8 | 0x10U);
    assert_int_equal(*fake_sysreg("ich_hcr_el2"), seed << 8 | 0x11U);
    assert_int_equal(*fake_sysreg("ich_ap0r0_el2"), seed << 8 | 0x12U);
    assert_int_equal(*fake_sysreg("ich_ap1r0_el2"), seed << 8 | 0x13U);
}

/* @verifies REQ-GIC-002 */
static void what_was_put_is_loaded_again_whatever_was_in_between(void **state)
{
    struct gic_context first;
    struct gic_context second;

    (void)state;
    memset(&first, 0xff, sizeof(first));
    memset(&second, 0xff, sizeof(second));
    fill(1U);
    gic_put(&first);
    fill(2U);
    gic_put(&second);
    gic_load(&first);
    assert_filled(1U);
    gic_put(&first);
    gic_load(&second);
    assert_filled(2U);
}

/* @verifies REQ-GIC-002 */
static void after_a_put_the_interface_is_off_and_its_list_registers_are_empty(void **state)
{
    struct gic_context context;

    (void)state;
    fill(3U);
    gic_put(&context);
    assert_int_equal(gic_hcr_read(), 0U);
    for (uint32_t n = 0U; n < LISTS; n++) {
        assert_int_equal(gic_list_read(n), 0U);
    }
}

/* @verifies REQ-GIC-002 */
static void all_active_priority_registers_there_are_go_with_it(void **state)
{
    static const char *const words[] = {"ich_ap1r0_el2", "ich_ap1r1_el2", "ich_ap1r2_el2", "ich_ap1r3_el2"};
    struct gic_context context;

    (void)state;
    for (uint32_t bits = 5U; bits <= 7U; bits++) {
        uint32_t count = 1U << (bits - 5U);

        (void)set_up(NULL);
        *fake_sysreg("ich_vtr_el2") = VTR(LISTS, bits);
        gic_context_reset(&context);
        for (uint32_t n = 0U; n < 4U; n++) {
            context.active[1][n] = n + 1U;
        }
        gic_load(&context);
        for (uint32_t n = 0U; n < 4U; n++) {
            assert_int_equal(*fake_sysreg(words[n]), n < count ? n + 1U : 0U);
        }
    }
}

static void a_vcpu_is_powered_on_with_an_empty_interface(void **state)
{
    struct gic_context context;

    (void)state;
    memset(&context, 0xff, sizeof(context));
    gic_context_reset(&context);
    fill(4U);
    gic_load(&context);
    assert_int_equal(gic_hcr_read(), GIC_HCR_ENABLE);
    assert_int_equal(*fake_sysreg("ich_vmcr_el2"), 0U);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_put_is_loaded_again_whatever_was_in_between, set_up),
        cmocka_unit_test_setup(after_a_put_the_interface_is_off_and_its_list_registers_are_empty, set_up),
        cmocka_unit_test_setup(all_active_priority_registers_there_are_go_with_it, set_up),
        cmocka_unit_test_setup(a_vcpu_is_powered_on_with_an_empty_interface, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
