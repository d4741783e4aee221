/* SPDX-License-Identifier: Apache-2.0 */
/* Stage-2 aborts (partitions/abort.c): which accesses are emulated, and how the rest is refused. */
#include "tests/unit/fake/test.h"
#include "arch/arm64/bugs.h"
#include "tests/unit/fake/exits.h"
#include "arch/arm64/core.h"

#define DATA 0x92000000U  /* ESR_EL2: EC 0x24, IL */
#define FETCH 0x82000000U /* EC 0x20, IL */
#define VALID (1U << 24)
#define SIZE(bytes) ((bytes) == 1U ? 0U : (bytes) == 2U ? 1U << 22 : (bytes) == 4U ? 2U << 22 : 3U << 22)
#define SIGNED (1U << 21)
#define REG(n) ((uint32_t)(n) << 16)
#define WIDE (1U << 15)
#define CACHE (1U << 8)
#define WALK (1U << 7)
#define WRITE (1U << 6)
#define TRANSLATION 0x06U /* level 2 */
#define ACCESS_FLAG 0x0aU
#define PERMISSION 0x0fU /* level 3 */
#define READ_4 (DATA | VALID | SIZE(4U) | REG(1) | TRANSLATION)

#define GICD 0x08000000U
#define GICR 0x080a0000U
#define UART 0x09000000U
#define NOBODY 0x0a000000U
#define PCI 0x3f000000U
#define PC 0x40001000U
#define VECTORS 0x80000U
#define UNKNOWN_IPA 0xffffffffffffffffULL

static struct vcpu_state *vcpu;
static struct frame frame;

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    vcpu = fake_be_vcpu(IVI, 1U);
    frame.slot[FRAME_ZERO] = 0U;
    for (uint32_t n = 0U; n < 31U; n++) {
        frame.slot[frame_slot(n)] = 0x8877665544332200ULL + n;
    }
    *fake_sysreg("spsr_el2") = 0x5U;
    *fake_sysreg("vbar_el1") = VECTORS;
    return 0;
}

/* The guest accesses `ipa`; ESR_EL2 is `syndrome`. */
static void access(uint64_t ipa, uint32_t syndrome)
{
    fake_journal_clear();
    *fake_sysreg("elr_el2") = PC;
    *fake_sysreg("hpfar_el2") = ipa >> 12 << 4;
    *fake_sysreg("far_el2") = 0xffff000000000000ULL | (ipa & 0xffffffU);
    assert_int_equal(fake_exit(&frame, syndrome), 0U);
}

static void assert_emulated(void)
{
    assert_int_equal(*fake_sysreg("elr_el2"), PC + 4U);
    assert_int_equal(fake_events(), 0U);
}

/* External abort in the guest, an event with this IPA, and no register or device touched. */
static void assert_refused(uint64_t ipa, uint32_t syndrome, uint64_t event_ipa)
{
    struct frame before = frame;
    uint64_t events = fake_events();

    *fake_sysreg("spsr_el2") = 0x5U;
    access(ipa, syndrome);
    assert_memory_equal(&before, &frame, sizeof(frame));
    assert_int_equal(*fake_sysreg("elr_el2"), VECTORS + 0x200U);
    assert_int_equal(*fake_sysreg("esr_el1") & 0x3fU, (syndrome & WALK) != 0U ? 0x17U : 0x10U);
    assert_true(*fake_sysreg("far_el1") == *fake_sysreg("far_el2"));
    assert_int_equal(fake_events(), events + 1U);
    assert_int_equal(fake_event(events)->kind, BULKHEAD_EVENT_ABORT);
    assert_int_equal(fake_event(events)->partition, IVI);
    assert_int_equal(fake_event(events)->vcpu, 1U);
    assert_int_equal(fake_event(events)->detail, syndrome);
    assert_true(fake_event(events)->address == event_ipa);
    assert_int_equal(fake_event(events)->pc, PC);
    assert_int_equal(fake_count("vgicd_read") + fake_count("vgicd_write") + fake_count("vgicr_read") +
                         fake_count("vgicr_write") + fake_count("vgic_set_line"),
                     0U);
}

