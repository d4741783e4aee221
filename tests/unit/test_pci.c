/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCI functions (partitions/pci.c, pci_function.c) before a model of a function's configuration space: words of which some bits
 * can be written, status bits that are cleared by ones, and a function level reset.
 */
#include "tests/unit/fake/test.h"
#include "arch/arm64/mmio.h"
#include "partitions/pci_space.h"

#define ECAM 0x4010008000ULL
#define WORDS 1024U
#define RID 0x08U
#define WINDOW_RID ((uint64_t)RID << 12)
#define ID 0x10421af4U
#define BAR1 0x10000000U
#define BAR4 0x10004000U
#define VENDOR 0x40U
#define MSIX 0x50U
#define MSI 0x60U
#define POWER 0x70U
#define EXPRESS 0x80U
#define ONES 0xffffffffU

static uint32_t words[WORDS];
static uint32_t writable[WORDS];
static uint32_t reads;
static uint32_t writes;
static uint32_t resets;
static struct pci_function_state state;
static struct pci_function_config function;
static struct vcpu_state *vcpu;

static void reset_words(void)
{
    for (uint32_t n = 0U; n < WORDS; n++) {
        words[n] &= ~writable[n];
    }
    resets++;
}

uint64_t fake_mmio_read(uint64_t address, uint32_t size)
{
    assert_int_equal(size, 4U);
    assert_true(address >= ECAM && address < ECAM + WORDS * 4U && address % 4U == 0U);
    reads++;
    return words[(address - ECAM) / 4U];
}

void fake_mmio_write(uint64_t address, uint32_t size, uint64_t value)
{
    uint32_t n = (uint32_t)(address - ECAM) / 4U;
    uint32_t cleared = n == PCI_COMMAND / 4U ? 0xf9000000U : 0U;

    assert_int_equal(size, 4U);
    assert_true(address >= ECAM && address < ECAM + WORDS * 4U && address % 4U == 0U);
    writes++;
    words[n] = ((words[n] & ~writable[n]) | ((uint32_t)value & writable[n])) & ~((uint32_t)value & cleared);
    if (n == (EXPRESS + PCI_EXPRESS_CONTROL) / 4U && (value & PCI_EXPRESS_RESET) != 0U) {
        reset_words();
    }
    if (n == (POWER + PCI_POWER_CONTROL) / 4U && (value & 3U) == 0U && (words[n] & PCI_POWER_KEEPS) == 0U) {
        reset_words();
    }
}

static uint32_t *word(uint32_t offset)
{
    return &words[offset / 4U];
}

static void set_word(uint32_t offset, uint32_t value, uint32_t mask)
{
    *word(offset) = value;
    writable[offset / 4U] = mask;
}

/* Much of a virtio device, with more capabilities than one has. */
static void make_device(void)
{
    memset(words, 0, sizeof(words));
    memset(writable, 0, sizeof(writable));
    set_word(PCI_ID, ID, 0U);
    set_word(PCI_COMMAND, 0x00100000U, 0x07ffU);
    set_word(0x08U, 0x01000001U, 0U);
    set_word(PCI_HEADER, 0xc0800a08U, 0x0000ffffU);
    set_word(PCI_BAR(0U), 1U, 0xffffff80U); /* I/O */
    set_word(PCI_BAR(1U), 0U, 0xfffff000U);
    set_word(PCI_BAR(4U), 0xcU, 0xffffc000U);
    set_word(PCI_BAR(5U), 0U, 0xffffffffU);
    set_word(0x2cU, 0x11001af4U, 0U);
    set_word(PCI_ROM, 0xfffff001U, 0xfffff801U);
    set_word(PCI_LIST, VENDOR, 0U);
    set_word(PCI_INTERRUPT, 0x000001ffU, 0xffU);
    set_word(VENDOR, 0x00100000U | MSIX << 8 | PCI_CAP_VENDOR, 0U);
    set_word(VENDOR + 4U, 0x12345678U, ONES);
    set_word(MSIX, 0x80020000U | MSI << 8 | 0x11U, 0xffff0000U);
    set_word(MSIX + 4U, 0x1U, ONES);
    set_word(MSI, 0x00800000U | POWER << 8 | 0x05U, 0xffff0000U);
    set_word(POWER, 0x00030000U | EXPRESS << 8 | PCI_CAP_POWER, 0U);
    set_word(POWER + PCI_POWER_CONTROL, 0U, 3U);
    set_word(EXPRESS, 0x00020000U | PCI_CAP_EXPRESS, 0U);
    set_word(EXPRESS + PCI_EXPRESS_DEVICE, PCI_EXPRESS_FLR | 0x8000U, 0U);
    set_word(EXPRESS + PCI_EXPRESS_CONTROL, 0x2810U, 0x7fffU);
    set_word(PCI_EXTENDED, 0x0001000fU, 0U); /* ATS */
}

