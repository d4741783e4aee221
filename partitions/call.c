/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Call dispatch: HVC and SMC are the same to a guest (SMCCC 1.2, Arm DEN 0028); what is not listed is
 * NOT_SUPPORTED and nothing else happens.
 * @implements REQ-CALL-001
 * @implements REQ-CALL-002
 */
#include "partitions/call.h"
#include "arch/arm64/smc.h"
#include "arch/arm64/sysreg.h"
#include "include/bulkhead/hypercall.h"
#include "include/bulkhead/trace.h"
#include "partitions/health.h"
#include "partitions/inject.h"
#include "partitions/psci.h"

#define EC_SMC64 0x17U
#define ISS_IMMEDIATE 0xffffU
#define OWNER_MASK 0xbf000000U /* fast call and owning entity; not the 32/64-bit choice */
#define OWNER_PSCI 0x84000000U
#define SMCCC_VERSION 0x80000000U
#define SMCCC_ARCH_FEATURES 0x80000001U
#define SMCCC_1_2 0x10002U

static bool answer_crash(struct vcpu_state *vcpu, const struct frame *frame)
{
    health_fault(vcpu, BULKHEAD_EVENT_CRASH, 0U, frame->x[1]);
    return true;
}

static void answer_uid(struct frame *frame)
{
    frame->x[0] = BULKHEAD_UID_0;
    frame->x[1] = BULKHEAD_UID_1;
    frame->x[2] = BULKHEAD_UID_2;
    frame->x[3] = BULKHEAD_UID_3;
}

/* SMCCC_ARCH_FEATURES: the two calls of its own section are all there is. */
static int64_t arch_features(uint32_t function)
{
    return function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

static bool answer_other(struct vcpu_state *vcpu, struct frame *frame, uint32_t function)
{
    switch (function) {
    case SMCCC_VERSION:
        frame->x[0] = SMCCC_1_2;
        break;
    case SMCCC_ARCH_FEATURES:
        frame->x[0] = (uint64_t)arch_features((uint32_t)frame->x[1]);
        break;
    case BULKHEAD_UID:
        answer_uid(frame);
        break;
    case BULKHEAD_VERSION:
        frame->x[0] = BULKHEAD_VERSION_1_0;
        break;
    case BULKHEAD_CRASH:
        return answer_crash(vcpu, frame);
    case BULKHEAD_PARTITION_INFO:
        frame->x[0] = vcpu->config->partition->index;
        frame->x[1] = vcpu->config->partition->state->restarts;
        break;
    default:
        frame->x[0] = (uint64_t)BULKHEAD_NOT_SUPPORTED;
        break;
    }
    return false;
}

bool call_answer(struct vcpu_state *vcpu, struct frame *frame, uint64_t syndrome)
{
    uint32_t function = (uint32_t)frame->x[0];

    if (((uint32_t)(syndrome >> 26) & 0x3fU) == EC_SMC64) {
        inject_nothing(syndrome); /* a trapped SMC returns to itself (D1.4) */
    }
    if ((syndrome & ISS_IMMEDIATE) != 0U) {
        frame->x[0] = (uint64_t)BULKHEAD_NOT_SUPPORTED;
        return false;
    }
    if ((function & OWNER_MASK) == OWNER_PSCI) {
        return psci_answer(vcpu, frame, function);
    }
    return answer_other(vcpu, frame, function);
}
