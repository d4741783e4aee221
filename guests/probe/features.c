/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of what the feature registers promise: pointer authentication, FP state, caches by set and way, 32-bit programs. */
#include "guests/probe/probe.h"

#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/machine.h"
#include "guests/lib/smccc.h"
#include "guests/lib/sysreg.h"
#include "guests/probe/assembly.h"
#include "guests/probe/el0.h"
#include "guests/probe/second.h"

#define SCTLR_ENIA (1ULL << 31)
#define POINTER ((uint64_t)MACHINE_TEXT + 0x1230U)
#define MODIFIER 0x5eed5eed5eed5eedULL
#define UNKNOWN_CALL 0xc600ff00U

static bool has_pauth(void)
{
    return (sysreg_read(id_aa64isar1_el1) & 0xff0U) != 0U || (sysreg_read(s3_0_c0_c6_2) & 0xf000U) != 0U;
}

/* APIAKeyLo_EL1 and APIAKeyHi_EL1. */
static void set_key(uint64_t low, uint64_t high)
{
    sysreg_write(s3_0_c2_c1_0, low);
    sysreg_write(s3_0_c2_c1_1, high);
    sysreg_write(sctlr_el1, sysreg_read(sctlr_el1) | SCTLR_ENIA);
    barrier_instructions();
}

/* A call, a register that is denied, one that is emulated, an address that is nobody's. */
static void leave_for_el2(void)
{
    uint64_t value;

    (void)smccc_hvc(UNKNOWN_CALL, 0U, 0U, 0U);
    attempt_begin();
    (void)sysreg_read(s3_1_c15_c2_0);
    (void)sysreg_read(actlr_el1);
    (void)attempt_end();
    (void)attempt_read(MACHINE_RAM_END, 8U, &value);
}

static bool check_pauth(uint64_t unused)
{
    uint64_t plain;
    uint64_t other;

    (void)unused;
    if (!has_pauth()) {
        return expect_equal("a hint changes nothing", assembly_sign(POINTER, MODIFIER), POINTER);
    }
    set_key(0x0123456789abcdefULL, 0xfedcba9876543210ULL);
    plain = assembly_sign(POINTER, MODIFIER);
    leave_for_el2();
    other = assembly_authenticate(plain, MODIFIER);
    if (!expect("the pointer is signed", plain != POINTER) || !expect_equal("authenticated", other, POINTER) ||
        !expect_equal("signed once more", assembly_sign(POINTER, MODIFIER), plain)) {
        return false;
    }
    set_key(0x1111111111111111ULL, 0x2222222222222222ULL);
    other = assembly_sign(POINTER, MODIFIER);
    sysreg_write(sctlr_el1, sysreg_read(sctlr_el1) & ~SCTLR_ENIA);
    barrier_instructions();
    return expect("another key signs otherwise", other != plain);
}

/* All ten words, over exits to EL2. */
static bool check_keys(uint64_t unused)
{
    static const uint64_t word = 0x0f1e2d3c4b5a6978ULL;
    bool kept = true;

    (void)unused;
    if (!has_pauth()) {
        return true;
    }
    sysreg_write(s3_0_c2_c1_2, word + 1U);
    sysreg_write(s3_0_c2_c2_0, word + 2U);
    sysreg_write(s3_0_c2_c2_3, word + 3U);
    sysreg_write(s3_0_c2_c3_1, word + 4U);
    barrier_instructions();
    leave_for_el2();
    kept = expect_equal("APIBKeyLo_EL1", sysreg_read(s3_0_c2_c1_2), word + 1U) && kept;
    kept = expect_equal("APDAKeyLo_EL1", sysreg_read(s3_0_c2_c2_0), word + 2U) && kept;
    kept = expect_equal("APDBKeyHi_EL1", sysreg_read(s3_0_c2_c2_3), word + 3U) && kept;
    return expect_equal("APGAKeyHi_EL1", sysreg_read(s3_0_c2_c3_1), word + 4U) && kept;
}