static int set_up(void **unused)
{
    (void)unused;
    fake_board_reset();
    vcpu = fake_be_vcpu(IVI, 0U);
    make_device();
    state = (struct pci_function_state){0};
    function = (struct pci_function_config){
        .config = PA(ECAM), .rid = RID, .id = ID, .pin = 1U, .state = &state, .idle_us = 1000U};
    function.bars[1] = (struct pci_bar_config){BAR1, 0x1000U, 0U};
    function.bars[4] = (struct pci_bar_config){BAR4, 0x4000U, 0xcU};
    fake_partition_configs[IVI].function_count = 1U;
    fake_partition_configs[IVI].functions = &function;
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    reads = 0U;
    writes = 0U;
    resets = 0U;
    return 0;
}

static uint32_t get_at(uint64_t offset, uint32_t size)
{
    uint64_t value;

    pci_read(&value, offset, size, vcpu);
    assert_int_equal(fake_locks_held(), 0U);
    return (uint32_t)(value & ~0ULL >> (64U - size * 8U));
}

static uint32_t get(uint32_t offset, uint32_t size)
{
    return get_at(WINDOW_RID + offset, size);
}

static void put(uint32_t offset, uint32_t size, uint32_t value)
{
    pci_write(vcpu, WINDOW_RID + offset, size, value);
    assert_int_equal(fake_locks_held(), 0U);
}

/* @verifies REQ-PCI-001 */
static void the_functions_of_others_read_as_all_ones_and_nothing_reaches_them(void **unused)
{
    (void)unused;
    for (uint32_t rid = 0U; rid < 256U; rid++) {
        if (rid != RID) {
            assert_int_equal(get_at((uint64_t)rid << 12, 4U), ONES);
            assert_int_equal(get_at((uint64_t)rid << 12, 2U), 0xffffU);
            pci_write(vcpu, ((uint64_t)rid << 12) + PCI_COMMAND, 4U, 6U);
        }
    }
    vcpu = fake_be_vcpu(SAFETY, 0U);
    assert_int_equal(get(PCI_ID, 4U), ONES);
    put(PCI_COMMAND, 2U, 6U);
    assert_int_equal(reads + writes, 0U);
}

/* @verifies REQ-PCI-001 */
static void a_function_that_was_not_set_up_is_not_there(void **unused)
{
    (void)unused;
    *word(PCI_ID) = ONES;
    assert_int_equal(pci_prepare(&function), PCI_ABSENT);
    *word(PCI_ID) = ID;
    assert_int_equal(get(PCI_ID, 4U), ONES);
    writes = 0U;
    put(PCI_COMMAND, 2U, 6U);
    assert_int_equal(writes, 0U);
}

/* @verifies REQ-PCI-001 */
static void words_halves_and_bytes_are_cut_from_the_same_word(void **unused)
{
    (void)unused;
    assert_int_equal(get(PCI_ID, 4U), ID);
    assert_int_equal(get(PCI_ID, 2U), 0x1af4U);
    assert_int_equal(get(PCI_ID + 2U, 2U), 0x1042U);
    assert_int_equal(get(PCI_ID + 3U, 1U), 0x10U);
    assert_int_equal(get(PCI_HEADER + 2U, 1U), 0x80U);
    assert_int_equal(get(PCI_HEADER, 4U), 0x00800000U);
    assert_int_equal(get(0x2cU, 4U), 0x11001af4U);
    assert_int_equal(get(PCI_INTERRUPT, 4U), 0x00000100U);
    assert_int_equal(get(PCI_ID, 8U), ONES);
    assert_int_equal(writes, 0U);
}

/* @verifies REQ-PCI-002 */
static void a_guest_can_size_a_base_address_register_and_not_move_it(void **unused)
{
    (void)unused;
    put(PCI_BAR(1U), 4U, ONES);
    put(PCI_BAR(4U), 4U, ONES);
    put(PCI_BAR(5U), 4U, ONES);
    assert_int_equal(get(PCI_BAR(1U), 4U), 0xfffff000U);
    assert_int_equal(get(PCI_BAR(4U), 4U), 0xffffc00cU);
    assert_int_equal(get(PCI_BAR(5U), 4U), ONES);
    put(PCI_BAR(1U), 4U, 0x40000000U);
    put(PCI_BAR(4U), 4U, 0x40200000U);
    put(PCI_BAR(5U), 4U, 0x7U);
    assert_int_equal(get(PCI_BAR(1U), 4U), BAR1);
    assert_int_equal(get(PCI_BAR(4U), 4U), BAR4 | 0xcU);
    assert_int_equal(get(PCI_BAR(5U), 4U), 0U);
    assert_int_equal(*word(PCI_BAR(1U)), BAR1);
    assert_int_equal(*word(PCI_BAR(4U)), BAR4 | 0xcU);
    assert_int_equal(reads + writes, 0U);
}

/* @verifies REQ-PCI-002 */
static void what_is_not_described_has_no_address_for_the_guest(void **unused)
{
    (void)unused;
    for (uint32_t n = 0U; n < PCI_BARS; n++) {
        put(PCI_BAR(n), 1U, 0xffU);
        put(PCI_BAR(n), 2U, 0xffffU);
    }
    put(PCI_BAR(0U), 4U, ONES);
    put(PCI_ROM, 4U, ONES);
    assert_int_equal(get(PCI_BAR(0U), 4U), 0U);
    assert_int_equal(get(PCI_ROM, 4U), 0U);
    assert_int_equal(get(PCI_BAR(1U), 4U), BAR1);
    assert_int_equal(*word(PCI_ROM) & 1U, 0U);
    assert_int_equal(writes, 0U);
}

/* @verifies REQ-PCI-003 */
static void of_the_command_register_bus_master_and_interrupt_disable_reach_the_device(void **unused)
{
    (void)unused;
    assert_int_equal(get(PCI_COMMAND, 2U), 0U);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, PCI_COMMAND_MEMORY);
    put(PCI_COMMAND, 2U, 0xffffU);
    assert_int_equal(get(PCI_COMMAND, 2U), 0x0406U);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, 0x0406U);
    put(PCI_COMMAND + 1U, 1U, 0U);
    assert_int_equal(get(PCI_COMMAND, 2U), 0x0006U);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, 0x0006U);
    put(PCI_COMMAND, 1U, 0U);
    assert_int_equal(get(PCI_COMMAND, 2U), 0U);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, PCI_COMMAND_MEMORY);
}

/* @verifies REQ-PCI-003 */
static void an_interrupt_that_nobody_owns_stays_disabled(void **unused)
{
    (void)unused;
    function.pin = 0U;
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    put(PCI_COMMAND, 2U, 6U);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, 0x0406U);
    assert_int_equal(get(PCI_COMMAND, 2U), 0x0006U);
}

/* @verifies REQ-PCI-003 */
static void errors_in_the_status_register_are_shown_and_stay(void **unused)
{
    (void)unused;
    *word(PCI_COMMAND) |= 0x80000000U;
    put(PCI_COMMAND + 2U, 2U, 0xffffU);
    put(PCI_COMMAND, 4U, 0xffff0006U);
    assert_int_equal(get(PCI_COMMAND, 4U), 0x80100006U);
    assert_int_equal(writes, 1U);
}

/* @verifies REQ-PCI-003 */
static void the_interrupt_line_register_is_the_guests_own(void **unused)
{
    (void)unused;
    put(PCI_INTERRUPT, 1U, 0x2aU);
    assert_int_equal(get(PCI_INTERRUPT, 2U), 0x012aU);
    assert_int_equal(writes, 0U);
}

/* @verifies REQ-PCI-004 */
static void message_interrupts_and_power_are_null_capabilities(void **unused)
{
    (void)unused;
    assert_int_equal(get(PCI_LIST, 1U), VENDOR);
    assert_int_equal(get(VENDOR, 4U), 0x00100000U | MSIX << 8 | PCI_CAP_VENDOR);
    assert_int_equal(get(VENDOR + 4U, 4U), 0x12345678U);
    assert_int_equal(get(MSIX, 4U), MSI << 8);
    assert_int_equal(get(MSIX + 4U, 4U), 0U);
    assert_int_equal(get(MSI, 4U), POWER << 8);
    assert_int_equal(get(POWER, 4U), EXPRESS << 8);
    assert_int_equal(get(POWER + PCI_POWER_CONTROL, 4U), 0U);
    assert_int_equal(get(EXPRESS, 4U), 0x00020000U | PCI_CAP_EXPRESS);
    assert_int_equal(get(EXPRESS + PCI_EXPRESS_DEVICE, 4U), 0x8000U);
    assert_int_equal(get(EXPRESS + PCI_EXPRESS_CONTROL, 4U), 0x2810U);
}

/* @verifies REQ-PCI-004 */
static void nothing_that_is_written_to_a_capability_arrives(void **unused)
{
    (void)unused;
    for (uint32_t offset = PCI_CAPABILITIES; offset < WORDS * 4U; offset += 4U) {
        put(offset, 4U, ONES);
        put(offset, 2U, 0xffffU);
        put(offset, 1U, 0xffU);
    }
    assert_int_equal(writes, 0U);
    assert_int_equal(resets, 0U);
}

/* @verifies REQ-PCI-004 */
static void words_before_the_first_capability_and_without_one_are_zero(void **unused)
{
    (void)unused;
    *word(PCI_LIST) = MSIX;
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    assert_int_equal(get(VENDOR + 4U, 4U), 0U);
    *word(PCI_COMMAND) &= ~PCI_STATUS_LIST;
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    for (uint32_t offset = PCI_CAPABILITIES; offset < PCI_EXTENDED; offset += 4U) {
        assert_int_equal(get(offset, 4U), 0U);
    }
}

/* @verifies REQ-PCI-005 */
static void the_extended_space_is_empty(void **unused)
{
    (void)unused;
    for (uint32_t offset = PCI_EXTENDED; offset < WORDS * 4U; offset += 4U) {
        assert_int_equal(get(offset, 4U), 0U);
    }
    assert_int_equal(reads, 0U);
}

/* @verifies REQ-PCI-010 */
static void at_rest_the_function_transfers_nothing_and_raises_nothing(void **unused)
{
    (void)unused;
    put(PCI_COMMAND, 2U, 6U);
    pci_quiesce(&function);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_OFF);
    assert_true(pci_idle(&function));
    *word(EXPRESS + PCI_EXPRESS_CONTROL) |= PCI_EXPRESS_PENDING;
    assert_false(pci_idle(&function));
    state.express = 0U;
    assert_true(pci_idle(&function));
}

/* @verifies REQ-PCI-011 */
static void a_function_level_reset_is_left_alone_for_100_ms(void **unused)
{
    (void)unused;
    assert_int_equal(pci_reset(&function, 0U), 100000U);
    assert_int_equal(resets, 1U);
    assert_int_equal(pci_reset(&function, 1U), 0U);
    assert_int_equal(resets, 1U);
    assert_int_equal(*word(PCI_BAR(1U)), 0U);
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    assert_int_equal(*word(PCI_BAR(1U)), BAR1);
}

