/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of HVC and SMC: what answers, what does not, and what a call leaves alone. */
#include "guests/probe/probe.h"

#include <bulkhead/hypercall.h>

#include "guests/lib/bulkhead.h"
#include "guests/lib/psci.h"
#include "guests/probe/assembly.h"

#define UNKNOWN_CALL 0xc600ff77U
#define MIGRATE_INFO_TYPE 0x84000006U
#define AFFINITY_INFO_32 0x84000004U
#define SMCCC_ARCH_FEATURES 0x80000001U

/* An SMC that nobody traps is undefined: that is an answer too, and a wrong one. */
static bool expect_smc(uint64_t function, uint64_t argument, int64_t expected)
{
    struct smccc_result result;
    struct attempt attempt;

    attempt_begin();
    result = smccc_smc(function, argument, 0U, 0U);
    attempt = attempt_end();
    return expect_equal("number of faults", attempt.faults, 0U) &&
           expect_equal("result", (uint64_t)result.x0, (uint64_t)expected);
}

static bool check_unknown_hvc(uint64_t function)
{
    return expect_equal("result", (uint64_t)smccc_hvc(function, 0U, 0U, 0U).x0, (uint64_t)SMCCC_NOT_SUPPORTED);
}

static bool check_unknown_smc(uint64_t function)
{
    return expect_smc(function, 0U, SMCCC_NOT_SUPPORTED);
}

static bool check_preserved(uint64_t function)
{
    return expect_equal("registers changed", assembly_call_changes(function), 0U);
}

static bool check_preserved_smc(uint64_t function)
{
    struct attempt attempt;
    uint64_t changes;

    attempt_begin();
    changes = assembly_smc_changes(function);
    attempt = attempt_end();
    return expect_equal("number of faults", attempt.faults, 0U) && expect_equal("registers changed", changes, 0U);
}

/* Optional functions of PSCI, of the architecture and of the random number and time services: none of them is here. */
static const uint32_t absent_calls[] = {
    0x84000005U, 0xc4000005U, 0x84000007U, 0xc4000007U, 0x8400000bU, 0x8400000cU, 0xc400000cU, 0x8400000dU, 0xc400000dU,
    0x8400000eU, 0xc400000eU, 0x8400000fU, 0x84000010U, 0xc4000010U, 0x84000011U, 0xc4000011U, 0x84000012U, 0xc4000012U,
    0x84000013U, 0x84000014U, 0xc4000014U, 0x84000015U, 0xc4000015U, 0x84000050U, 0x84000051U, 0x84000052U, 0x84000053U,
    0xc4000053U, 0xc5000020U, 0xc5000021U, 0x80000002U, 0x80008000U, 0x80007fffU, 0x80003fffU, 0xc4000000U, 0xc4000002U,
    0xc4000008U, 0xc4000009U, 0xc400000aU, 0x04000003U, 0x00000000U, 0xffffffffU};

static bool check_absent_calls(uint64_t unused)
{
    (void)unused;
    for (uint32_t n = 0U; n < sizeof(absent_calls) / sizeof(absent_calls[0]); n++) {
        if (!check_unknown_hvc(absent_calls[n]) || !check_unknown_smc(absent_calls[n])) {
            return expect_equal("function", absent_calls[n], 0U);
        }
    }
    return true;
}

/* What cannot be called is no feature. */
static bool check_absent_features(uint64_t query)
{
    for (uint32_t n = 0U; n < sizeof(absent_calls) / sizeof(absent_calls[0]); n++) {
        if (!expect_equal("feature", (uint64_t)psci_call(query, absent_calls[n], 0U, 0U),
                          (uint64_t)PSCI_NOT_SUPPORTED)) {
            return expect_equal("function", absent_calls[n], 0U);
        }
    }
    return true;
}

/* SYSTEM_OFF, if the immediate did not count. */
static bool check_immediate(uint64_t unused)
{
    register uint64_t x0 __asm__("x0") = PSCI_VERSION;

    (void)unused;
    __asm__ volatile("hvc #1" : "+r"(x0)::"x1", "x2", "x3", "memory");
    return expect_equal("HVC #1", x0, (uint64_t)SMCCC_NOT_SUPPORTED);
}

static bool check_smc_immediate(uint64_t unused)
{
    register uint64_t x0 __asm__("x0");
    struct attempt attempt;
    uint64_t result;

    (void)unused;
    attempt_begin();
    x0 = PSCI_VERSION;
    __asm__ volatile("smc #1" : "+r"(x0)::"x1", "x2", "x3", "memory");
    result = x0;
    attempt = attempt_end();
    return expect_equal("number of faults", attempt.faults, 0U) &&
           expect_equal("SMC #1", result, (uint64_t)SMCCC_NOT_SUPPORTED);
}

