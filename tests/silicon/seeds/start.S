/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start of a seeded program at EL2 of QEMU's virt machine, in the order a chip wants: constant tables, MMU and
 * caches on, then the first store. Ends by PSCI SYSTEM_OFF.
 */
#define MAIR 0x00ff                     /* 0: Normal write-back, 1: Device-nGnRnE */
#define TCR (1 << 31 | 1 << 23 | 2 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 32) /* 4 GiB, walks cacheable and shared */
#define SCTLR_OFF 0x30c50830
#define SCTLR_ON 0x30c51835             /* M, C, I */
#define HCR_RW (1 << 31)
#define SPSR_EL1H 0x3c5
#define STACK 4096

    .section .text.start, "ax"
    .global _start, second_start
_start:
    mov     x21, #0
    b       1f
second_start:
    mov     x21, #1

1:  ldr     x0, =HCR_RW
    msr     hcr_el2, x0
    isb
    ldr     x0, =SCTLR_OFF
    msr     sctlr_el2, x0
    ldr     x0, =MAIR
    msr     mair_el2, x0
    ldr     x0, =TCR
    msr     tcr_el2, x0
    ldr     x0, =el2_table
    msr     ttbr0_el2, x0
    msr     vttbr_el2, xzr
    ldr     x0, =vectors
    msr     vbar_el2, x0
    msr     cptr_el2, xzr
    isb
    tlbi    alle2
    tlbi    alle1
    ic      iallu
    dsb     nsh
    isb
    ldr     x1, =before_caches
    ldr     x1, [x1]
    cbz     x1, 2f
    blr     x1
2:  ldr     x0, =SCTLR_ON
    msr     sctlr_el2, x0
    isb
    msr     spsel, #1
    ldr     x0, =stacks_end
    sub     x0, x0, x21, lsl #12
    mov     sp, x0
    cbnz    x21, 3f
    bl      seed_main
    b       seed_end
3:  bl      second_main
4:  wfi
    b       4b

    .global seed_end
seed_end:
    ldr     x0, =0x84000008             /* SYSTEM_OFF */
    smc     #0
    b       .

    .text
/* uint64_t smc_call(function, x1, x2, x3) */
    .global smc_call
smc_call:
    smc     #0
    ret

/* uint64_t guest_run(entry, argument): runs EL1 until its first exception to EL2, and returns its x0. */
    .global guest_run
guest_run:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    msr     elr_el2, x0
    mov     x2, #SPSR_EL1H
    msr     spsr_el2, x2
    mov     x0, x1
    eret
guest_left:
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #96
    ret

/* An exception of the program itself: nothing is written about it but that the end does not come. */
    .balign 2048
vectors:
    .rept 8
    .balign 128
    b       .
    .endr
    .rept 8
    .balign 128
    b       guest_left
    .endr

    .section .rodata
    .weak   before_caches
    .balign 4096
/* Identity, 1 GiB each: devices, RAM. AF, inner shareable. */
el2_table:
    .quad   0x00000000 + 0x0040000000000405
    .quad   0x40000000 + 0x701
    .quad   0, 0
    .balign 4096
/* Stage 2: the same. AF, inner shareable, read and write, write-back. */
    .global stage2_table
stage2_table:
    .quad   0
    .quad   0x40000000 + 0x7fd
    .quad   0, 0

    .bss
    .balign 16
stacks:
    .space  2 * STACK
stacks_end:
