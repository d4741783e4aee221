/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of system registers (bulkhead/registers.def), row by row: two instructions for each, tried at EL1 and at EL0. A
 * check says which rows are not as listed.
 */
#include "guests/probe/probe.h"

#include "guests/lib/console.h"
#include "guests/lib/sysreg.h"
#include "guests/probe/el0.h"

#define CPACR_ALL (3U << 20 | 3U << 16 | 3U << 24) /* FP, SVE and SME do not trap to EL1 */
#define CLASS_SME 0x1dU
#define CLASS_FP 0x07U

/* policy_read_<name>: MRS or SYSL to x0, return. policy_write_<name>: MSR or SYS from x0, return (C6.2.247 and on). */
#define ACCESSORS(name, op0, op1, crn, crm, op2)                                                                        \
    extern const uint32_t policy_read_##name[];                                                                        \
    extern const uint32_t policy_write_##name[];                                                                       \
    __asm__(".pushsection .text.policy, \"ax\"\n"                                                                      \
            ".balign 4\n"                                                                                              \
            "policy_read_" #name ": .inst 0xd5200000 + (" #op0 " << 19) + (" #op1 " << 16) + (" #crn " << 12) + (" #crm     \
            " << 8) + (" #op2 " << 5)\n"                                                                               \
            "ret\n"                                                                                                    \
            "policy_write_" #name ": .inst 0xd5000000 + (" #op0 " << 19) + (" #op1 " << 16) + (" #crn " << 12) + (" #crm    \
            " << 8) + (" #op2 " << 5)\n"                                                                               \
            "ret\n"                                                                                                    \
            ".popsection");

#define PASSED(name, op0, op1, crn, crm, op2, access, where, how, why) ACCESSORS(name, op0, op1, crn, crm, op2)
#define EMULATED(name, op0, op1, crn, crm, op2, access, handler, why) ACCESSORS(name, op0, op1, crn, crm, op2)
#define FIXED(name, op0, op1, crn, crm, op2, access, value, why) ACCESSORS(name, op0, op1, crn, crm, op2)
#define DENIED(name, op0, op1, crn, crm, op2, access, trap, why) ACCESSORS(name, op0, op1, crn, crm, op2)
#define FOREIGN(name, op0, op1, crn, crm, op2, access, why) ACCESSORS(name, op0, op1, crn, crm, op2)
#include "bulkhead/registers.def"
#undef PASSED
#undef EMULATED
#undef FIXED
#undef DENIED
#undef FOREIGN

enum rule { RULE_PASSED, RULE_EMULATED, RULE_FIXED, RULE_DENIED, RULE_FOREIGN };

enum access { ACCESS_NO = 0, ACCESS_R = 1, ACCESS_W = 2, ACCESS_RW = 3, ACCESS_RX = 0, ACCESS_RWX = 0 };

/* Where a register is: ID_AA64<register>_EL1 has a value other than 0 under the mask. */
enum where { WHERE_ALWAYS, WHERE_PAN, WHERE_UAO, WHERE_DIT, WHERE_SSBS, WHERE_PAUTH, WHERE_RNDR, WHERE_RAS };

