/* SPDX-License-Identifier: Apache-2.0 */
/* HVC and SMC of a guest, and the exit dispatcher (partitions/call.c, exit.c). */
#include "tests/unit/fake/test.h"
#include "arch/arm64/smc.h"
#include "include/bulkhead/hypercall.h"
#include "tests/unit/fake/exits.h"
#include "partitions/exit.h"

#define HVC 0x5a000000U /* ESR_EL2: EC 0x16, IL */
#define SMC 0x5e000000U /* EC 0x17, IL */
#define PC 0x40001000U
#define NOT_SUPPORTED 0xffffffffffffffffULL

static struct vcpu_state *vcpu;
static struct frame frame;

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    vcpu = fake_be_vcpu(IVI, 0U);
    for (uint32_t n = 0U; n < 31U; n++) {
        frame.slot[frame_slot(n)] = 0x1111111100000000ULL + n;
    }
    *fake_sysreg("elr_el2") = PC;
    *fake_sysreg("spsr_el2") = 0x5U;
    fake_journal_clear();
    return 0;
}

/* Calls `function`; the test fails if a register other than the first `results` changes. */
static uint64_t call(uint64_t syndrome, uint64_t function, uint32_t results)
{
    struct frame before;

    frame.slot[0] = function;
    before = frame;
    assert_int_equal(fake_exit(&frame, syndrome), 0U);
    assert_memory_equal(&before.slot[results], &frame.slot[results], (FRAME_ZERO - results) * sizeof(frame.slot[0]));
    return frame.slot[0];
}

/* @verifies REQ-CALL-001 */
static void an_unknown_function_changes_nothing_but_x0(void **state)
{
    static const uint64_t unknown[] = {0U,          1U,          0x80000002U, 0x8000003fU, 0x81000000U,
                                       0x82000010U, 0x83000000U, 0x84000010U, 0x8400001fU, 0x84ffffffU,
                                       0x8600ff00U, 0x8600ff02U, 0x86000000U, 0xbf000000U, 0xc0000000U,
                                       0xc4000002U, 0xc4000008U, 0xc4ffffffU, 0xc5000000U, 0xc6000003U,
                                       0xc600ff01U, 0xf2000001U, 0xffffffffU, 0x04000000U, 0x06000001U};
    struct core_state before = fake_cores[1];

    (void)state;
    for (uint32_t n = 0U; n < COUNT(unknown); n++) {
        assert_true(call(HVC, unknown[n], 1U) == NOT_SUPPORTED);
        assert_true(call(SMC, unknown[n], 1U) == NOT_SUPPORTED);
    }
    assert_memory_equal(&before, &fake_cores[1], offsetof(struct core_state, trace)); /* the exits are traced */
    assert_int_equal(fake_events(), 0U);
    assert_int_equal(fake_count("smc"), 0U);
    assert_int_equal(fake_count("gic_send_sgi"), 0U);
}

/* @verifies REQ-CALL-001 */
static void another_immediate_is_not_supported_whatever_the_function(void **state)
{
    (void)state;
    assert_true(call(HVC | 1U, BULKHEAD_VERSION, 1U) == NOT_SUPPORTED);
    assert_int_equal(fake_cores[1].trace.written, 1U);
    assert_true(call(HVC | 0x8000U, PSCI_VERSION, 1U) == NOT_SUPPORTED);
    assert_true(call(SMC | 0xffffU, PSCI_SYSTEM_OFF, 1U) == NOT_SUPPORTED);
    assert_true(call(HVC | 1U, BULKHEAD_CRASH, 1U) == NOT_SUPPORTED);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_RUNNING);
    assert_int_equal(fake_events(), 0U);
}

static void an_smc_is_stepped_over_and_an_hvc_is_not(void **state)
{
    (void)state;
    (void)call(HVC, PSCI_VERSION, 1U);
    assert_int_equal(*fake_sysreg("elr_el2"), PC);
    (void)call(SMC, PSCI_VERSION, 1U);
    assert_int_equal(*fake_sysreg("elr_el2"), PC + 4U);
    (void)call(SMC | 5U, PSCI_VERSION, 1U);
    assert_int_equal(*fake_sysreg("elr_el2"), PC + 8U);
    (void)call(SMC, 0x1234U, 1U);
    assert_int_equal(*fake_sysreg("elr_el2"), PC + 12U);
}

static void hvc_and_smc_get_the_same_answers(void **state)
{
    (void)state;
    assert_int_equal(call(HVC, PSCI_VERSION, 1U), 0x10001U);
    assert_int_equal(call(SMC, PSCI_VERSION, 1U), 0x10001U);
    assert_int_equal(call(HVC, BULKHEAD_VERSION, 1U), BULKHEAD_VERSION_1_0);
    assert_int_equal(call(SMC, BULKHEAD_VERSION, 1U), BULKHEAD_VERSION_1_0);
}

