/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the entry to C: guest_start on the boot vCPU (x0: device tree), guest_start_secondary on the others (x0: a
 * struct cpu_start). Entered at EL1 with MMU and caches off and exceptions masked. Nothing is stored before the
 * MMU is on: such a store would bypass caches that hold the image.
 * @implements REQ-GUEST-001
 */
#include "guests/lib/machine.h"
#include "guests/lib/mmu.h"

    .section .text.start, "ax"

    .globl guest_start
    .type guest_start, %function
guest_start:
    mov     x19, x0
    bl      start_mmu
    ldr     x0, =MACHINE_STACKS
    bl      start_stack
    /* The hypervisor scrubs memory; another loader may not. */
    ldr     x0, =guest_bss_start
    ldr     x1, =guest_bss_end
1:  cmp     x0, x1
    b.hs    2f
    str     xzr, [x0], #8
    b       1b
2:  mov     x0, x19
    b       guest_main
    .size guest_start, . - guest_start

    .globl guest_start_secondary
    .type guest_start_secondary, %function
guest_start_secondary:
    mov     x19, x0
    bl      start_mmu
    ldr     x0, [x19, #0]           /* stack */
    bl      start_stack
    ldr     x1, [x19, #8]           /* function */
    ldr     x0, [x19, #16]          /* its argument */
    blr     x1
    b       guest_ended
    .size guest_start_secondary, . - guest_start_secondary

/* Stack of MACHINE_STACK_SIZE that begins at x0, its limit for the vectors, and the vectors. */
start_stack:
    add     x1, x0, #MACHINE_STACK_SIZE
    mov     sp, x1
    msr     tpidr_el1, x0
    ldr     x0, =exception_vectors
    msr     vbar_el1, x0
    mov     x29, xzr
    isb
    ret

/*
 * MMU and caches on. Stale TLB entries and instructions of whoever used this core before are dropped first (Arm DDI
 * 0487: TLBs and instruction caches are architecturally UNKNOWN at reset). Changes x0.
 */
start_mmu:
    msr     daifset, #0xf
    msr     spsel, #1
    ldr     x0, =MMU_MAIR
    msr     mair_el1, x0
    ldr     x0, =MMU_TCR
    msr     tcr_el1, x0
    ldr     x0, =mmu_level1
    msr     ttbr0_el1, x0
    msr     ttbr1_el1, xzr
    msr     cpacr_el1, xzr          /* FP traps until the application wants it */
    tlbi    vmalle1
    ic      iallu
    dsb     nsh
    isb
    ldr     x0, =MMU_SCTLR
    msr     sctlr_el1, x0
    isb
    ret

    .ltorg