static void an_access_reaches_the_device_of_its_window_with_offset_and_size(void **state)
{
    (void)state;
    fake_vgic_value = 0x11223344U;
    access(GICD + 0x104U, READ_4);
    assert_called("vgicd_read", 0U, 1U, 0x104U, 4U);
    assert_int_equal(frame.slot[1], 0x11223344U);
    access(GICR + 0x20008U, DATA | VALID | SIZE(8U) | REG(2) | WIDE | TRANSLATION);
    assert_called("vgicr_read", 0U, 1U, 0x20008U, 8U);
    assert_int_equal(frame.slot[2], 0x11223344U);
    access(GICD + 0x403U, DATA | VALID | SIZE(1U) | REG(5) | WRITE | TRANSLATION);
    assert_called("vgicd_write", 0U, 0x403U, 1U, 0x05U);
    assert_int_equal(fake_count("vgicr_write") + fake_count("vgic_set_line"), 0U);
    access(GICR + 0x10080U, DATA | VALID | SIZE(4U) | REG(3) | WRITE | TRANSLATION);
    assert_called("vgicr_write", 0U, 0x10080U, 4U, 0x44332203U);
    assert_int_equal(fake_count("vgicd_write") + fake_count("vgic_set_line"), 0U);
    assert_emulated();
}

static void the_virtual_uart_is_read_and_written(void **state)
{
    (void)state;
    access(UART + 0xfe0U, READ_4);
    assert_int_equal(frame.slot[1], 0x11U);
    frame.slot[6] = 'A';
    access(UART, DATA | VALID | SIZE(1U) | REG(6) | WRITE | TRANSLATION);
    assert_int_equal(fake_vuarts[1].tx[0], 'A');
    assert_int_equal(fake_vuarts[1].tx_head, 1U);
    assert_int_equal(fake_vuarts[0].tx_head, 0U);
    assert_emulated();
}

/* @verifies REQ-EXIT-003 */
static void a_window_ends_with_its_last_byte(void **state)
{
    uint32_t byte = DATA | VALID | SIZE(1U) | REG(1) | TRANSLATION;

    (void)state;
    access(GICD, byte);
    assert_called("vgicd_read", 0U, 1U, 0U, 1U);
    access(GICD + 0xffffU, byte);
    assert_called("vgicd_read", 0U, 1U, 0xffffU, 1U);
    access(GICR + 0x5ffffU, byte);
    assert_called("vgicr_read", 0U, 1U, 0x5ffffU, 1U);
    assert_emulated();
    assert_refused(GICD - 1U, byte, GICD - 1U);
    assert_refused(GICD + 0x10000U, byte, GICD + 0x10000U);
    assert_refused(GICR - 1U, byte, GICR - 1U);
    assert_refused(GICR + 0x60000U, byte, GICR + 0x60000U);
    assert_refused(UART - 1U, byte, UART - 1U);
    assert_refused(UART + 0x1000U, byte, UART + 0x1000U);
}

/* @verifies REQ-EXIT-003 */
static void an_address_that_is_nobodys_ends_in_an_external_abort_and_an_event(void **state)
{
    (void)state;
    assert_refused(NOBODY + 0x123U, DATA | VALID | SIZE(1U) | TRANSLATION, NOBODY + 0x123U);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x96000010U);
    assert_refused(NOBODY, READ_4 | WRITE, NOBODY);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x96000050U);
    assert_refused(0U, READ_4, 0U);
    assert_refused(0x0000fffffffff000ULL, READ_4, 0x0000fffffffff000ULL);
}

/* @verifies REQ-EXIT-003 */
static void a_partition_without_devices_is_refused_everything(void **state)
{
    static const struct mmio_config none[1];

    (void)state;
    this_core()->mmio = none;
    assert_refused(UART, READ_4, UART);
}

