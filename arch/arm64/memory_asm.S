/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copying with the SIMD registers: half the instructions of the general ones, and at EL2 nobody's while no vCPU is on
 * the core (context_fp_load writes all of them before one is).
 * @implements REQ-LOAD-001
 */
    .arch armv8-a+fp+simd
    .text /* functions have sizes, by which the bench finds them */

/* x0: to, x1: from, x2: lines of 64 bytes. */
    .global memory_copy_lines
    .type memory_copy_lines, %function
memory_copy_lines:
    cbz     x2, 2f
1:  ldp     q0, q1, [x1], #32
    ldp     q2, q3, [x1], #32
    stp     q0, q1, [x0], #32
    stp     q2, q3, [x0], #32
    subs    x2, x2, #1
    b.ne    1b
2:  ret
    .size memory_copy_lines, . - memory_copy_lines

/* x0: page, x1: from. After the second store x0 is in the middle of the line that is complete, which is then cleaned. */
    .global memory_copy_and_clean
    .type memory_copy_and_clean, %function
memory_copy_and_clean:
    add     x2, x0, #4064           /* where x0 stands at the end */
    sub     x0, x0, #32
1:  .rept   8
    ldp     q0, q1, [x1], #32
    ldp     q2, q3, [x1], #32
    stp     q0, q1, [x0, #32]!
    stp     q2, q3, [x0, #32]!
    dc      civac, x0
    .endr
    cmp     x0, x2
    b.ne    1b
    ret
    .size memory_copy_and_clean, . - memory_copy_and_clean