/* V0-V31, FPCR and FPSR over exits of each kind. */
static bool check_fp(uint64_t unused)
{
    static uint64_t expected[ASSEMBLY_FP_WORDS] __attribute__((aligned(16)));
    static uint64_t found[ASSEMBLY_FP_WORDS] __attribute__((aligned(16)));
    bool same = true;

    (void)unused;
    sysreg_write(cpacr_el1, 3U << 20);
    barrier_instructions();
    for (uint32_t n = 0U; n < 64U; n++) {
        expected[n] = 0xfedcba9876543210ULL * (2U * n + 1U);
    }
    expected[64] = 1U << 22 | 1U << 24;
    expected[65] = 1U << 27 | 1U << 1;
    assembly_fp_load(expected);
    leave_for_el2();
    assembly_fp_store(found);
    for (uint32_t n = 0U; n < ASSEMBLY_FP_WORDS; n++) {
        same = same && expect_equal("FP word", found[n], expected[n]);
    }
    return same;
}

/* A vCPU that was off starts with nothing of what it had. second.c fills its registers before it leaves. */
static bool check_fresh(uint64_t unused)
{
    (void)unused;
    if (!expect("vCPU 1 runs", second_ensure()) || !expect("vCPU 1 leaves", second_leave()) ||
        !expect("vCPU 1 runs again", second_ensure()) || !expect("vCPU 1 leaves again", second_leave())) {
        return false;
    }
    return expect_equal("CNTP_CTL_EL0 at its start", second.cntp_control, 0U) &&
           expect_equal("CNTP_CVAL_EL0 at its start", second.cntp_compare, 0U) &&
           expect_equal("TPIDR_EL0 at its start", second.thread, 0U) &&
           expect_equal("DBGBVR0_EL1 at its start", second.breakpoint, 0U) &&
           expect_equal("OSLSR_EL1.OSLK at its start", second.os_lock & 2U, 0U);
}

#define PATTERN_WORDS 4096U
static volatile uint64_t pattern[PATTERN_WORDS];

enum operation { ISW, CSW, CISW };

static void operate(enum operation operation, uint64_t operand)
{
    switch (operation) {
    case ISW:
        __asm__ volatile("dc isw, %0" : : "r"(operand) : "memory");
        break;
    case CSW:
        __asm__ volatile("dc csw, %0" : : "r"(operand) : "memory");
        break;
    case CISW:
    default:
        __asm__ volatile("dc cisw, %0" : : "r"(operand) : "memory");
        break;
    }
}

/* 32 - log2 of the next power of two: where the way stands (Arm DDI 0487, DC CISW). */
static uint32_t way_shift(uint32_t ways)
{
    uint32_t bits = 0U;

    while ((1U << bits) < ways) {
        bits++;
    }
    return 32U - bits;
}

static void operate_level(enum operation operation, uint32_t level)
{
    bool large = (sysreg_read(s3_0_c0_c7_2) >> 20 & 0xfU) != 0U; /* ID_AA64MMFR2_EL1.CCIDX */
    uint64_t size;
    uint32_t ways;
    uint32_t sets;

    sysreg_write(csselr_el1, (uint64_t)level << 1);
    barrier_instructions();
    size = sysreg_read(ccsidr_el1);
    ways = (uint32_t)(large ? size >> 3 & 0x1fffffU : size >> 3 & 0x3ffU) + 1U;
    sets = (uint32_t)(large ? size >> 32 & 0xffffffU : size >> 13 & 0x7fffU) + 1U;
    for (uint32_t way = 0U; way < ways; way++) {
        for (uint32_t set = 0U; set < sets; set++) {
            operate(operation, (ways > 1U ? (uint64_t)way << way_shift(ways) : 0U) |
                                   (uint64_t)set << ((size & 7U) + 4U) | (uint64_t)level << 1);
        }
    }
}

/* The whole first level, dirty lines and all: even an invalidation loses nothing. */
static bool check_set_way(uint64_t operation)
{
    uint32_t wrong = 0U;

    for (uint32_t n = 0U; n < PATTERN_WORDS; n++) {
        pattern[n] = 0x9e3779b97f4a7c15ULL * (n + operation);
    }
    operate_level((enum operation)operation, 0U);
    barrier_full();
    for (uint32_t n = 0U; n < PATTERN_WORDS; n++) {
        wrong += pattern[n] == 0x9e3779b97f4a7c15ULL * (n + operation) ? 0U : 1U;
    }
    return expect_equal("words lost", wrong, 0U);
}

