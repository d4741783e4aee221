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
