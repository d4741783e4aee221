/* SPDX-License-Identifier: Apache-2.0 */
/* Register state of vCPUs, as far as the loop that switches them sees it; journals the switches. */
#include "tests/unit/fake/context_recorder.h"
#include "tests/unit/fake/machine.h"
#include "arch/arm64/context.h"
#include "arch/arm64/core.h"

uint64_t fake_serror;

void context_reset(struct vcpu_context *context, uint32_t index, ipa_t entry, uint64_t argument)
{
    context->pc = entry.value;
    context->frame.slot[0] = argument;
    context->vmpidr = index;
    fake_record("context_reset", index, entry.value, argument);
}

void context_load(const struct vcpu_context *context, struct frame *frame, const struct context_stage2 *stage2)
{
    frame->slot[0] = context->frame.slot[0];
    *fake_sysreg("elr_el2") = context->pc;
    fake_record("context_load", stage2->vtcr, stage2->vttbr, context->pc);
}

void context_put(struct vcpu_context *context, const struct frame *frame)
{
    context->frame.slot[0] = frame->slot[0];
    context->pc = *fake_sysreg("elr_el2");
    fake_record("context_put", context->pc, 0U, 0U);
}

void context_serror_check(void)
{
    fake_record("context_serror_check", this_core()->current != NULL ? 1U : 0U, 0U, 0U);
}

uint64_t context_serror_window(void)
{
    uint64_t serror = fake_serror;

    fake_record("context_serror_window", serror, 0U, 0U);
    fake_serror = 0U;
    return serror;
}

void context_forget_memory(const struct context_stage2 *stage2)
{
    fake_record("context_forget_memory", stage2->vtcr, stage2->vttbr, 0U);
}
