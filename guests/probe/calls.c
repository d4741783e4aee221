/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of HVC and SMC: what answers, what does not, and what a call leaves alone. */
#include "guests/probe/probe.h"

#include <bulkhead/hypercall.h>

#include "guests/lib/bulkhead.h"
#include "guests/lib/psci.h"
#include "guests/probe/assembly.h"

#define UNKNOWN_CALL 0xc600ff77U
#define MIGRATE_INFO_TYPE 0x84000006U

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