/* @verifies REQ-PCI-001 */
static void the_window_of_a_host_bridge_is_answered_from_its_first_byte_to_its_last(void **state)
{
    static const struct mmio_config window = {{PCI}, 0x100000U, MMIO_VPCI};

    (void)state;
    fake_partition_configs[IVI].pci_window = &window;
    access(PCI, READ_4);
    assert_int_equal(frame.slot[1], 0xffffffffU);
    access(PCI + 0xfffffU, DATA | VALID | SIZE(1U) | SIGNED | WIDE | REG(2) | TRANSLATION);
    assert_int_equal(frame.slot[2], 0xffffffffffffffffULL);
    access(PCI + 0x8004U, DATA | VALID | SIZE(2U) | REG(3) | WRITE | TRANSLATION);
    assert_emulated();
    assert_refused(PCI - 4U, READ_4, PCI - 4U);
    assert_refused(PCI + 0x100000U, READ_4, PCI + 0x100000U);
    assert_refused(PCI + 0x8001U, READ_4, PCI + 0x8001U);
    assert_refused(PCI, READ_4 & ~VALID, PCI);
    fake_partition_configs[IVI].pci_window = NULL;
    assert_refused(PCI, READ_4, PCI);
}

/* @verifies REQ-EXIT-003 */
static void a_fetch_is_never_emulated(void **state)
{
    (void)state;
    assert_refused(UART, FETCH | TRANSLATION, UART);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x86000010U);
    assert_refused(UART, FETCH | VALID | SIZE(4U) | WRITE | TRANSLATION, UART);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x86000010U);
}

/* @verifies REQ-EXIT-004 */
static void an_access_without_a_valid_syndrome_is_refused(void **state)
{
    (void)state;
    assert_refused(UART, (READ_4 & ~VALID), UART);
    assert_refused(GICD, DATA | WRITE | TRANSLATION, GICD);
}

/* @verifies REQ-EXIT-004 */
static void a_table_walk_or_cache_operation_on_a_device_is_refused(void **state)
{
    (void)state;
    assert_refused(UART, READ_4 | WALK, UART);
    assert_refused(UART, READ_4 | CACHE | WRITE, UART);
}

/* @verifies REQ-EXIT-004 */
static void a_misaligned_access_is_refused(void **state)
{
    (void)state;
    for (uint32_t bytes = 2U; bytes <= 8U; bytes *= 2U) {
        for (uint32_t offset = 1U; offset < bytes; offset++) {
            assert_refused(GICD + offset, DATA | VALID | SIZE(bytes) | TRANSLATION, GICD + offset);
        }
    }
}

static void only_translation_faults_are_emulated(void **state)
{
    (void)state;
    assert_refused(UART, (READ_4 & ~0x3fU) | ACCESS_FLAG, UART);
    assert_refused(UART, (READ_4 & ~0x3fU) | 0x01U, UART); /* address size */
    for (uint32_t level = 0U; level < 4U; level++) {
        access(GICD, (READ_4 & ~0x3fU) | 0x04U | level);
        assert_int_equal(*fake_sysreg("elr_el2"), PC + 4U);
    }
}

/* Of a walk, FAR_EL2 says what was translated, not which descriptor was to be read: its page is all there is.
 *
 * @verifies REQ-EXIT-003
 */
static void a_permission_fault_has_no_known_ipa_unless_it_was_a_table_walk(void **state)
{
    (void)state;
    assert_refused(UART + 0x18U, (READ_4 & ~0x3fU) | PERMISSION | WRITE, UNKNOWN_IPA);
    assert_refused(UART + 0x18U, (READ_4 & ~0x3fU) | PERMISSION | WALK, UART);
    assert_refused(NOBODY + 0x7fcU, READ_4 | WALK, NOBODY);
    assert_refused(NOBODY + 0x7fcU, FETCH | WALK | TRANSLATION, NOBODY);
}

/* The guest's tables begin in the page at fault, and elsewhere.
 *
 * @verifies REQ-EXIT-005
 */
static void a_walk_that_fails_tells_the_guest_so_and_at_which_level(void **state)
{
    (void)state;
    *fake_sysreg("tcr_el1") = 25U; /* 39 bits, from level 1 */
    *fake_sysreg("ttbr1_el1") = NOBODY;
    *fake_sysreg("tcr_el1") |= 25U << 16 | 2U << 30;
    *fake_sysreg("spsr_el2") = 0x0U;
    access(NOBODY, DATA | WALK | WRITE | TRANSLATION);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x92000055U);
    *fake_sysreg("spsr_el2") = 0x0U;
    access(NOBODY + 0x1000U, DATA | WALK | TRANSLATION);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x92000017U);
    *fake_sysreg("spsr_el2") = 0x0U;
    access(NOBODY, FETCH | WALK | TRANSLATION);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x82000015U);
}

/* @verifies REQ-EXIT-003 */
static void cache_maintenance_of_nobodys_address_is_refused_as_such(void **state)
{
    (void)state;
    assert_refused(NOBODY, DATA | CACHE | WRITE | TRANSLATION, NOBODY);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x96000150U);
}

static uint64_t loaded(uint64_t device, uint32_t bytes, uint32_t flags)
{
    fake_vgic_value = device;
    access(GICD, DATA | VALID | SIZE(bytes) | REG(1) | TRANSLATION | flags);
    return frame.slot[1];
}

static void a_load_extends_zero_or_sign_into_32_or_64_bits(void **state)
{
    (void)state;
    assert_true(loaded(0x80U, 1U, 0U) == 0x80U);
    assert_true(loaded(0x80U, 1U, SIGNED) == 0xffffff80U);
    assert_true(loaded(0x80U, 1U, SIGNED | WIDE) == 0xffffffffffffff80ULL);
    assert_true(loaded(0x7fU, 1U, SIGNED | WIDE) == 0x7fU);
    assert_true(loaded(0x8000U, 2U, 0U) == 0x8000U);
    assert_true(loaded(0x8000U, 2U, SIGNED) == 0xffff8000U);
    assert_true(loaded(0x8000U, 2U, SIGNED | WIDE) == 0xffffffffffff8000ULL);
    assert_true(loaded(0x7fffU, 2U, SIGNED) == 0x7fffU);
    assert_true(loaded(0x80000000U, 4U, 0U) == 0x80000000U);
    assert_true(loaded(0x80000000U, 4U, SIGNED | WIDE) == 0xffffffff80000000ULL);
    assert_true(loaded(0x7fffffffU, 4U, SIGNED | WIDE) == 0x7fffffffU);
    assert_true(loaded(0x8000000000000001ULL, 8U, WIDE) == 0x8000000000000001ULL);
    assert_true(loaded(0x8000000000000001ULL, 8U, WIDE | SIGNED) == 0x8000000000000001ULL);
}

static void a_store_hands_over_the_bytes_of_its_size_alone(void **state)
{
    static const uint64_t expected[] = {0xefU, 0xcdefU, 0x89abcdefU, 0x0123456789abcdefULL};

    (void)state;
    frame.slot[4] = 0x0123456789abcdefULL;
    for (uint32_t n = 0U; n < COUNT(expected); n++) {
        access(GICD + 8U, DATA | VALID | SIZE(1U << n) | REG(4) | WRITE | TRANSLATION);
        assert_called("vgicd_write", 0U, 8U, 1U << n, expected[n]);
    }
}