static void the_function_is_32_bits_wide(void **state)
{
    (void)state;
    assert_int_equal(call(HVC, 0xdeadbeef00000000ULL | PSCI_VERSION, 1U), 0x10001U);
    assert_int_equal(call(HVC, 0xdeadbeef00000000ULL | BULKHEAD_VERSION, 1U), BULKHEAD_VERSION_1_0);
}

static void smccc_is_1_2_and_knows_itself(void **state)
{
    (void)state;
    assert_int_equal(call(HVC, 0x80000000U, 1U), 0x10002U);
    frame.slot[1] = 0x80000000U;
    assert_int_equal(call(HVC, 0x80000001U, 1U), 0U);
    frame.slot[1] = 0xffffffff80000001ULL;
    assert_int_equal(call(HVC, 0x80000001U, 1U), 0U);
    frame.slot[1] = 0x80008000U; /* a Spectre workaround */
    assert_true(call(HVC, 0x80000001U, 1U) == NOT_SUPPORTED);
    frame.slot[1] = PSCI_VERSION;
    assert_true(call(HVC, 0x80000001U, 1U) == NOT_SUPPORTED);
}

/* @verifies REQ-CALL-002 */
static void the_uid_comes_in_four_registers(void **state)
{
    (void)state;
    assert_int_equal(call(HVC, BULKHEAD_UID, 4U), BULKHEAD_UID_0);
    assert_int_equal(frame.slot[1], BULKHEAD_UID_1);
    assert_int_equal(frame.slot[2], BULKHEAD_UID_2);
    assert_int_equal(frame.slot[3], BULKHEAD_UID_3);
}

/* @verifies REQ-CALL-002 */
static void a_partition_learns_its_index_and_how_often_it_was_restarted(void **state)
{
    (void)state;
    fake_partitions[IVI].restarts = 3U;
    assert_int_equal(call(HVC, BULKHEAD_PARTITION_INFO, 2U), IVI);
    assert_int_equal(frame.slot[1], 3U);
}

static void assert_crash(uint32_t partition, bool restart)
{
    vcpu = fake_be_vcpu(partition, 0U);
    frame.slot[0] = BULKHEAD_CRASH;
    frame.slot[1] = 0xc0deULL << 32;
    assert_int_equal(fake_exit(&frame, HVC), 1U);
    assert_int_equal(fake_partitions[partition].phase, PARTITION_STOPPING);
    assert_int_equal(fake_partitions[partition].restart, restart);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_CRASH);
    assert_int_equal(fake_event(0U)->partition, partition);
    assert_int_equal(fake_event(0U)->vcpu, 0U);
    assert_int_equal(fake_event(0U)->detail, 0U);
    assert_true(fake_event(0U)->address == 0xc0deULL << 32);
    assert_int_equal(fake_event(0U)->pc, PC);
}

/* @verifies REQ-HEALTH-002 @verifies REQ-HEALTH-001 */
static void a_crash_leaves_its_code_and_does_what_on_fault_says(void **state)
{
    (void)state;
    assert_crash(IVI, false);
    assert_int_equal(fake_partitions[SAFETY].phase, PARTITION_RUNNING);
    assert_crash(SAFETY, true);
    assert_int_equal(fake_partitions[AUX].phase, PARTITION_RUNNING);
}

static void psci_calls_that_end_the_vcpu_ask_for_a_switch(void **state)
{
    (void)state;
    frame.slot[0] = PSCI_CPU_OFF;
    assert_int_equal(fake_exit(&frame, SMC), 1U);
    frame.slot[0] = PSCI_SYSTEM_OFF;
    assert_int_equal(fake_exit(&frame, HVC), 1U);
}

/* @verifies REQ-EXIT-001 @verifies REQ-TRACE-001 */
static void a_call_is_traced_with_function_and_first_argument(void **state)
{
    const struct bulkhead_trace *entry = &fake_cores[1].trace.entries[0].record;

    (void)state;
    frame.slot[0] = PSCI_VERSION;
    assert_int_equal(fake_exit(&frame, HVC), 0U);
    assert_int_equal(entry->kind, BULKHEAD_TRACE_CALL);
    assert_int_equal(entry->detail, PSCI_VERSION);
    assert_true(entry->address == 0x1111111100000001ULL);
    assert_int_equal(entry->partition, IVI);
    frame.slot[0] = PSCI_CPU_OFF;
    assert_int_equal(fake_exit(&frame, HVC), 1U);
}