/* Upper halves of the function and of a 32-bit call's arguments do not count. */
static bool check_narrow(uint64_t unused)
{
    uint64_t high = 0xdeadbeef00000000ULL;

    (void)unused;
    return expect_equal("AFFINITY_INFO", (uint64_t)psci_call(high | AFFINITY_INFO_32, high, high, high),
                        PSCI_AFFINITY_ON) &&
           expect_equal("wide AFFINITY_INFO", (uint64_t)psci_call(PSCI_AFFINITY_INFO, high, 0U, 0U),
                        (uint64_t)PSCI_INVALID_PARAMETERS);
}

static bool check_uid(uint64_t unused)
{
    struct smccc_result uid = smccc_hvc(BULKHEAD_UID, 0U, 0U, 0U);

    (void)unused;
    return expect_equal("word 0", (uint64_t)uid.x0, BULKHEAD_UID_0) && expect_equal("word 1", uid.x1, BULKHEAD_UID_1) &&
           expect_equal("word 2", uid.x2, BULKHEAD_UID_2) && expect_equal("word 3", uid.x3, BULKHEAD_UID_3);
}

static bool check_version(uint64_t unused)
{
    (void)unused;
    return expect_equal("version", (uint64_t)smccc_hvc(BULKHEAD_VERSION, 0U, 0U, 0U).x0, BULKHEAD_VERSION_1_0);
}

static bool check_smccc_version(uint64_t unused)
{
    (void)unused;
    return expect("SMCCC version is 1.1 or later", (int32_t)smccc_hvc(SMCCC_VERSION, 0U, 0U, 0U).x0 >= 0x10001);
}

static bool check_psci_version(uint64_t unused)
{
    (void)unused;
    return expect_equal("major version", (uint64_t)psci_call(PSCI_VERSION, 0U, 0U, 0U) >> 16, 1U);
}

static bool check_psci_version_smc(uint64_t unused)
{
    (void)unused;
    return expect_smc(PSCI_VERSION, 0U, psci_call(PSCI_VERSION, 0U, 0U, 0U));
}

static bool check_feature(uint64_t function)
{
    return expect_equal("PSCI_FEATURES", (uint64_t)psci_call(PSCI_FEATURES, function, 0U, 0U), PSCI_SUCCESS);
}

static bool check_feature_absent(uint64_t function)
{
    return expect_equal("PSCI_FEATURES", (uint64_t)psci_call(PSCI_FEATURES, function, 0U, 0U),
                        (uint64_t)PSCI_NOT_SUPPORTED);
}

static bool check_migrate(uint64_t unused)
{
    (void)unused;
    return expect_equal("MIGRATE_INFO_TYPE", (uint64_t)psci_call(MIGRATE_INFO_TYPE, 0U, 0U, 0U), 2U);
}

static const struct check list[] = {
    {"Bulkhead answers with its UID", check_uid, 0U},
    {"Bulkhead's call version is 1.0", check_version, 0U},
    {"an unknown HVC is not supported", check_unknown_hvc, UNKNOWN_CALL},
    {"an unknown standard call by HVC is not supported", check_unknown_hvc, 0x8400ff77U},
    {"an unknown SMC is not supported", check_unknown_smc, UNKNOWN_CALL},
    {"an SMC to the silicon provider is not supported", check_unknown_smc, 0xc2000001U},
    {"an SMC to the trusted OS is not supported", check_unknown_smc, 0xb2000001U},
    {"a call leaves x4 to x30 alone", check_preserved, BULKHEAD_VERSION},
    {"an unknown call leaves x4 to x30 alone", check_preserved, UNKNOWN_CALL},
    {"an SMC leaves x4 to x30 alone", check_preserved_smc, BULKHEAD_VERSION},
    {"an unknown SMC leaves x4 to x30 alone", check_preserved_smc, UNKNOWN_CALL},
    {"optional functions that are not here are not supported", check_absent_calls, 0U},
    {"PSCI_FEATURES knows none of them", check_absent_features, PSCI_FEATURES},
    {"SMCCC_ARCH_FEATURES knows none of them", check_absent_features, SMCCC_ARCH_FEATURES},
    {"an HVC with an immediate is not supported", check_immediate, 0U},
    {"an SMC with an immediate is not supported, and the next instruction runs", check_smc_immediate, 0U},
    {"upper halves of what has 32 bits do not count", check_narrow, 0U},
    {"SMCCC is 1.1 or later", check_smccc_version, 0U},
    {"PSCI is 1.x", check_psci_version, 0U},
    {"PSCI answers an SMC like an HVC", check_psci_version_smc, 0U},
    {"PSCI_FEATURES knows CPU_ON", check_feature, PSCI_CPU_ON},
    {"PSCI_FEATURES knows CPU_OFF", check_feature, PSCI_CPU_OFF},
    {"PSCI_FEATURES knows SYSTEM_RESET", check_feature, PSCI_SYSTEM_RESET},
    {"PSCI_FEATURES denies an unknown function", check_feature_absent, 0x8400ff77U},
    {"no trusted OS needs migration", check_migrate, 0U},
};
const struct checks call_checks = CHECKS(list);
