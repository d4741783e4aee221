/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start of the TLB seeds: as the hypervisor does, MMU and caches on from constant tables before the first store. Both
 * cores come here, the second by PSCI; x0 is then its stack.
 */
#define SCTLR_OFF 0x30c50830
#define SCTLR_ON  0x30c5183d
#define MAIR      0xff00
#define TCR       0x80803520
#define HCR       ((1 << 31) | (1 << 12) | (1 << 0))    /* RW, DC: a guest without an MMU is cacheable, VM */

    .section .text.start, "ax"
    .global _start
_start:
    ldr     x19, =stack_top_0
    ldr     x20, =seed_main
    b       1f
    .global second_start
second_start:
    ldr     x19, =stack_top_1
    ldr     x20, =seed_second
1:  ldr     x0, =vectors
    msr     vbar_el2, x0
    ldr     x0, =HCR
    msr     hcr_el2, x0
    msr     cptr_el2, xzr
    isb
    ldr     x0, =SCTLR_OFF
    msr     sctlr_el2, x0
    ldr     x0, =MAIR
    msr     mair_el2, x0
    ldr     x0, =TCR
    msr     tcr_el2, x0
    ldr     x0, =el2_root
    msr     ttbr0_el2, x0
    isb
    ldr     x0, =seed_skips
    ldr     w0, [x0]
    tbnz    w0, #0, 2f                  /* SKIP_BOOT_TLBI */
    tlbi    alle2
2:  tbnz    w0, #2, 3f                  /* SKIP_BOOT_GUEST_TLBI */
    tlbi    alle1
3:  ic      iallu
    dsb     nsh
    isb
    ldr     x1, =SCTLR_ON
    msr     sctlr_el2, x1
    tbnz    w0, #1, 4f                  /* SKIP_BOOT_ISB */
    isb
4:  mov     sp, x19
    blr     x20
    .global seed_end
seed_end:
    movz    w0, #0x8400, lsl #16        /* PSCI SYSTEM_OFF */
    movk    w0, #8
    smc     #0
5:  wfi
    b       5b

    .global smc_call
smc_call:
    smc     #0
    ret

/* x0: address in the guest. Runs it until it calls. */
    .global guest_run
guest_run:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    msr     elr_el2, x0
    mov     x0, #0x3c5
    msr     spsr_el2, x0
    eret
guest_called:
    ldp     x19, x20, [sp, #16]
    ldp     x21, x22, [sp, #32]
    ldp     x23, x24, [sp, #48]
    ldp     x25, x26, [sp, #64]
    ldp     x27, x28, [sp, #80]
    ldp     x29, x30, [sp], #96
    ret

/* Any exception of the guest ends its run; any of EL2 ends the machine. */
    .balign 2048
vectors:
    .rept 8
    .balign 128
    b       seed_end
    .endr
    .rept 8
    .balign 128
    b       guest_called
    .endr

/* One page that the guest executes: counts in the page of x1 for ever, or calls at once. */
    .balign 4096
    .global guest_page
guest_page:
    movz    x1, #0x6800, lsl #16
    movz    x2, #0x6010, lsl #16
1:  add     x3, x3, #1
    str     x3, [x1]
    str     x3, [x2]
    b       1b
    .balign 64
    hvc     #0                          /* at GUEST_CALLS */
    .balign 4096

    .section .bss
    .balign 16
    .space  0x4000
stack_top_0:
    .space  0x4000
stack_top_1:
