/* SPDX-License-Identifier: Apache-2.0 */
/*
 * See catch.h. The code is entered by ERET and left by an exception, so that the stack pointer of EL1 is where it was: vectors
 * of its own note everything and return to the caller. TPIDR_EL0 has the record meanwhile, TPIDRRO_EL0 is scratch.
 */
#include "guests/probe/catch.h"

    .text
    .balign 4
    .globl catch_run
    .type catch_run, %function
catch_run:
    stp     x29, x30, [sp, #-112]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mrs     x2, vbar_el1
    mrs     x3, daif
    stp     x2, x3, [sp, #96]
    msr     daifset, #0xf
    msr     tpidr_el0, x1
    adr     x2, catch_vectors
    msr     vbar_el1, x2
    ldp     x2, x3, [x0]
    msr     elr_el1, x2
    msr     spsr_el1, x3
    mov     x2, sp
    msr     sp_el0, x2              /* for EL1t; nothing there stores to it */
    dsb     sy
    isb
    ldp     x2, x3, [x0, #32]
    ldp     x0, x1, [x0, #16]
    eret

catch_end:
    stp     x1, x2, [sp, #-16]!
    mrs     x1, tpidr_el0
    str     x0, [x1, #64]
    mrs     x0, tpidrro_el0
    ldp     xzr, x2, [sp]
    str     x0, [x1, #0]
    stp     x2, x3, [x1, #16]
    ldp     x0, x2, [sp], #16
    str     x0, [x1, #8]
    mrs     x2, esr_el1
    mrs     x3, far_el1
    stp     x2, x3, [x1, #32]
    mrs     x2, elr_el1
    mrs     x3, spsr_el1
    stp     x2, x3, [x1, #48]
    mrs     x2, daif
    mrs     x3, currentel
    orr     x2, x2, x3
    mrs     x3, spsel
    orr     x2, x2, x3
    str     x2, [x1, #72]
    ldp     x2, x3, [sp, #96]
    msr     vbar_el1, x2
    isb
    msr     daif, x3
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #112
    ret

    .balign 0x800
catch_vectors:
    .set    offset, 0
    .rept   16
    .balign 0x80
    msr     tpidrro_el0, x0
    mov     x0, #offset
    b       catch_end
    .set    offset, offset + 0x80
    .endr