static void the_zero_register_stores_zero_and_swallows_a_load(void **state)
{
    struct frame before = frame;

    (void)state;
    fake_vgic_value = 0x1234U;
    access(GICD, DATA | VALID | SIZE(4U) | REG(31) | TRANSLATION);
    assert_int_equal(fake_count("vgicd_read"), 1U);
    assert_memory_equal(&before, &frame, FRAME_ZERO * sizeof(frame.slot[0]));
    access(GICD, DATA | VALID | SIZE(4U) | REG(31) | WRITE | TRANSLATION);
    assert_called("vgicd_write", 0U, 0U, 4U, 0U);
    assert_emulated();
}

static void data_of_a_big_endian_kernel_is_swapped(void **state)
{
    (void)state;
    *fake_sysreg("sctlr_el1") = 1ULL << 25; /* EE */
    assert_true(loaded(0x11223344U, 4U, 0U) == 0x44332211U);
    assert_true(loaded(0x1122U, 2U, 0U) == 0x2211U);
    assert_true(loaded(0x11U, 1U, 0U) == 0x11U);
    assert_true(loaded(0x1122334455667788ULL, 8U, WIDE) == 0x8877665544332211ULL);
    assert_true(loaded(0x0080U, 2U, SIGNED | WIDE) == 0xffffffffffff8000ULL);
    frame.slot[4] = 0xffffffff11223344ULL;
    access(GICD, DATA | VALID | SIZE(4U) | REG(4) | WRITE | TRANSLATION);
    assert_called("vgicd_write", 0U, 0U, 4U, 0x44332211U);
}

static void endianness_is_that_of_the_level_that_accesses(void **state)
{
    (void)state;
    *fake_sysreg("sctlr_el1") = 1ULL << 24; /* E0E: EL0 alone */
    *fake_sysreg("spsr_el2") = 0x5U;
    assert_true(loaded(0x11223344U, 4U, 0U) == 0x11223344U);
    *fake_sysreg("spsr_el2") = 0x0U;
    assert_true(loaded(0x11223344U, 4U, 0U) == 0x44332211U);
    *fake_sysreg("sctlr_el1") = 1ULL << 25; /* EE: EL1 alone */
    assert_true(loaded(0x11223344U, 4U, 0U) == 0x11223344U);
}

/* @verifies REQ-TRACE-001 */
static void every_abort_is_traced_with_its_ipa(void **state)
{
    const struct bulkhead_trace *entry = &fake_cores[2].trace.entries[0].record;

    (void)state;
    access(UART + 0x18U, READ_4);
    assert_int_equal(fake_cores[2].trace.written, 1U);
    assert_int_equal(entry->kind, BULKHEAD_TRACE_MMIO);
    assert_int_equal(entry->detail, READ_4);
    assert_int_equal(entry->address, UART + 0x18U);
    assert_int_equal(entry->partition, IVI);
    assert_int_equal(entry->vcpu, 1U);
}

/* @verifies REQ-EXIT-001 */
static void a_broken_stage_2_is_a_fault_of_el2_and_not_of_the_guest(void **state)
{
    static const uint32_t broken[] = {0x10U, 0x14U, 0x17U, 0x18U, 0x1cU, 0x1fU};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(broken); n++) {
        assert_int_equal(fake_stop_of(access(UART, (READ_4 & ~0x3fU) | broken[n])), FAKE_STOP_BUG);
        assert_int_equal(fake_bug_code, BUG_STAGE2);
    }
    assert_int_equal(fake_events(), 0U);
}

/* @verifies REQ-EXIT-004 */
static void a_fault_that_a_guest_brings_about_on_its_own_device_is_the_guests(void **state)
{
    (void)state;
    assert_refused(UART, (READ_4 & ~0x3fU) | 0x21U, UNKNOWN_IPA); /* unaligned; HPFAR_EL2 is UNKNOWN */
    assert_refused(UART, (READ_4 & ~0x3fU) | 0x35U, UNKNOWN_IPA); /* an exclusive access */
    assert_refused(UART, (READ_4 & ~0x3fU) | 0x34U, UNKNOWN_IPA);
}

