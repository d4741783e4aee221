/* SPDX-License-Identifier: Apache-2.0 */
/* The list of system registers (bulkhead/registers.def) against what EL2 answers (partitions/sysreg.c), over all encodings. */
#include "tests/unit/fake/test.h"
#include "tests/unit/fake/exits.h"

#define PC 0x40001000U
#define VECTORS 0x80000U

static struct vcpu_state *vcpu;
static struct frame frame;

static int set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    vcpu = fake_be_vcpu(SAFETY, 0U);
    for (uint32_t n = 0U; n < 31U; n++) {
        frame.slot[frame_slot(n)] = 0xa5a5000000000000ULL + n;
    }
    *fake_sysreg("elr_el2") = PC;
    *fake_sysreg("spsr_el2") = 0x5U;
    *fake_sysreg("vbar_el1") = VECTORS;
    fake_journal_clear();
    return 0;
}

static void answer(uint64_t syndrome)
{
    *fake_sysreg("elr_el2") = PC;
    *fake_sysreg("spsr_el2") = 0x5U;
    assert_int_equal(fake_exit(&frame, syndrome), 0U);
}

/* The access is an undefined instruction, an event, and changes no register. */
static void assert_undefined(uint64_t syndrome)
{
    struct frame before = frame;
    uint64_t events = fake_events();

    answer(syndrome);
    assert_int_equal(*fake_sysreg("elr_el2"), VECTORS + 0x200U);
    assert_int_equal(*fake_sysreg("elr_el1"), PC);
    assert_int_equal(*fake_sysreg("esr_el1"), 0x02000000U);
    assert_memory_equal(&before, &frame, sizeof(frame));
    assert_int_equal(fake_events(), events + 1U);
    assert_int_equal(fake_event(events)->kind, BULKHEAD_EVENT_SYSREG);
    assert_int_equal(fake_event(events)->detail, syndrome);
    assert_int_equal(fake_event(events)->address, 0U);
    assert_int_equal(fake_event(events)->pc, PC);
}

enum { CAN_R = 1, CAN_W = 2, CAN_RW = 3, CAN_RX = 1, CAN_RWX = 3, CAN_NO = 0 };

/* What the list says of one register that traps, by its encoding: CAN_*. */
static const struct {
    uint64_t name;
    uint32_t can;
} answers[] = {
#define EMULATED(name, op0, op1, crn, crm, op2, access, handler, why) \
    {(uint64_t)(op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1, CAN_##access},
#define FIXED(name, op0, op1, crn, crm, op2, access, value, why) \
    {(uint64_t)(op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1, CAN_##access},
#define PASSED(name, op0, op1, crn, crm, op2, access, where, how, why)
#define DENIED(name, op0, op1, crn, crm, op2, access, trap, why)
#define FOREIGN(name, op0, op1, crn, crm, op2, access, why)
#include "bulkhead/registers.def"
#undef EMULATED
#undef FIXED
};

static bool listed(uint64_t name, bool read)
{
    for (uint32_t n = 0U; n < COUNT(answers); n++) {
        if (answers[n].name == name) {
            return (answers[n].can & (read ? CAN_R : CAN_W)) != 0U;
        }
    }
    return read && (name & 0x31fc00U) == 0x300000U && (name >> 1 & 0xfU) >= 1U && (name >> 1 & 0xfU) <= 7U;
}

/* Every encoding of an MRS, MSR or SYS that can trap: 98,304. @verifies REQ-SYSREG-002 */
static void nothing_is_answered_that_the_list_has_not(void **state)
{
    uint32_t answered = 0U;

    (void)state;
    for (uint64_t bits = 0U; bits < 3U << 15; bits++) {
        uint64_t iss = (bits >> 15) + 1U; /* op0 */
        bool read = (bits & 1U) != 0U;

        iss = iss << 20 | (bits >> 1 & 7U) << 17 | (bits >> 4 & 7U) << 14 | (bits >> 7 & 0xfU) << 10 |
              (bits >> 11 & 0xfU) << 1;
        fake_journal_clear();
        answer(0x62000000U | iss | 31U << 5 | (read ? 1U : 0U));
        assert_int_equal(*fake_sysreg("elr_el2") == PC + 4U, listed(iss, read));
        answered += listed(iss, read) ? 1U : 0U;
    }
    assert_true(answered > COUNT(answers) + 56U);
}

#define DENIED_NAME(name, op0, op1, crn, crm, op2, access, trap, why) \
    {#name, 0x62000000U | (uint64_t)(op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1, CAN_##access},
static const struct {
    const char *name;
    uint64_t iss;
    uint32_t can;
} denied[] = {
#define EMULATED(name, op0, op1, crn, crm, op2, access, handler, why)
#define FIXED(name, op0, op1, crn, crm, op2, access, value, why)
#undef DENIED
#define DENIED DENIED_NAME
#include "bulkhead/registers.def"
};

/* @verifies REQ-SYSREG-002 */
static void what_the_list_denies_is_undefined_and_an_event(void **state)
{
    (void)state;
    for (uint32_t n = 0U; n < COUNT(denied); n++) {
        if ((denied[n].can & CAN_R) != 0U) {
            assert_undefined(denied[n].iss | 1U);
        }
        if ((denied[n].can & CAN_W) != 0U) {
            assert_undefined(denied[n].iss | 31U << 5);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_answered_that_the_list_has_not, set_up),
        cmocka_unit_test_setup(what_the_list_denies_is_undefined_and_an_event, set_up),
    };

    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
