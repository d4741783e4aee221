/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL1 vectors: save everything, call C, restore, return. ELR and SPSR are part of the frame, so a handler may
 * unmask IRQs and be interrupted itself. A synchronous exception first looks whether there is stack for its
 * frame: an overflow would otherwise fault for ever without a word.
 * @implements REQ-GUEST-004
 */
#include "guests/lib/exception.h"

    .section .text.vectors, "ax"

.macro save_frame
    sub     sp, sp, #EXCEPTION_FRAME_SIZE
    stp     x0, x1, [sp, #0]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    stp     x30, x0, [sp, #240]
    stp     x1, xzr, [sp, #256]
.endm

.macro vector target
    .balign 0x80
    b       \target
.endm

.macro vector_unexpected kind
    .balign 0x80
    save_frame
    mov     x0, sp
    mov     w1, #\kind
    bl      exception_unexpected
.endm

    .balign 0x800
    .globl exception_vectors
    .type exception_vectors, %object
exception_vectors:
    vector_unexpected 0
    vector_unexpected 1
    vector_unexpected 2
    vector_unexpected 3
    vector vector_sync
    vector vector_irq
    vector_unexpected 6
    vector_unexpected 7
    vector_unexpected 8
    vector_unexpected 9
    vector_unexpected 10
    vector_unexpected 11
    vector_unexpected 12
    vector_unexpected 13
    vector_unexpected 14
    vector_unexpected 15
    .size exception_vectors, . - exception_vectors

/* TPIDR_EL1 holds the lowest address of this vCPU's stack; the EL0 thread registers are free, there is no EL0. */
vector_sync:
    msr     tpidr_el0, x0
    msr     tpidrro_el0, x1
    mrs     x1, tpidr_el1
    add     x1, x1, #EXCEPTION_FRAME_SIZE
    mov     x0, sp
    cmp     x0, x1
    b.lo    vector_overflow
    mrs     x1, tpidrro_el0
    mrs     x0, tpidr_el0
    save_frame
    mov     x0, sp
    bl      exception_sync
    b       vector_return

vector_irq:
    save_frame
    bl      exception_irq
    b       vector_return

/* Handlers may have run with IRQs unmasked; they mask them again before they return here. */
vector_return:
    ldp     x1, xzr, [sp, #256]
    ldp     x30, x0, [sp, #240]
    msr     spsr_el1, x1
    msr     elr_el1, x0
    ldp     x28, x29, [sp, #224]
    ldp     x26, x27, [sp, #208]
    ldp     x24, x25, [sp, #192]
    ldp     x22, x23, [sp, #176]
    ldp     x20, x21, [sp, #160]
    ldp     x18, x19, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp, #0]
    add     sp, sp, #EXCEPTION_FRAME_SIZE
    eret

vector_overflow:
    ldr     x0, =exception_emergency_stack_end
    mov     sp, x0
    mrs     x1, tpidrro_el0
    mrs     x0, tpidr_el0
    save_frame
    mov     x0, sp
    mov     w1, #EXCEPTION_STACK_OVERFLOW
    bl      exception_unexpected
    .ltorg

    .section .bss.exception_emergency_stack, "aw", %nobits
    .balign 16
    .skip   2048
exception_emergency_stack_end:
