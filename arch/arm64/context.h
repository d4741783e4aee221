/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything of a vCPU that its core keeps in registers: saved and restored eagerly at every switch.
 *
 * context_load() and context_put() run on the vCPU's own core with interrupts masked, between guests. After
 * context_put() nothing of the vCPU is left active on the core: its timer is off and its errors are taken.
 * The virtual GIC interface is switched beside it (arch/arm64/gic.h).
 */
#ifndef ARCH_ARM64_CONTEXT_H
#define ARCH_ARM64_CONTEXT_H

#include "arch/arm64/frame.h"
#include "lib/types.h"

#define CONTEXT_BREAKPOINTS 16U
#define CONTEXT_PAUTH_KEYS 10U

/* EL1 and EL0 system registers, in the order of context_registers.h. */
#define CONTEXT_REGISTER(name) CONTEXT_##name,
enum context_register {
#include "arch/arm64/context_registers.h"
    CONTEXT_REGISTERS
};
#undef CONTEXT_REGISTER

/* A breakpoint or watchpoint. */
struct context_debug_pair {
    uint64_t value;
    uint64_t control;
};

struct vcpu_context {
    struct frame frame;
    uint64_t pc;
    uint64_t spsr;
    uint64_t vmpidr;
    uint64_t registers[CONTEXT_REGISTERS];
    struct context_debug_pair breakpoint[CONTEXT_BREAKPOINTS];
    struct context_debug_pair watchpoint[CONTEXT_BREAKPOINTS];
    uint64_t pauth[CONTEXT_PAUTH_KEYS];
    uint64_t os_lock;    /* OSLSR_EL1.OSLK; open at power-on */
    uint64_t timer_line; /* not 0: INTID 30 is high, and IMASK in cntp_ctl_el0 is EL2's (partitions/timer.h) */
    uint64_t fpcr;
    uint64_t fpsr;
    struct {
        uint64_t low;
        uint64_t high;
    } v[32] __attribute__((aligned(16)));
};

/* EL2's control of the guest on this core: traps and stage 2. */
struct context_stage2 {
    uint64_t vtcr;
    uint64_t vttbr;
};

/* The state a vCPU is powered on with: EL1h, MMU and caches off, interrupts masked, argument in x0. */
void context_reset(struct vcpu_context *context, uint32_t index, ipa_t entry, uint64_t argument);

void context_load(const struct vcpu_context *context, struct frame *frame, const struct context_stage2 *stage2);
void context_put(struct vcpu_context *context, const struct frame *frame);

/*
 * Takes an SError that the partition this core is about to leave may have caused: by its vCPU, or by its load. Returns
 * its syndrome with bit 63 set, or 0 if there was none. ELR_EL2 and SPSR_EL2 stay as they are. (docs/serror.md)
 */
uint64_t context_serror_window(void);

/*
 * With no partition on this core: an SError now is nobody's, and an EL2 fault. After it, the next SError of this core
 * is the next partition's. Before context_load(), whose ELR_EL2 and SPSR_EL2 it would change.
 */
void context_serror_check(void);

/* Before the first run after the partition's memory was (re)loaded: this core's TLBs and instruction cache. */
void context_forget_memory(const struct context_stage2 *stage2);

#endif
