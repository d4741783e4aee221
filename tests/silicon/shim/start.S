/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry of the shim, its exception vectors, and the last instructions before the image: what cannot be C.
 *
 * Entered as an arm64 Image. Everything it needs is in its own image; it stays in memory for the other cores.
 */
#include "shim.h"

#define SCTLR_OFF 0x30c50830
#define SCTLR_ON 0x30c51835             /* and M, C, I */
#define MAIR 0xff00                     /* 0: Device-nGnRnE, 1: Normal write-back */
#define TCR 0x80823519                  /* 39 bits, 4 KiB, inner shareable write-back walks, 40-bit addresses */
#define EC_UNKNOWN 0
#define EC_SYSTEM 0x18
#define EC_SVE 0x19
#define EC_FP 7
#define EC_SME 0x1d

    .section .head, "ax"
    .global shim_head
shim_head:
    b       first_start
    .long   0
    .quad   0x80000                     /* text_offset: below the hypervisor's region */
    .quad   shim_end - shim_head
    .quad   0xa
    .quad   0
    .quad   0
    .quad   0
    .ascii  "ARM\x64"
    .long   0

    .text
first_start:
    mov     x19, x0                     /* the devicetree, for the image */
    mov     x20, #0
    bl      common_start
    mov     x0, x19
    bl      shim_first
    b       last_words

/* From the image's own CPU_ON, in place of its entry: the firmware it meets leaves registers as it likes. */
    .global second_hook
second_hook:
    mov     x19, x0
    bl      common_start
    mov     x0, x20
    mov     x1, x19
    bl      shim_hook
    b       last_words

/* From the shim's own CPU_ON. */
    .global second_start
second_start:
    bl      common_start
    mov     x0, x20
    bl      shim_second
1:  b       1b

/* Stack and vectors of this core; x20 becomes its number. */
common_start:
    msr     daifset, #0xf
    msr     spsel, #1
    mrs     x20, mpidr_el1
    and     x20, x20, #0xff
    adrp    x0, shim_stacks
    add     x0, x0, :lo12:shim_stacks
    add     x1, x20, #1
    mov     x2, #SHIM_STACK
    madd    x0, x1, x2, x0
    mov     sp, x0
    adrp    x0, shim_vectors
    add     x0, x0, :lo12:shim_vectors
    msr     vbar_el2, x0
    isb
    ret

    .global mmu_on
mmu_on:
    ldr     x0, =MAIR
    msr     mair_el2, x0
    ldr     x0, =TCR
    msr     tcr_el2, x0
    adrp    x0, shim_table
    msr     ttbr0_el2, x0
    isb
    tlbi    alle2
    dsb     nsh
    isb
    ldr     x0, =SCTLR_ON
    msr     sctlr_el2, x0
    isb
    ret

/* What RAM holds stays in the cache as it is; only the shim's own memory, which goes on being used, is cleaned. */
    .global mmu_off
mmu_off:
    adrp    x0, shim_head
    adrp    x1, shim_end
1:  dc      civac, x0
    add     x0, x0, #16
    cmp     x0, x1
    b.lo    1b
    dsb     sy
    ldr     x0, =SCTLR_OFF
    msr     sctlr_el2, x0
    isb
    tlbi    alle2
    dsb     nsh
    isb
    ret

    .global psci
psci:
    smc     #0
    ret

/*
 * x0: the image's entry; x1: LAST_*. Nothing may be loaded or stored once SCTLR_EL2 is written: data may be big endian.
 * The exception-return registers are free for what only MSR can set.
 */
last_words:
    mov     x28, x0
    ldr     x27, [x1, #LAST_SCTLR]
    ldr     x26, [x1, #LAST_HCR]
    ldr     x25, [x1, #LAST_FLAGS]
    ldr     x0, [x1, #LAST_X0]
    mov     x2, #LAST_SIZE
    add     x1, x1, x2                  /* junk for the other general registers */
    ldp     x3, x4, [x1], #16
    ldp     x5, x6, [x1], #16
    ldp     x7, x8, [x1], #16
    ldp     x9, x10, [x1], #16
    ldp     x11, x12, [x1], #16
    ldp     x13, x14, [x1], #16
    ldp     x15, x16, [x1], #16
    ldp     x17, x18, [x1], #16
    ldp     x19, x20, [x1], #16
    ldp     x21, x22, [x1], #16
    ldp     x23, x24, [x1], #16
    mov     x21, x0                     /* the instruction that the hook replaced */
    bic     x2, x4, #0x7ff
    msr     vbar_el2, x2
    msr     elr_el2, x5
    mov     x2, #0x3c5
    msr     spsr_el2, x2
    mov     sp, x6
    msr     sp_el0, x7
    tbz     x25, #FLAG_SP0, 1f
    msr     spsel, #0
    mov     sp, x8
1:  tbz     x25, #FLAG_SERROR, 2f
    msr     daifclr, #4
2:  msr     nzcv, x9
    msr     sctlr_el2, x27
    msr     hcr_el2, x26
    isb
    mov     x1, x10
    mov     x2, x11
    mov     x25, x12
    mov     x26, x13
    mov     x27, x14
    mov     x29, x15
    mov     x30, x16
    br      x28

/* A register that this core does not have is left out. Anything else is the shim's own fault: an S on the console. */
    .macro  other offset
    .org    shim_vectors + \offset
    b       lost
    .endm

    .balign 2048
shim_vectors:
    other   0x000
    other   0x080
    other   0x100
    other   0x180
    .org    shim_vectors + 0x200
    stp     x0, x1, [sp, #-16]!
    mrs     x0, esr_el2
    lsr     x0, x0, #26
    cmp     x0, #EC_UNKNOWN
    b.eq    1f
    cmp     x0, #EC_FP
    b.eq    1f
    cmp     x0, #EC_SYSTEM
    b.lo    lost
    cmp     x0, #EC_SME
    b.hi    lost
1:  mrs     x0, elr_el2
    add     x0, x0, #4
    msr     elr_el2, x0
    ldp     x0, x1, [sp], #16
    eret
    other   0x280
    other   0x300
    other   0x380
    .org    shim_vectors + 0x800

    .global lost
lost:
    adrp    x0, parameters
    add     x0, x0, :lo12:parameters
    ldr     x0, [x0, #PARAMETERS_UART]
    mov     w1, #'S'
    str     w1, [x0]
1:  wfi
    b       1b

/* 1 GiB each: devices, memory. */
    .section .table, "a"
    .balign 4096
shim_table:
    .quad   0x401
    .quad   0x40000705
    .fill   510, 8, 0
