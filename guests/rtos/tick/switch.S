/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks and their registers: on SP_EL0, saved on their own stacks; see tick.h. */
#include "guests/rtos/tick/tick.h"

    .text

.macro general instruction
    \instruction x0, x1, [sp, #0]
    \instruction x2, x3, [sp, #16]
    \instruction x4, x5, [sp, #32]
    \instruction x6, x7, [sp, #48]
    \instruction x8, x9, [sp, #64]
    \instruction x10, x11, [sp, #80]
    \instruction x12, x13, [sp, #96]
    \instruction x14, x15, [sp, #112]
    \instruction x16, x17, [sp, #128]
    \instruction x18, x19, [sp, #144]
    \instruction x20, x21, [sp, #160]
    \instruction x22, x23, [sp, #176]
    \instruction x24, x25, [sp, #192]
    \instruction x26, x27, [sp, #208]
    \instruction x28, x29, [sp, #224]
.endm

.macro floating instruction
    \instruction q0, q1, [sp, #288]
    \instruction q2, q3, [sp, #320]
    \instruction q4, q5, [sp, #352]
    \instruction q6, q7, [sp, #384]
    \instruction q8, q9, [sp, #416]
    \instruction q10, q11, [sp, #448]
    \instruction q12, q13, [sp, #480]
    \instruction q14, q15, [sp, #512]
    \instruction q16, q17, [sp, #544]
    \instruction q18, q19, [sp, #576]
    \instruction q20, q21, [sp, #608]
    \instruction q22, q23, [sp, #640]
    \instruction q24, q25, [sp, #672]
    \instruction q26, q27, [sp, #704]
    \instruction q28, q29, [sp, #736]
    \instruction q30, q31, [sp, #768]
.endm

.macro save_task
    msr     spsel, #0
    sub     sp, sp, #TICK_FRAME_SIZE
    general stp
    mrs     x0, elr_el1
    stp     x30, x0, [sp, #(TICK_FRAME_ELR - 8)]
    mrs     x0, spsr_el1
    ldr     x1, =tick_nesting
    ldr     x1, [x1]
    stp     x0, x1, [sp, #TICK_FRAME_SPSR]
    mrs     x0, fpcr
    mrs     x1, fpsr
    stp     x0, x1, [sp, #272]
    floating stp
    ldr     x0, =tick_current
    ldr     x0, [x0]
    mov     x1, sp
    str     x1, [x0]
    msr     spsel, #1
.endm

/* ICC_PMR_EL1 as deep in critical sections as the task is. */
.macro restore_task
    msr     spsel, #0
    ldr     x0, =tick_current
    ldr     x0, [x0]
    ldr     x0, [x0]
    mov     sp, x0
    ldp     x0, x1, [sp, #TICK_FRAME_SPSR]
    msr     spsr_el1, x0
    ldr     x2, =tick_nesting
    str     x1, [x2]
    mov     x2, #TICK_UNMASKED
    mov     x3, #TICK_MASK
    cmp     x1, #0
    csel    x2, x2, x3, eq
    msr     s3_0_c4_c6_0, x2
    dsb     sy
    isb     sy
    floating ldp
    ldp     x0, x1, [sp, #272]
    msr     fpcr, x0
    msr     fpsr, x1
    ldp     x30, x0, [sp, #(TICK_FRAME_ELR - 8)]
    msr     elr_el1, x0
    general ldp
    add     sp, sp, #TICK_FRAME_SIZE
    msr     spsel, #1
    eret
.endm

    .globl tick_start
    .type tick_start, %function
tick_start:
    restore_task
    .size tick_start, . - tick_start

/* SVC: the task gives way. */
    .globl rtos_vector_task_sync
    .type rtos_vector_task_sync, %function
rtos_vector_task_sync:
    save_task
    mrs     x0, esr_el1
    lsr     x0, x0, #26
    cmp     x0, #0x15
    b.ne    1f
    bl      tick_choose
    restore_task
1:  mov     x0, xzr
    b       rtos_unexpected
    .size rtos_vector_task_sync, . - rtos_vector_task_sync

/* The handler works on EL1's stack, and may be interrupted there; the task is saved only if another is to run. */
    .globl rtos_vector_task_irq
    .type rtos_vector_task_irq, %function
rtos_vector_task_irq:
    sub     sp, sp, #192
    stp     x0, x1, [sp, #0]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x30, [sp, #144]
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    stp     x0, x1, [sp, #160]
    bl      rtos_irq
    msr     daifset, #2
    dsb     sy
    isb     sy
    ldp     x0, x1, [sp, #160]
    msr     elr_el1, x0
    msr     spsr_el1, x1
    ldr     x0, =tick_yield
    ldr     x1, [x0]
    str     xzr, [x0]
    cmp     x1, #0
    ldp     x0, x1, [sp, #0]
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x15, [sp, #112]
    ldp     x16, x17, [sp, #128]
    ldp     x18, x30, [sp, #144]
    add     sp, sp, #192
    b.ne    1f
    eret
1:  save_task
    bl      tick_choose
    restore_task
    .size rtos_vector_task_irq, . - rtos_vector_task_irq

    .globl tick_fp_fill
    .type tick_fp_fill, %function
tick_fp_fill:
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    dup     v\n\().2d, x0
    .endr
    ret
    .size tick_fp_fill, . - tick_fp_fill

    .globl tick_fp_holds
    .type tick_fp_holds, %function
tick_fp_holds:
    mov     x3, xzr
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    umov    x1, v\n\().d[0]
    eor     x1, x1, x0
    umov    x2, v\n\().d[1]
    eor     x2, x2, x0
    orr     x1, x1, x2
    orr     x3, x3, x1
    .endr
    cmp     x3, #0
    cset    w0, eq
    ret
    .size tick_fp_holds, . - tick_fp_holds

    .ltorg