static const struct row {
    const char *name;
    const uint32_t *read;
    const uint32_t *write;
    enum rule rule;
    enum access access;
    enum where where;
    uint32_t value;
} rows[] = {
#define ROW(name, rule, access, where, value)                                                                          \
    {#name, policy_read_##name, policy_write_##name, rule, ACCESS_##access, WHERE_##where, value##U},
#define PASSED(name, op0, op1, crn, crm, op2, access, where, how, why) ROW(name, RULE_PASSED, access, where, 0)
#define EMULATED(name, op0, op1, crn, crm, op2, access, handler, why) ROW(name, RULE_EMULATED, access, ALWAYS, 0)
#define FIXED(name, op0, op1, crn, crm, op2, access, value, why) ROW(name, RULE_FIXED, access, ALWAYS, value)
#define DENIED(name, op0, op1, crn, crm, op2, access, trap, why) ROW(name, RULE_DENIED, access, ALWAYS, 0)
#define FOREIGN(name, op0, op1, crn, crm, op2, access, why) ROW(name, RULE_FOREIGN, access, ALWAYS, 0)
#include "bulkhead/registers.def"
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static bool is_there(enum where where)
{
    switch (where) {
    case WHERE_PAN:
        return (sysreg_read(id_aa64mmfr1_el1) >> 20 & 0xfU) != 0U;
    case WHERE_UAO:
        return (sysreg_read(s3_0_c0_c7_2) >> 4 & 0xfU) != 0U; /* ID_AA64MMFR2_EL1 */
    case WHERE_DIT:
        return (sysreg_read(id_aa64pfr0_el1) >> 48 & 0xfU) != 0U;
    case WHERE_SSBS:
        return (sysreg_read(id_aa64pfr1_el1) >> 4 & 0xfU) == 2U;
    case WHERE_PAUTH:
        return (sysreg_read(id_aa64isar1_el1) & 0xff000ff0U) != 0U || (sysreg_read(s3_0_c0_c6_2) & 0xff00U) != 0U;
    case WHERE_RNDR:
        return (sysreg_read(id_aa64isar0_el1) >> 60 & 0xfU) != 0U;
    case WHERE_RAS:
        return false; /* hidden; what there is of it is not told */
    case WHERE_ALWAYS:
    default:
        return true;
    }
}

/* One of a row's instructions, at EL1. */
static struct attempt at_el1(const uint32_t *code, uint64_t *value)
{
    attempt_begin();
    {
        register uint64_t x0 __asm__("x0") = *value;

        __asm__ volatile("blr %1" : "+r"(x0) : "r"(code) : "x30", "memory", "cc");
        *value = x0;
    }
    return attempt_end();
}

static bool undefined_at_el1(const uint32_t *code)
{
    uint64_t value = 0U;
    struct attempt attempt = at_el1(code, &value);

    return attempt.faults == 1U && EXCEPTION_CLASS(attempt.esr) == EXCEPTION_CLASS_UNKNOWN;
}

/* Also by a control of EL1 itself, which comes first. */
static bool undefined_at_el0(const uint32_t *code)
{
    struct el0_end end = el0_call((uint64_t)code, 0U, 0U);
    uint32_t class = EL0_CLASS(end);

    return end.elr == (uint64_t)code &&
           (class == EXCEPTION_CLASS_UNKNOWN || class == EXCEPTION_CLASS_TRAPPED_REGISTER ||
            class == EXCEPTION_CLASS_SVE || class == CLASS_SME || class == CLASS_FP);
}

static uint32_t complain(const struct row *row, const char *what)
{
    console_print("probe: # %s: %s\n", row->name, what);
    return 1U;
}

static uint32_t check_undefined(const struct row *row, bool (*undefined)(const uint32_t *code))
{
    uint32_t wrong = 0U;

    if ((row->access & ACCESS_R) != 0U && !undefined(row->read)) {
        wrong += complain(row, "a read is not undefined");
    }
    if ((row->access & ACCESS_W) != 0U && !undefined(row->write)) {
        wrong += complain(row, "a write is not undefined");
    }
    return wrong;
}

static void open_controls_of_el1(void)
{
    sysreg_write(cpacr_el1, CPACR_ALL);
    barrier_instructions();
}

/* Rows of this rule are undefined, at EL1 and at EL0. */
static bool check_undefined_rows(uint64_t rule)
{
    uint32_t wrong = 0U;

    open_controls_of_el1();
    for (uint32_t n = 0U; n < ROWS; n++) {
        if ((uint64_t)rows[n].rule == rule) {
            wrong += check_undefined(&rows[n], undefined_at_el1);
            wrong += check_undefined(&rows[n], undefined_at_el0);
        }
    }
    return expect_equal("rows that are not as listed", wrong, 0U);
}

/* Rows of this rule can be read, where they are. */
static bool check_readable_rows(uint64_t rule)
{
    uint32_t wrong = 0U;
    uint64_t value;

    open_controls_of_el1();
    for (uint32_t n = 0U; n < ROWS; n++) {
        if ((uint64_t)rows[n].rule == rule && (rows[n].access & ACCESS_R) != 0U && is_there(rows[n].where)) {
            value = 0U;
            wrong += at_el1(rows[n].read, &value).faults == 0U ? 0U : complain(&rows[n], "cannot be read");
        }
    }
    return expect_equal("rows that are not as listed", wrong, 0U);
}

static uint32_t check_fixed(const struct row *row)
{
    uint64_t value = ~0ULL;
    uint64_t ones = ~0ULL;

    if ((row->access & ACCESS_W) != 0U && at_el1(row->write, &ones).faults != 0U) {
        return complain(row, "cannot be written");
    }
    (void)at_el1(row->read, &value);
    return value == row->value ? 0U : complain(row, "has another value");
}

static bool check_fixed_rows(uint64_t unused)
{
    uint32_t wrong = 0U;

    (void)unused;
    for (uint32_t n = 0U; n < ROWS; n++) {
        wrong += rows[n].rule == RULE_FIXED && (rows[n].access & ACCESS_R) != 0U ? check_fixed(&rows[n]) : 0U;
    }
    return expect_equal("rows that are not as listed", wrong, 0U);
}

static const struct check list[] = {
    {"every register that is denied is undefined at EL1 and EL0", check_undefined_rows, RULE_DENIED},
    {"every register of other levels is undefined at EL1 and EL0", check_undefined_rows, RULE_FOREIGN},
    {"every register that is passed through can be read", check_readable_rows, RULE_PASSED},
    {"every register that is emulated can be read", check_readable_rows, RULE_EMULATED},
    {"every register of fixed value has it, and ignores writes", check_fixed_rows, 0U},
};
const struct checks policy_checks = CHECKS(list);