/* A level that is not there, a set and way that are not there. */
static bool check_set_way_wild(uint64_t unused)
{
    struct attempt attempt;

    (void)unused;
    attempt_begin();
    operate(CISW, 6U << 1);
    operate(ISW, 0xffffffffffffffffULL);
    operate(CSW, 0xfffffff0ULL);
    attempt = attempt_end();
    return expect_equal("faults", attempt.faults, 0U);
}

static bool check_aarch32(const uint32_t *code, bool allowed)
{
    struct el0_end end;

    if (!el0_has_aarch32()) {
        return true;
    }
    end = el0_call((uint64_t)code, 0U, EL0_AARCH32);
    if (allowed) {
        return expect_equal("class", EL0_CLASS(end), EL0_CLASS_SVC_AARCH32);
    }
    return expect_equal("where", end.elr, (uint64_t)code) && expect("undefined, or told to EL1", EL0_CLASS(end) <= 6U);
}

static bool check_aarch32_allowed(uint64_t code)
{
    bool allowed;

    sysreg_write(cntkctl_el1, 3U);
    allowed = check_aarch32((const uint32_t *)code, true);
    sysreg_write(cntkctl_el1, 0U);
    return allowed;
}

static bool check_aarch32_denied(uint64_t code)
{
    return check_aarch32((const uint32_t *)code, false);
}

/* S3_0_C0_C<1 to 7>_<0 to 7> that Armv8.0 has no name for, some of them named later. */
static bool check_unknown_features(uint64_t unused)
{
    uint64_t values = 0U;
    struct attempt attempt;

    (void)unused;
    attempt_begin();
    values |= sysreg_read(s3_0_c0_c3_7);
    values |= sysreg_read(s3_0_c0_c4_2);
    values |= sysreg_read(s3_0_c0_c4_3);
    values |= sysreg_read(s3_0_c0_c4_4);
    values |= sysreg_read(s3_0_c0_c4_5);
    values |= sysreg_read(s3_0_c0_c4_6);
    values |= sysreg_read(s3_0_c0_c4_7);
    values |= sysreg_read(s3_0_c0_c5_1);
    values |= sysreg_read(s3_0_c0_c5_2);
    values |= sysreg_read(s3_0_c0_c5_4);
    values |= sysreg_read(s3_0_c0_c5_7);
    values |= sysreg_read(s3_0_c0_c6_3);
    values |= sysreg_read(s3_0_c0_c6_7);
    values |= sysreg_read(s3_0_c0_c7_3);
    values |= sysreg_read(s3_0_c0_c7_4);
    values |= sysreg_read(s3_0_c0_c7_5);
    values |= sysreg_read(s3_0_c0_c7_6);
    values |= sysreg_read(s3_0_c0_c7_7);
    attempt = attempt_end();
    return expect_equal("faults", attempt.faults, 0U) && expect_equal("values", values, 0U);
}

static const struct check list[] = {
    {"feature registers without a meaning here read as zero", check_unknown_features, 0U},
    {"a pointer signed with the guest's key is authenticated after exits", check_pauth, 0U},
    {"pointer authentication's keys survive exits", check_keys, 0U},
    {"FP registers survive exits", check_fp, 0U},
    {"a vCPU switched on again has nothing of its last life", check_fresh, 0U},
    {"invalidating the cache by set and way loses nothing", check_set_way, ISW},
    {"cleaning the cache by set and way loses nothing", check_set_way, CSW},
    {"cleaning and invalidating by set and way loses nothing", check_set_way, CISW},
    {"set and way that are not there are ignored", check_set_way_wild, 0U},
    {"a 32-bit program runs", check_aarch32_allowed, (uint64_t)assembly_aarch32_nothing},
    {"a 32-bit program reads the virtual counter", check_aarch32_allowed, (uint64_t)assembly_aarch32_counter},
    {"a 32-bit program has no PMCR", check_aarch32_denied, (uint64_t)assembly_aarch32_pmcr},
    {"a 32-bit program has no PMCCNTR", check_aarch32_denied, (uint64_t)assembly_aarch32_pmccntr},
    {"a 32-bit program has no implementation-defined registers", check_aarch32_denied,
     (uint64_t)assembly_aarch32_implementation},
    {"a 32-bit program has no physical timer", check_aarch32_denied, (uint64_t)assembly_aarch32_timer},
    {"a 32-bit program has no MIDR", check_aarch32_denied, (uint64_t)assembly_aarch32_midr},
};
const struct checks feature_checks = CHECKS(list);
