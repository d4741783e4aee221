/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2 exception vectors: save what the exit needs, call the one dispatcher of its kind, go back.
 *
 * This is the one place where control goes up: the exit functions (partitions/exit.h), run_switch,
 * fault_enter (core/). An exit function that has a result returns 0 to resume the same vCPU, anything else to
 * have run_switch choose what runs next.
 */
#include "arch/arm64/offsets.h"

#define ESR_HVC_0 0x5a000000 /* EC 0x16, 32-bit instruction, immediate 0 */
#define ESR_SMC_0 0x5e000000 /* EC 0x17 */
#define EC_SYSREG 0x18
#define EC_DATA_ABORT 0x24

    .section .text.vectors, "ax"

/* x0-x14 and x30: all that C at EL2 may change without preserving it (arch/arm64/frame.h). */
.macro save_short
    stp     x0, x1, [sp, #-FRAME_SIZE]!
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x30, [sp, #112]
.endm

.macro save_rest
    stp     x15, x16, [sp, #128]
    stp     x17, x18, [sp, #144]
    stp     x19, x20, [sp, #160]
    stp     x21, x22, [sp, #176]
    stp     x23, x24, [sp, #192]
    stp     x25, x26, [sp, #208]
    stp     x27, x28, [sp, #224]
    stp     x29, xzr, [sp, #240]
.endm

.macro restore_rest
    ldp     x15, x16, [sp, #128]
    ldp     x17, x18, [sp, #144]
    ldp     x19, x20, [sp, #160]
    ldp     x21, x22, [sp, #176]
    ldp     x23, x24, [sp, #192]
    ldp     x25, x26, [sp, #208]
    ldp     x27, x28, [sp, #224]
    ldr     x29, [sp, #240]
.endm

/* The barrier stops straight-line speculation past the ERET; it is never executed. */
.macro restore_short_and_return
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x30, [sp, #112]
    ldp     x0, x1, [sp], #FRAME_SIZE
    eret
    dsb     nsh
    isb
.endm

/* x0: the slot of the register that the access names, if it is x0-x14. For the others the whole frame is needed. */
.macro find_slot lowest_bit
    ubfx    x0, x1, #\lowest_bit, #5
    cmp     w0, #FRAME_SHORT
    b.hs    sync_full
    add     x0, sp, x0, lsl #3
.endm

.macro vector offset, target
    .org    vectors + \offset
    b       \target
.endm

.macro fault_entry offset
    .org    vectors + \offset
    msr     sp_el0, x0
    mov     x0, #\offset
    b       fault_save
.endm

    .global vectors
    .balign 2048
vectors:
    fault_entry 0x000
    fault_entry 0x080
    fault_entry 0x100
    fault_entry 0x180
    fault_entry 0x200
    fault_entry 0x280
    fault_entry 0x300
    vector  0x380, serror_el2

    /* Synchronous exception from a guest. w0: 0 for HVC #0, 1 << 26 for SMC #0 (D17.2.37, Arm DDI 0487). */
    .org    vectors + 0x400
    save_short
    mrs     x1, esr_el2
    mov     w0, #ESR_HVC_0
    sub     w0, w1, w0
    tst     w0, #~(ESR_SMC_0 - ESR_HVC_0)
    b.ne    sync_other
    mov     x1, sp
    bl      exit_call
    cbnz    w0, switch_short
    restore_short_and_return

    .org    vectors + 0x480
    save_short
    bl      exit_irq
    cbnz    w0, switch_short
    restore_short_and_return

    fault_entry 0x500
    vector  0x580, serror_guest
    fault_entry 0x600
    fault_entry 0x680
    fault_entry 0x700
    fault_entry 0x780
    .org    vectors + 0x800

sync_other:
    ubfx    x2, x1, #26, #6
    cmp     w2, #EC_DATA_ABORT
    b.ne    1f
    find_slot 16
    bl      exit_data_abort
    restore_short_and_return
1:  cmp     w2, #EC_SYSREG
    b.ne    sync_full
    find_slot 5
    bl      exit_sysreg
    restore_short_and_return

sync_full:
    save_rest
    mov     x0, sp
    bl      exit_sync
    cbnz    w0, switch_full
    restore_rest
    restore_short_and_return

serror_guest:
    save_short
    save_rest
    mov     x0, sp
    bl      exit_serror
    cbnz    w0, switch_full
    restore_rest
    restore_short_and_return

/* C preserved x15-x29, so they still are the guest's here. */
switch_short:
    save_rest
switch_full:
    mov     x0, sp
    bl      run_switch
    restore_rest
    restore_short_and_return

/* The first entry into a guest on this core, from the boot code: the stack is empty. */
    .global run_first
run_first:
    sub     sp, sp, #FRAME_SIZE
    b       switch_full

/*
 * An SError at EL2: expected only in the window of context_serror_window(), where it is noted and charged to the
 * partition that leaves. x0 and x1 go onto the stack, which is sound in that window.
 */
serror_el2:
    stp     x0, x1, [sp, #-16]!
    mrs     x0, tpidr_el2
    ldr     x1, [x0, #CORE_STATE_SERROR_WINDOW]
    cbz     x1, 1f
    mrs     x1, esr_el2
    orr     x1, x1, #(1 << 63)
    str     x1, [x0, #CORE_STATE_SERROR_SYNDROME]
    ldp     x0, x1, [sp], #16
    eret
    dsb     nsh
    isb
1:  ldp     x0, x1, [sp], #16
    msr     sp_el0, x0
    mov     x0, #0x380
    b       fault_save

/*
 * EL2 faults. The stack may be what failed, so the frame goes to the top of this core's stack, whose contents
 * nobody returns to. x0 holds the vector; its own value is in SP_EL0.
 */
fault_save:
    msr     daifset, #0xf
    msr     tpidr_el0, x1
    mrs     x1, tpidr_el2
    cbz     x1, refuse_fault
    ldr     x1, [x1, #CORE_STATE_STACK_TOP]
    sub     x1, x1, #FAULT_FRAME_SIZE
    stp     x2, x3, [x1, #16]
    stp     x4, x5, [x1, #32]
    stp     x6, x7, [x1, #48]
    stp     x8, x9, [x1, #64]
    stp     x10, x11, [x1, #80]
    stp     x12, x13, [x1, #96]
    stp     x14, x15, [x1, #112]
    stp     x16, x17, [x1, #128]
    stp     x18, x19, [x1, #144]
    stp     x20, x21, [x1, #160]
    stp     x22, x23, [x1, #176]
    stp     x24, x25, [x1, #192]
    stp     x26, x27, [x1, #208]
    stp     x28, x29, [x1, #224]
    mov     x2, sp
    stp     x30, x2, [x1, #240]
    mrs     x2, sp_el0
    mrs     x3, tpidr_el0
    stp     x2, x3, [x1, #0]
    str     x0, [x1, #256]
    mov     sp, x1
    mov     x0, x1
    bl      fault_enter
    b       halt

/* The end of a core: nothing wakes it but a reset. */
    .global halt
halt:
    msr     daifset, #0xf
    dsb     sy                      /* what was written last, to the UART too, has arrived before the core sleeps */
1:  wfi
    b       1b
