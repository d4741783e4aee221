/* SPDX-License-Identifier: Apache-2.0 */
/* What C cannot say; see assembly.h. */

    .text

.macro function name
    .balign 4
    .globl \name
    .type \name, %function
\name:
.endm

/* Every register gets 0x5ee0 plus its number; x29 and x30 as well, so the stack keeps what C expects of them. */
.macro changes name, call
function \name
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    .irp    n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    mov     x\n, #(0x5ee0 + \n)
    .endr
    \call    #0
    mov     x0, xzr
    .irp    n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    mov     x1, #(0x5ee0 + \n)
    cmp     x1, x\n
    cinc    x0, x0, ne
    .endr
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #96
    ret
.endm

changes assembly_call_changes, hvc
changes assembly_smc_changes, smc

function assembly_fp_load
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    ldr     q\n, [x0], #16
    .endr
    ldp     x1, x2, [x0]
    msr     fpcr, x1
    msr     fpsr, x2
    ret

function assembly_fp_store
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    str     q\n, [x0], #16
    .endr
    mrs     x1, fpcr
    mrs     x2, fpsr
    stp     x1, x2, [x0]
    ret

function assembly_load_post_index
    ldr     x1, [x0], #8
    ret

function assembly_store_post_index
    str     xzr, [x0], #8
    ret

function assembly_load_pair
    ldp     x1, x2, [x0]
    ret

/*
 * EL0 and back. x0: where to go (struct assembly_el0), x1: what came of it (ESR, ELR, x0). AArch32's link register is x14; the
 * SVC it returns to is another one.
 */
function assembly_el0
    stp     x29, x30, [sp, #-144]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mrs     x2, ttbr0_el1
    mrs     x3, vbar_el1
    mrs     x4, daif
    stp     x2, x3, [sp, #96]
    stp     x4, x1, [sp, #112]
    msr     daifset, #0xf
    ldp     x5, x6, [x0, #0]
    ldp     x7, x8, [x0, #16]
    ldr     x9, =el0_vectors
    msr     vbar_el1, x9
    msr     ttbr0_el1, x8
    msr     elr_el1, x5
    msr     spsr_el1, x7
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    mov     x0, x6
    ldr     x30, =el0_end
    ldr     x14, =el0_end_aarch32
    eret

el0_return:
    ldp     x4, x1, [sp, #112]
    mrs     x2, esr_el1
    mrs     x3, elr_el1
    stp     x2, x3, [x1, #0]
    str     x0, [x1, #16]
    ldp     x2, x3, [sp, #96]
    msr     vbar_el1, x3
    msr     ttbr0_el1, x2
    isb
    tlbi    vmalle1
    dsb     nsh
    isb
    msr     daif, x4
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #144
    ret

el0_end:
    svc     #0
el0_end_aarch32:
    .inst   0xef000000              /* SVC #0 */
    .ltorg

/* What EL0 runs, and the places in it that debug exceptions are about. */
function assembly_el0_steps
    nop
    .globl assembly_el0_break
assembly_el0_break:
    nop
    .globl assembly_el0_watch
assembly_el0_watch:
    ldr     x0, [x0]
    ret

function assembly_el0_brk
    brk     #0

function assembly_el0_timer
    mrs     x0, cntp_ctl_el0
    ret

    .balign 8
    .globl assembly_el0_data
assembly_el0_data:
    .quad   0x0123456789abcdef

/* AArch32: MRC or MRRC into r0, and back. */
.macro aarch32 name, instruction
    .balign 4
    .globl \name
\name:
    .inst   \instruction
    .inst   0xe12fff1e              /* BX LR */
.endm
    aarch32 assembly_aarch32_nothing, 0xe320f000
    aarch32 assembly_aarch32_counter, 0xec510f1e    /* CNTVCT */
    aarch32 assembly_aarch32_pmcr, 0xee190f1c
    aarch32 assembly_aarch32_pmccntr, 0xee190f1d
    aarch32 assembly_aarch32_implementation, 0xee1f0f10     /* p15, CRn 15 */
    aarch32 assembly_aarch32_timer, 0xee1e0f32      /* CNTP_CTL */
    aarch32 assembly_aarch32_midr, 0xee100f10

/* x0: pointer, x1: modifier; PACIA1716 and AUTIA1716, hints to a core without them. */
function assembly_sign
    mov     x17, x0
    mov     x16, x1
    hint    #8
    mov     x0, x17
    ret

function assembly_authenticate
    mov     x17, x0
    mov     x16, x1
    hint    #12
    mov     x0, x17
    ret

.macro el0_vector target
    .balign 0x80
    b       \target
.endm
    .balign 2048
el0_vectors:
    .rept   8
    el0_vector .
    .endr
    el0_vector el0_return
    .rept   3
    el0_vector .
    .endr
    el0_vector el0_return
    .rept   3
    el0_vector .
    .endr
