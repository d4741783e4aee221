/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The EL1 physical timer; see timer.h. Registers: Arm DDI 0487, D11.2 and CNTP_CTL_EL0.
 * @implements REQ-TIMER-001
 * @implements REQ-TIMER-002
 */
#include "partitions/timer.h"
#include "arch/arm64/sysreg.h"

#define ENABLE (1ULL << 0)
#define IMASK (1ULL << 1)
#define STATUS (1ULL << 2)

uint64_t timer_control(const struct vcpu_state *vcpu)
{
    uint64_t control = sysreg_read(cntp_ctl_el0);

    return vcpu->context.timer_line != 0U ? control & ~IMASK : control;
}

/* Masked first and unmasked only if there is nothing to tell: the physical line never rises for what is known already. */
__attribute__((noinline)) void timer_set_control(struct vcpu_state *vcpu, uint64_t control)
{
    uint64_t line;

    control &= ENABLE | IMASK;
    sysreg_write(cntp_ctl_el0, control | IMASK);
    isb(); /* the status is that of the compare value and the enable just written */
    line = control == ENABLE ? sysreg_read(cntp_ctl_el0) & STATUS : 0U;
    if (line == 0U) {
        sysreg_write(cntp_ctl_el0, control);
    }
    if (line != vcpu->context.timer_line) {
        vcpu->context.timer_line = line;
        vgic_set_line(vcpu, GIC_INTID_PHYSICAL_TIMER, line != 0U);
    }
}

void timer_changed(struct vcpu_state *vcpu)
{
    timer_set_control(vcpu, timer_control(vcpu));
}
