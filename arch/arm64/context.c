/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting a vCPU on a core and taking it off. Relies on EL2 having set up the core (cpu.c); called from
 * partitions/run.c only.
 * @implements REQ-VCPU-001
 */
#include "arch/arm64/context.h"
#include "arch/arm64/context_debug.h"
#include "arch/arm64/core.h"
#include "arch/arm64/cpu.h"
#include "arch/arm64/sysreg.h"

#define SPSR_EL1H_MASKED 0x3c5U
#define SCTLR_EL1_RESET 0x30d00800U /* RES1 bits of Armv8.0; MMU and caches off (D19.2.118, Arm DDI 0487) */
#define MPIDR_RES1 (1ULL << 31)

void context_fp_store(void *registers);
void context_fp_load(const void *registers);

void context_reset(struct vcpu_context *context, uint32_t index, ipa_t entry, uint64_t argument)
{
    *context = (struct vcpu_context){0};
    context->frame.slot[0] = argument;
    context->pc = entry.value;
    context->spsr = SPSR_EL1H_MASKED;
    context->vmpidr = MPIDR_RES1 | index;
    context->registers[CONTEXT_sctlr_el1] = SCTLR_EL1_RESET;
}

/* The keys have names that an Armv8.0 assembler does not know: APIA, APIB, APDA, APDB, APGA (D19.2.10 and on). */
static void pauth_load(const uint64_t *keys)
{
    sysreg_write(s3_0_c2_c1_0, keys[0]);
    sysreg_write(s3_0_c2_c1_1, keys[1]);
    sysreg_write(s3_0_c2_c1_2, keys[2]);
    sysreg_write(s3_0_c2_c1_3, keys[3]);
    sysreg_write(s3_0_c2_c2_0, keys[4]);
    sysreg_write(s3_0_c2_c2_1, keys[5]);
    sysreg_write(s3_0_c2_c2_2, keys[6]);
    sysreg_write(s3_0_c2_c2_3, keys[7]);
    sysreg_write(s3_0_c2_c3_0, keys[8]);
    sysreg_write(s3_0_c2_c3_1, keys[9]);
}

static void pauth_store(uint64_t *keys)
{
    keys[0] = sysreg_read(s3_0_c2_c1_0);
    keys[1] = sysreg_read(s3_0_c2_c1_1);
    keys[2] = sysreg_read(s3_0_c2_c1_2);
    keys[3] = sysreg_read(s3_0_c2_c1_3);
    keys[4] = sysreg_read(s3_0_c2_c2_0);
    keys[5] = sysreg_read(s3_0_c2_c2_1);
    keys[6] = sysreg_read(s3_0_c2_c2_2);
    keys[7] = sysreg_read(s3_0_c2_c2_3);
    keys[8] = sysreg_read(s3_0_c2_c3_0);
    keys[9] = sysreg_read(s3_0_c2_c3_1);
}

#define CONTEXT_REGISTER(name) sysreg_write(name, context->registers[CONTEXT_##name]);
static void registers_load(const struct vcpu_context *context)
{
#include "arch/arm64/context_registers.h"
}
#undef CONTEXT_REGISTER

#define CONTEXT_REGISTER(name) context->registers[CONTEXT_##name] = sysreg_read(name);
static void registers_store(struct vcpu_context *context)
{
#include "arch/arm64/context_registers.h"
}
#undef CONTEXT_REGISTER

void context_load(const struct vcpu_context *context, struct frame *frame, const struct context_stage2 *stage2)
{
    uint64_t features = sysreg_read(id_aa64dfr0_el1);

    *frame = context->frame;
    sysreg_write(elr_el2, context->pc);
    sysreg_write(spsr_el2, context->spsr);
    sysreg_write(vtcr_el2, stage2->vtcr);
    sysreg_write(vttbr_el2, stage2->vttbr);
    sysreg_write(vmpidr_el2, context->vmpidr);
    registers_load(context);
    sysreg_write(oslar_el1, context->os_lock);
    context_breakpoints_load(context->breakpoint, CONTEXT_LAST_BREAKPOINT(features));
    context_watchpoints_load(context->watchpoint, CONTEXT_LAST_WATCHPOINT(features));
    if (cpu_has_pauth()) {
        pauth_load(context->pauth);
    }
    sysreg_write(fpcr, context->fpcr);
    sysreg_write(fpsr, context->fpsr);
    context_fp_load(context->v);
    if (cpu_has_ras()) {
        sysreg_write(s3_4_c12_c1_1, 0U); /* VDISR_EL2, the guest's DISR_EL1 */
    }
}

void context_put(struct vcpu_context *context, const struct frame *frame)
{
    uint64_t features = sysreg_read(id_aa64dfr0_el1);

    context->frame = *frame;
    context->pc = sysreg_read(elr_el2);
    context->spsr = sysreg_read(spsr_el2);
    registers_store(context);
    sysreg_write(cntv_ctl_el0, 0U);
    sysreg_write(cntp_ctl_el0, 0U);
    sysreg_write(mdccint_el1, 0U);
    sysreg_write(dbgclaimclr_el1, 0xffU);
    context_breakpoints_store(context->breakpoint, CONTEXT_LAST_BREAKPOINT(features));
    context_watchpoints_store(context->watchpoint, CONTEXT_LAST_WATCHPOINT(features));
    if (cpu_has_pauth()) {
        pauth_store(context->pauth);
    }
    context->fpcr = sysreg_read(fpcr);
    context->fpsr = sysreg_read(fpsr);
    context_fp_store(context->v);
}

/*
 * The window itself. The barrier waits for what was written before, so that its error has come; ESB (HINT #16, nothing
 * on a core without RAS) does the same for errors that the core has noted and not yet signalled. SErrors are unmasked
 * before it, so it takes them and defers none to DISR_EL1; at the ISB the last one that is pending is taken (D1.3,
 * Arm DDI 0487).
 */
static inline void take_pending(void)
{
    __asm__ volatile("msr daifclr, #4\n"
                     "dsb sy\n"
                     "hint #16\n"
                     "isb\n"
                     "msr daifset, #4"
                     :
                     :
                     : "memory");
}

uint64_t context_serror_window(void)
{
    struct core_state *self = this_core();
    uint64_t elr = sysreg_read(elr_el2);
    uint64_t spsr = sysreg_read(spsr_el2);
    uint64_t taken;

    self->serror_syndrome = 0U;
    self->serror_window = 1U;
    take_pending();
    self->serror_window = 0U;
    taken = self->serror_syndrome;
    sysreg_write(elr_el2, elr);
    sysreg_write(spsr_el2, spsr);
    return taken;
}

void context_serror_check(void)
{
    take_pending();
}

void context_forget_memory(const struct context_stage2 *stage2)
{
    sysreg_write(vtcr_el2, stage2->vtcr);
    sysreg_write(vttbr_el2, stage2->vttbr);
    isb();
    /* Local on purpose: a broadcast would empty the TLBs and instruction caches of other partitions' cores. */
    __asm__ volatile("tlbi vmalls12e1" : : : "memory");
    __asm__ volatile("ic iallu" : : : "memory");
    dsb_nsh();
    isb();
}
