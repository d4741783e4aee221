/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakpoints and watchpoints of a vCPU: as many as ID_AA64DFR0_EL1 tells the guest (D19.2.59, Arm DDI 0487). The number is part of
 * the instruction: there is a piece of code for each, from 15 down, and w1, the last that there is, says where to begin. x0: value
 * and control of each, in pairs.
 */
    .text

.macro each_down piece, kind
    mov     w2, #15
    sub     w1, w2, w1
    adr     x2, 1f
    add     x2, x2, x1, lsl #2
    add     x2, x2, x1, lsl #3
    br      x2
1:
    .irp    n, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0
    \piece  \kind, \n
    .endr
    ret
.endm

.macro load_piece kind, n
    ldp     x2, x3, [x0, #(\n * 16)]
    msr     dbg\kind\()vr\n\()_el1, x2
    msr     dbg\kind\()cr\n\()_el1, x3
.endm

.macro store_piece kind, n
    mrs     x2, dbg\kind\()vr\n\()_el1
    mrs     x3, dbg\kind\()cr\n\()_el1
    stp     x2, x3, [x0, #(\n * 16)]
.endm

    .global context_breakpoints_load
context_breakpoints_load:
    each_down load_piece, b

    .global context_watchpoints_load
context_watchpoints_load:
    each_down load_piece, w

    .global context_breakpoints_store
context_breakpoints_store:
    each_down store_piece, b

    .global context_watchpoints_store
context_watchpoints_store:
    each_down store_piece, w