/* @verifies REQ-EXIT-004 */
static void a_conflict_in_the_tlb_ends_the_partition_and_not_the_system(void **state)
{
    static const uint32_t conflicts[] = {0x30U, 0x31U};

    (void)state;
    for (uint32_t n = 0U; n < COUNT(conflicts); n++) {
        (void)set_up(NULL);
        access(UART, (READ_4 & ~0x3fU) | conflicts[n]);
        assert_int_equal(fake_events(), 2U); /* the event, and that the partition stops */
        assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_ABORT);
        assert_int_equal(fake_partitions[IVI].phase, PARTITION_STOPPING);
        assert_int_equal(fake_partitions[SAFETY].phase, PARTITION_RUNNING);
        assert_called("context_forget_memory", 0U, fake_partition_configs[IVI].vtcr, fake_partition_configs[IVI].vttbr,
                      0U);
        assert_int_equal(*fake_sysreg("elr_el2"), PC);
    }
}

static void a_16_bit_instruction_is_stepped_over_by_two_bytes(void **state)
{
    (void)state;
    *fake_sysreg("spsr_el2") = 0x30U; /* AArch32 EL0, Thumb */
    access(GICD, (READ_4 & ~(1U << 25)));
    assert_int_equal(*fake_sysreg("elr_el2"), PC + 2U);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_access_reaches_the_device_of_its_window_with_offset_and_size, set_up),
        cmocka_unit_test_setup(the_virtual_uart_is_read_and_written, set_up),
        cmocka_unit_test_setup(a_window_ends_with_its_last_byte, set_up),
        cmocka_unit_test_setup(an_address_that_is_nobodys_ends_in_an_external_abort_and_an_event, set_up),
        cmocka_unit_test_setup(a_partition_without_devices_is_refused_everything, set_up),
        cmocka_unit_test_setup(the_window_of_a_host_bridge_is_answered_from_its_first_byte_to_its_last, set_up),
        cmocka_unit_test_setup(a_fetch_is_never_emulated, set_up),
        cmocka_unit_test_setup(an_access_without_a_valid_syndrome_is_refused, set_up),
        cmocka_unit_test_setup(a_table_walk_or_cache_operation_on_a_device_is_refused, set_up),
        cmocka_unit_test_setup(a_misaligned_access_is_refused, set_up),
        cmocka_unit_test_setup(only_translation_faults_are_emulated, set_up),
        cmocka_unit_test_setup(a_permission_fault_has_no_known_ipa_unless_it_was_a_table_walk, set_up),
        cmocka_unit_test_setup(a_walk_that_fails_tells_the_guest_so_and_at_which_level, set_up),
        cmocka_unit_test_setup(cache_maintenance_of_nobodys_address_is_refused_as_such, set_up),
        cmocka_unit_test_setup(a_load_extends_zero_or_sign_into_32_or_64_bits, set_up),
        cmocka_unit_test_setup(a_store_hands_over_the_bytes_of_its_size_alone, set_up),
        cmocka_unit_test_setup(the_zero_register_stores_zero_and_swallows_a_load, set_up),
        cmocka_unit_test_setup(data_of_a_big_endian_kernel_is_swapped, set_up),
        cmocka_unit_test_setup(endianness_is_that_of_the_level_that_accesses, set_up),
        cmocka_unit_test_setup(every_abort_is_traced_with_its_ipa, set_up),
        cmocka_unit_test_setup(a_broken_stage_2_is_a_fault_of_el2_and_not_of_the_guest, set_up),
        cmocka_unit_test_setup(a_fault_that_a_guest_brings_about_on_its_own_device_is_the_guests, set_up),
        cmocka_unit_test_setup(a_conflict_in_the_tlb_ends_the_partition_and_not_the_system, set_up),
        cmocka_unit_test_setup(a_16_bit_instruction_is_stepped_over_by_two_bytes, set_up),
    };

    return cmocka_run_group_tests_name("abort", tests, NULL, NULL);
}
