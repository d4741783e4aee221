/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakpoints and watchpoints of a vCPU: as many as ID_AA64DFR0_EL1 tells the guest (D19.2.59, Arm DDI 0487).
 */
#include "arch/arm64/context_debug.h"
#include "arch/arm64/sysreg.h"

#define FIELD(value, shift) (((uint32_t)((value) >> (shift)) & 0xfU) + 1U)

/* MSR and MRS name a register in the instruction: cases fall through from the highest number to 0. */
#define EACH_DOWN(step) \
    step(15) step(14) step(13) step(12) step(11) step(10) step(9) step(8) step(7) step(6) step(5) step(4) step(3) step(2) step(1)

#define LOAD_BREAKPOINT(n)                                              \
    case n:                                                             \
        sysreg_write(dbgbvr##n##_el1, context->breakpoint_value[n]);    \
        sysreg_write(dbgbcr##n##_el1, context->breakpoint_control[n]);  \
        __attribute__((fallthrough));
#define LOAD_WATCHPOINT(n)                                              \
    case n:                                                             \
        sysreg_write(dbgwvr##n##_el1, context->watchpoint_value[n]);    \
        sysreg_write(dbgwcr##n##_el1, context->watchpoint_control[n]);  \
        __attribute__((fallthrough));
#define STORE_BREAKPOINT(n)                                             \
    case n:                                                             \
        context->breakpoint_value[n] = sysreg_read(dbgbvr##n##_el1);    \
        context->breakpoint_control[n] = sysreg_read(dbgbcr##n##_el1);  \
        __attribute__((fallthrough));
#define STORE_WATCHPOINT(n)                                             \
    case n:                                                             \
        context->watchpoint_value[n] = sysreg_read(dbgwvr##n##_el1);    \
        context->watchpoint_control[n] = sysreg_read(dbgwcr##n##_el1);  \
        __attribute__((fallthrough));

static void breakpoints_load(const struct vcpu_context *context, uint32_t count)
{
    switch (count - 1U) {
        EACH_DOWN(LOAD_BREAKPOINT)
    default:
        sysreg_write(dbgbvr0_el1, context->breakpoint_value[0]);
        sysreg_write(dbgbcr0_el1, context->breakpoint_control[0]);
        break;
    }
}

static void watchpoints_load(const struct vcpu_context *context, uint32_t count)
{
    switch (count - 1U) {
        EACH_DOWN(LOAD_WATCHPOINT)
    default:
        sysreg_write(dbgwvr0_el1, context->watchpoint_value[0]);
        sysreg_write(dbgwcr0_el1, context->watchpoint_control[0]);
        break;
    }
}

static void breakpoints_store(struct vcpu_context *context, uint32_t count)
{
    switch (count - 1U) {
        EACH_DOWN(STORE_BREAKPOINT)
    default:
        context->breakpoint_value[0] = sysreg_read(dbgbvr0_el1);
        context->breakpoint_control[0] = sysreg_read(dbgbcr0_el1);
        break;
    }
}

static void watchpoints_store(struct vcpu_context *context, uint32_t count)
{
    switch (count - 1U) {
        EACH_DOWN(STORE_WATCHPOINT)
    default:
        context->watchpoint_value[0] = sysreg_read(dbgwvr0_el1);
        context->watchpoint_control[0] = sysreg_read(dbgwcr0_el1);
        break;
    }
}

void context_debug_load(const struct vcpu_context *context)
{
    uint64_t features = sysreg_read(id_aa64dfr0_el1);

    breakpoints_load(context, FIELD(features, 12U));
    watchpoints_load(context, FIELD(features, 20U));
}

void context_debug_put(struct vcpu_context *context)
{
    uint64_t features = sysreg_read(id_aa64dfr0_el1);

    breakpoints_store(context, FIELD(features, 12U));
    watchpoints_store(context, FIELD(features, 20U));
}