/* @verifies REQ-EXIT-002 */
static void a_class_that_nobody_asked_for_is_undefined_and_an_event(void **state)
{
    static const uint32_t known[] = {0x16U, 0x17U, 0x18U, 0x20U, 0x24U};

    (void)state;
    for (uint32_t ec = 0U; ec < 64U; ec++) {
        bool is_known = false;

        for (uint32_t n = 0U; n < COUNT(known); n++) {
            is_known = is_known || ec == known[n];
        }
        if (is_known) {
            continue;
        }
        (void)set_up(NULL);
        *fake_sysreg("vbar_el1") = 0x80000U;
        *fake_sysreg("far_el2") = 0x1234U;
        assert_int_equal(fake_exit(&frame, (uint64_t)ec << 26 | 0x2000055U), 0U);
        assert_int_equal(fake_events(), 1U);
        assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_EXIT);
        assert_int_equal(fake_event(0U)->detail, ec << 26 | 0x2000055U);
        assert_int_equal(fake_event(0U)->address, 0x1234U);
        assert_int_equal(fake_event(0U)->pc, PC);
        assert_int_equal(*fake_sysreg("elr_el2"), 0x80200U);
        assert_int_equal(*fake_sysreg("elr_el1"), PC);
        assert_int_equal(*fake_sysreg("esr_el1"), 0x02000000U);
    }
}

/* @verifies REQ-EXIT-001 */
static void aborts_and_register_traps_go_to_who_answers_them(void **state)
{
    (void)state;
    assert_int_equal(fake_exit(&frame, 0x93820006U), 0U); /* a read of nobody's address */
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_ABORT);
    assert_int_equal(fake_exit(&frame, 0x82000006U), 0U); /* a fetch */
    assert_int_equal(fake_event(1U)->kind, BULKHEAD_EVENT_ABORT);
    assert_int_equal(fake_exit(&frame, 0x62300000U), 0U);
    assert_int_equal(fake_event(2U)->kind, BULKHEAD_EVENT_SYSREG);
    assert_int_equal(fake_events(), 3U);
    /* Each exit and each event: the register trap's come last. */
    assert_int_equal(fake_cores[1].trace.written, 6U);
    assert_int_equal(fake_cores[1].trace.entries[4].record.kind, BULKHEAD_TRACE_SYSREG);
    assert_int_equal(fake_cores[1].trace.entries[4].record.detail, 0x62300000U);
    assert_int_equal(fake_cores[1].trace.entries[4].record.address, 0U);
}

/* @verifies REQ-EXIT-001 @verifies REQ-HEALTH-002 */
static void an_serror_from_a_guest_ends_its_partition_alone(void **state)
{
    (void)state;
    *fake_sysreg("esr_el2") = 0xbe000011U;
    assert_int_equal(exit_serror(&frame), 1U);
    assert_int_equal(fake_event(0U)->kind, BULKHEAD_EVENT_SERROR);
    assert_int_equal(fake_event(0U)->detail, 0xbe000011U);
    assert_int_equal(fake_event(0U)->address, 0U);
    assert_int_equal(fake_partitions[IVI].phase, PARTITION_STOPPING);
    assert_int_equal(fake_partitions[SAFETY].phase, PARTITION_RUNNING);
    assert_int_equal(fake_partitions[AUX].phase, PARTITION_RUNNING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_unknown_function_changes_nothing_but_x0, set_up),
        cmocka_unit_test_setup(another_immediate_is_not_supported_whatever_the_function, set_up),
        cmocka_unit_test_setup(an_smc_is_stepped_over_and_an_hvc_is_not, set_up),
        cmocka_unit_test_setup(hvc_and_smc_get_the_same_answers, set_up),
        cmocka_unit_test_setup(the_function_is_32_bits_wide, set_up),
        cmocka_unit_test_setup(smccc_is_1_2_and_knows_itself, set_up),
        cmocka_unit_test_setup(the_uid_comes_in_four_registers, set_up),
        cmocka_unit_test_setup(a_partition_learns_its_index_and_how_often_it_was_restarted, set_up),
        cmocka_unit_test_setup(a_crash_leaves_its_code_and_does_what_on_fault_says, set_up),
        cmocka_unit_test_setup(psci_calls_that_end_the_vcpu_ask_for_a_switch, set_up),
        cmocka_unit_test_setup(a_call_is_traced_with_function_and_first_argument, set_up),
        cmocka_unit_test_setup(a_class_that_nobody_asked_for_is_undefined_and_an_event, set_up),
        cmocka_unit_test_setup(aborts_and_register_traps_go_to_who_answers_them, set_up),
        cmocka_unit_test_setup(an_serror_from_a_guest_ends_its_partition_alone, set_up),
    };

    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