/* @verifies REQ-PCI-011 */
static void without_one_the_way_through_d3hot_is_taken(void **unused)
{
    (void)unused;
    *word(EXPRESS + PCI_EXPRESS_DEVICE) = 0U;
    assert_int_equal(pci_reset(&function, 0U), 10000U);
    assert_int_equal(*word(POWER + PCI_POWER_CONTROL), 3U);
    assert_int_equal(pci_reset(&function, 1U), 10000U);
    assert_int_equal(resets, 1U);
    assert_int_equal(pci_reset(&function, 2U), 0U);
    assert_int_equal(resets, 1U);
}

/* @verifies REQ-PCI-011 */
static void a_function_without_any_reset_is_left_alone(void **unused)
{
    (void)unused;
    *word(EXPRESS + PCI_EXPRESS_DEVICE) = 0U;
    *word(POWER + PCI_POWER_CONTROL) = PCI_POWER_KEEPS;
    assert_int_equal(pci_reset(&function, 0U), 0U);
    state.power = 0U;
    state.express = 0U;
    assert_int_equal(pci_reset(&function, 0U), 0U);
    assert_int_equal(pci_reset(&function, 1U), 0U);
    assert_int_equal(writes + resets, 0U);
}

/* @verifies REQ-PCI-012 */
static void another_device_is_not_accepted(void **unused)
{
    (void)unused;
    *word(PCI_ID) = ID + 1U;
    assert_int_equal(pci_prepare(&function), PCI_OTHER_DEVICE);
    *word(PCI_ID) = ID;
    *word(PCI_HEADER) |= 0x00010000U; /* a bridge */
    assert_int_equal(pci_prepare(&function), PCI_OTHER_DEVICE);
    *word(PCI_HEADER) &= ~0x00010000U;
    *word(PCI_INTERRUPT) = 0x200U;
    assert_int_equal(pci_prepare(&function), PCI_OTHER_PIN);
    assert_int_equal(writes, 0U);
    assert_false(state.ready);
}

/* @verifies REQ-PCI-012 */
static void other_base_address_registers_are_not_accepted(void **unused)
{
    (void)unused;
    state.sized = false;
    writable[PCI_BAR(1U) / 4U] = 0xffffe000U; /* larger */
    assert_int_equal(pci_prepare(&function), PCI_OTHER_BAR | 1U << 8);
    writable[PCI_BAR(1U) / 4U] = 0xfffff800U; /* smaller */
    assert_int_equal(pci_prepare(&function), PCI_OTHER_BAR | 1U << 8);
    set_word(PCI_BAR(1U), 0U, 0xfffff000U);
    writable[PCI_BAR(2U) / 4U] = 0xffff0000U; /* not described, and it would decode something */
    assert_int_equal(pci_prepare(&function), PCI_OTHER_BAR | 2U << 8);
    writable[PCI_BAR(2U) / 4U] = 0U;
    *word(PCI_BAR(4U)) = 0x8U; /* of 32 bits */
    assert_int_equal(pci_prepare(&function), PCI_OTHER_BAR | 4U << 8);
    *word(PCI_BAR(4U)) = 0xcU;
    writable[PCI_BAR(5U) / 4U] = 0xffU;
    assert_int_equal(pci_prepare(&function), PCI_OTHER_BAR | 4U << 8);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, PCI_COMMAND_INTX_OFF);
    assert_false(state.ready);
}

/* @verifies REQ-PCI-013 */
static void a_function_that_nothing_has_reset_keeps_its_addresses_all_the_time(void **unused)
{
    (void)unused;
    put(PCI_COMMAND, 2U, 6U);
    pci_quiesce(&function);
    writes = 0U;
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    assert_int_equal(writes, 1U);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, PCI_COMMAND_MEMORY);
    *word(PCI_COMMAND) &= ~PCI_COMMAND_MEMORY;
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    assert_true(writes > 2U);
}

