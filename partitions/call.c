/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HVC and SMC, which are the same to a guest (SMCCC 1.2, Arm DEN 0028); what is not listed is
 * NOT_SUPPORTED and nothing else happens.
 * @implements REQ-CALL-001
 * @implements REQ-CALL-002
 */
#include "arch/arm64/core.h"
#include "arch/arm64/smc.h"
#include "arch/arm64/trace.h"
#include "include/bulkhead/hypercall.h"
#include "partitions/exit.h"
#include "partitions/health.h"
#include "partitions/inject.h"
#include "partitions/psci.h"

#define OWNER(function) ((function) >> 24 & 0x3fU) /* owning entity (2.5) */
#define OWNER_ARCHITECTURE 0U
#define OWNER_STANDARD 4U
#define OWNER_HYPERVISOR 6U
#define SMCCC_VERSION 0x80000000U
#define SMCCC_ARCH_FEATURES 0x80000001U
#define SMCCC_1_2 0x10002U

static uint32_t answer_crash(struct vcpu_state *vcpu, const struct frame *frame)
{
    health_fault(vcpu, BULKHEAD_EVENT_CRASH, 0U, frame->slot[1]);
    return 1U;
}

static void answer_uid(struct frame *frame)
{
    frame->slot[0] = BULKHEAD_UID_0;
    frame->slot[1] = BULKHEAD_UID_1;
    frame->slot[2] = BULKHEAD_UID_2;
    frame->slot[3] = BULKHEAD_UID_3;
}

/* SMCCC_ARCH_FEATURES: the two calls of its own section are all there is. */
static int64_t arch_features(uint32_t function)
{
    return function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

static void answer_architecture(struct frame *frame, uint32_t function)
{
    switch (function) {
    case SMCCC_VERSION:
        frame->slot[0] = SMCCC_1_2;
        break;
    case SMCCC_ARCH_FEATURES:
        frame->slot[0] = (uint64_t)arch_features((uint32_t)frame->slot[1]);
        break;
    default:
        frame->slot[0] = (uint64_t)BULKHEAD_NOT_SUPPORTED;
        break;
    }
}

static uint32_t answer_rest(struct vcpu_state *vcpu, struct frame *frame, uint32_t function)
{
    switch (function) {
    case BULKHEAD_UID:
        answer_uid(frame);
        break;
    case BULKHEAD_CRASH:
        return answer_crash(vcpu, frame);
    case BULKHEAD_PARTITION_INFO:
        frame->slot[0] = vcpu->config->partition->index;
        frame->slot[1] = vcpu->partition->restarts;
        break;
    default:
        frame->slot[0] = (uint64_t)BULKHEAD_NOT_SUPPORTED;
        break;
    }
    return 0U;
}

uint32_t exit_call(uint32_t smc, struct frame *frame)
{
    struct core_state *self = this_core();
    uint32_t function = (uint32_t)frame->slot[0];
    uint64_t pc = sysreg_read(elr_el2);

    trace_exit(self, BULKHEAD_TRACE_CALL, function, frame->slot[1], pc);
    if (smc != 0U) {
        inject_step(pc, sysreg_read(spsr_el2)); /* a trapped SMC returns to itself (D1.4) */
    }
    switch (OWNER(function)) {
    case OWNER_STANDARD:
        return psci_answer(self->current, frame, function);
    case OWNER_HYPERVISOR:
        if (function == BULKHEAD_VERSION) {
            frame->slot[0] = BULKHEAD_VERSION_1_0;
            return 0U;
        }
        if (function - BULKHEAD_VERSION > BULKHEAD_PARTITION_INFO - BULKHEAD_VERSION && function != BULKHEAD_UID) {
            break;
        }
        return answer_rest(self->current, frame, function);
    case OWNER_ARCHITECTURE:
        answer_architecture(frame, function);
        return 0U;
    default:
        break;
    }
    frame->slot[0] = (uint64_t)BULKHEAD_NOT_SUPPORTED;
    return 0U;
}
