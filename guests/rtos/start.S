/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry of both images, and vectors. They clear their data before MMU and caches are on, as real-time systems do:
 * nothing of the memory may then be in a cache.
 */
#define FRAME 192

    .section .text.start, "ax"

    .globl rtos_start
    .type rtos_start, %function
rtos_start:
    msr     daifset, #0xf
    mrs     x0, sctlr_el1
    bic     x0, x0, #(1 << 1)       /* no alignment checks */
    msr     sctlr_el1, x0
    isb
    msr     spsel, #1
    ldr     x0, =rtos_stack_end
    mov     sp, x0
    mov     x29, xzr
    ldr     x0, =rtos_bss_start
    ldr     x1, =rtos_bss_end
1:  cmp     x0, x1
    b.hs    2f
    stp     xzr, xzr, [x0], #16
    b       1b
2:  bl      rtos_main
3:  wfi
    b       3b
    .size rtos_start, . - rtos_start
    .ltorg

    .text
.macro vector target
    .balign 0x80
    b       \target
.endm

.macro unexpected kind
    .balign 0x80
    mov     x0, #\kind
    b       rtos_unexpected
.endm

    .balign 0x800
    .globl rtos_vectors
    .type rtos_vectors, %object
rtos_vectors:
    vector  rtos_vector_task_sync
    vector  rtos_vector_task_irq
    unexpected 2
    unexpected 3
    unexpected 4
    vector  rtos_vector_irq
    unexpected 6
    unexpected 7
    unexpected 8
    unexpected 9
    unexpected 10
    unexpected 11
    unexpected 12
    unexpected 13
    unexpected 14
    unexpected 15
    .size rtos_vectors, . - rtos_vectors

    .weak rtos_vector_task_sync, rtos_vector_task_irq
rtos_vector_task_sync:
rtos_vector_task_irq:
    mov     x0, xzr
    b       rtos_unexpected

/* In the middle of EL1's own work, on its stack: what a function may change is kept, and what another interrupt would. */
    .globl rtos_vector_irq
    .type rtos_vector_irq, %function
rtos_vector_irq:
    sub     sp, sp, #FRAME
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
    ldp     x0, x1, [sp, #160]
    msr     elr_el1, x0
    msr     spsr_el1, x1
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
    add     sp, sp, #FRAME
    eret
    .size rtos_vector_irq, . - rtos_vector_irq
