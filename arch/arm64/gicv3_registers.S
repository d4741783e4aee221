/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List registers by number (ICH_LR<n>_EL2, Arm IHI 0069H, 12.4.6). The number is part of the instruction, so there is a
 * piece of code for each; a number beyond 15, which no caller has, wraps.
 */
    .text

/* Branches to piece w0 of 1 << \shift bytes. */
.macro to_piece shift
    and     w0, w0, #15
    adr     x2, 1f
    add     x2, x2, x0, lsl #\shift
    br      x2
1:
.endm

.macro each_list_register piece
    .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    \piece  \n
    .endr
.endm

.macro read_piece n
    mrs     x0, ich_lr\n\()_el2
    ret
.endm

.macro write_piece n
    msr     ich_lr\n\()_el2, x1
    ret
.endm

.macro pending_piece n
    mrs     x0, ich_lr\n\()_el2
    orr     x0, x0, #(1 << 62)
    msr     ich_lr\n\()_el2, x0
    ret
.endm

    .global gic_list_read
gic_list_read:
    to_piece 3
    each_list_register read_piece

    .global gic_list_write
gic_list_write:
    to_piece 3
    each_list_register write_piece

    .global gic_list_set_pending
gic_list_set_pending:
    to_piece 4
    each_list_register pending_piece