/* @verifies REQ-PCI-012 */
static void a_list_of_capabilities_without_an_end_is_not_accepted(void **unused)
{
    (void)unused;
    *word(EXPRESS) |= MSI << 8;
    assert_int_equal(pci_prepare(&function), PCI_BAD_LIST);
    *word(EXPRESS) = 0x00020000U | PCI_CAP_EXPRESS | 0x20U << 8;
    assert_int_equal(pci_prepare(&function), PCI_BAD_LIST);
    assert_false(state.ready);
    assert_int_equal(*word(PCI_COMMAND) & PCI_COMMAND_MASTER, 0U);
}

/* @verifies REQ-PCI-013 */
static void a_function_that_is_set_up_again_has_forgotten_the_guest(void **unused)
{
    (void)unused;
    put(PCI_COMMAND, 2U, 6U);
    put(PCI_INTERRUPT, 1U, 7U);
    put(PCI_BAR(1U), 4U, ONES);
    pci_quiesce(&function);
    *word(PCI_BAR(1U)) = 0U;
    assert_int_equal(pci_prepare(&function), PCI_GOOD);
    assert_int_equal(get(PCI_COMMAND, 2U), 0U);
    assert_int_equal(get(PCI_INTERRUPT, 1U), 0U);
    assert_int_equal(get(PCI_BAR(1U), 4U), BAR1);
    assert_int_equal(*word(PCI_BAR(1U)), BAR1);
    assert_int_equal(*word(PCI_BAR(4U)), BAR4 | 0xcU);
    assert_int_equal(*word(PCI_BAR(5U)), 0U);
    assert_int_equal(*word(PCI_ROM), 0U);
    assert_int_equal(*word(PCI_COMMAND) & 0xffffU, PCI_COMMAND_MEMORY);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_functions_of_others_read_as_all_ones_and_nothing_reaches_them, set_up),
        cmocka_unit_test_setup(a_function_that_was_not_set_up_is_not_there, set_up),
        cmocka_unit_test_setup(words_halves_and_bytes_are_cut_from_the_same_word, set_up),
        cmocka_unit_test_setup(a_guest_can_size_a_base_address_register_and_not_move_it, set_up),
        cmocka_unit_test_setup(what_is_not_described_has_no_address_for_the_guest, set_up),
        cmocka_unit_test_setup(of_the_command_register_bus_master_and_interrupt_disable_reach_the_device, set_up),
        cmocka_unit_test_setup(an_interrupt_that_nobody_owns_stays_disabled, set_up),
        cmocka_unit_test_setup(errors_in_the_status_register_are_shown_and_stay, set_up),
        cmocka_unit_test_setup(the_interrupt_line_register_is_the_guests_own, set_up),
        cmocka_unit_test_setup(message_interrupts_and_power_are_null_capabilities, set_up),
        cmocka_unit_test_setup(nothing_that_is_written_to_a_capability_arrives, set_up),
        cmocka_unit_test_setup(words_before_the_first_capability_and_without_one_are_zero, set_up),
        cmocka_unit_test_setup(the_extended_space_is_empty, set_up),
        cmocka_unit_test_setup(at_rest_the_function_transfers_nothing_and_raises_nothing, set_up),
        cmocka_unit_test_setup(a_function_level_reset_is_left_alone_for_100_ms, set_up),
        cmocka_unit_test_setup(without_one_the_way_through_d3hot_is_taken, set_up),
        cmocka_unit_test_setup(a_function_without_any_reset_is_left_alone, set_up),
        cmocka_unit_test_setup(another_device_is_not_accepted, set_up),
        cmocka_unit_test_setup(other_base_address_registers_are_not_accepted, set_up),
        cmocka_unit_test_setup(a_function_that_nothing_has_reset_keeps_its_addresses_all_the_time, set_up),
        cmocka_unit_test_setup(a_list_of_capabilities_without_an_end_is_not_accepted, set_up),
        cmocka_unit_test_setup(a_function_that_is_set_up_again_has_forgotten_the_guest, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
