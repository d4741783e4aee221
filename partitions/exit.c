/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exits that are rare. Those that are not have a file of their own (partitions/exit.h).
 * @implements REQ-EXIT-001
 * @implements REQ-EXIT-002
 */
#include "partitions/exit.h"
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"
#include "include/bulkhead/hypercall.h"
#include "partitions/abort.h"
#include "partitions/health.h"
#include "partitions/inject.h"

#define EC(syndrome) ((uint32_t)((syndrome) >> 26) & 0x3fU)
#define EC_HVC 0x16U
#define EC_SMC 0x17U
#define EC_SYSREG 0x18U
#define EC_FETCH_ABORT 0x20U
#define EC_DATA_ABORT 0x24U
#define SYSREG_REGISTER(syndrome) ((uint32_t)((syndrome) >> 5) & 31U)
#define ABORT_REGISTER(syndrome) ((uint32_t)((syndrome) >> 16) & 31U)

/* An exception class nobody asked for: the instruction is UNDEFINED to the guest. */
static void answer_unexpected(const struct vcpu_state *vcpu, uint64_t syndrome)
{
    health_note(vcpu, BULKHEAD_EVENT_EXIT, (uint32_t)syndrome, sysreg_read(far_el2));
    inject_undefined();
}

static void trace_call(const struct frame *frame)
{
    trace_exit(this_core(), BULKHEAD_TRACE_CALL, (uint32_t)frame->slot[0], frame->slot[1], sysreg_read(elr_el2));
}

uint32_t exit_sync(struct frame *frame, uint64_t syndrome)
{
    frame->slot[FRAME_ZERO] = 0U;
    switch (EC(syndrome)) {
    case EC_DATA_ABORT:
        exit_data_abort(&frame->slot[frame_slot(ABORT_REGISTER(syndrome))], syndrome);
        break;
    case EC_SYSREG:
        exit_sysreg(&frame->slot[frame_slot(SYSREG_REGISTER(syndrome))], syndrome);
        break;
    case EC_SMC:
        trace_call(frame);
        inject_nothing(syndrome); /* it returns to itself (D1.4) */
        frame->slot[0] = (uint64_t)BULKHEAD_NOT_SUPPORTED;
        break;
    case EC_HVC:
        trace_call(frame);
        frame->slot[0] = (uint64_t)BULKHEAD_NOT_SUPPORTED;
        break;
    case EC_FETCH_ABORT:
        abort_fetch(syndrome);
        break;
    default:
        answer_unexpected(this_core()->current, syndrome);
        break;
    }
    return 0U;
}

uint32_t exit_serror(struct frame *frame)
{
    (void)frame;
    health_serror(this_core()->current, sysreg_read(esr_el2));
    return 1U;
}
