/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exit dispatch.
 * @implements REQ-EXIT-001
 * @implements REQ-EXIT-002
 */
#include "partitions/exit.h"
#include "arch/arm64/core.h"
#include "partitions/abort.h"
#include "partitions/call.h"
#include "partitions/health.h"
#include "partitions/inject.h"
#include "partitions/irq.h"
#include "partitions/source.h"
#include "partitions/sysreg.h"

#define EC(syndrome) ((uint32_t)((syndrome) >> 26) & 0x3fU)
#define EC_SYSREG 0x18U
#define EC_FETCH_ABORT 0x20U
#define EC_DATA_ABORT 0x24U

uint32_t exit_call(struct frame *frame, uint64_t syndrome)
{
    struct vcpu_state *vcpu = this_core()->current;

    trace_exit(BULKHEAD_TRACE_CALL, source_of(vcpu), (uint32_t)frame->x[0], frame->x[1]);
    return call_answer(vcpu, frame, syndrome) ? 1U : 0U;
}

/* An exception class nobody asked for: the instruction is UNDEFINED to the guest. */
static void answer_unexpected(const struct vcpu_state *vcpu, uint64_t syndrome)
{
    health_note(vcpu, BULKHEAD_EVENT_EXIT, (uint32_t)syndrome, sysreg_read(far_el2));
    inject_undefined();
}

uint32_t exit_sync(struct frame *frame, uint64_t syndrome)
{
    struct vcpu_state *vcpu = this_core()->current;

    switch (EC(syndrome)) {
    case EC_DATA_ABORT:
    case EC_FETCH_ABORT:
        abort_answer(vcpu, frame, syndrome);
        break;
    case EC_SYSREG:
        trace_exit(BULKHEAD_TRACE_SYSREG, source_of(vcpu), (uint32_t)syndrome, 0U);
        sysreg_answer(vcpu, frame, syndrome);
        break;
    default:
        answer_unexpected(vcpu, syndrome);
        break;
    }
    return 0U;
}

uint32_t exit_irq(struct frame *frame)
{
    (void)frame;
    return irq_take(this_core()->current) ? 1U : 0U;
}

uint32_t exit_serror(struct frame *frame)
{
    (void)frame;
    health_serror(this_core()->current, sysreg_read(esr_el2));
    return 1U;
}

void exit_take_interrupt(void)
{
    (void)irq_take(NULL);
}
