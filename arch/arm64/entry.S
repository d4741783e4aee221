/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the boot loader or from PSCI CPU_ON into C, with the MMU and caches on before the first store to
 * Normal memory: the tables are constant, so nothing has to be built first.
 *
 * Boot core: arm64 Linux boot protocol (MMU off, image cleaned to the point of coherency). Other cores: x0 is
 * their core_config. Register dance of turning the MMU on: D8.2 and B2.8 (Arm DDI 0487).
 *
 * @implements REQ-BOOT-001
 * @implements REQ-BOOT-002
 */
#include "arch/arm64/offsets.h"
#include "layout.h"

#define SCTLR_EL2_OFF 0x30c50830        /* RES1 bits; MMU and caches off */
#define SCTLR_EL2_ON  0x30cd183d        /* and M, C, SA, I, WXN */
#define MAIR_EL2_VALUE 0x44ff00         /* 0: Device-nGnRnE, 1: Normal write-back, 2: Normal non-cacheable */
#define HCR_EL2_BOOT (1 << 31)          /* E2H = 0, EL1 is AArch64 */
#define PL011_DR 0x000
#define PL011_FR 0x018
#define PL011_FR_TXFF_BIT 5
#define UART_PATIENCE 1000000

    .section .head, "ax"
    .global image_head
/* arm64 Image header (Documentation/arch/arm64/booting.rst of Linux): little endian, 4 KiB pages, loaded where linked. */
image_head:
    b       boot_entry
    .long   0
    .quad   0                           /* text_offset from a 2 MiB boundary */
    .quad   IMAGE_END - IMAGE_BASE      /* memory to reserve */
    .quad   0xa
    .quad   0
    .quad   0
    .quad   0
    .ascii  "ARM\x64"
    .long   0

    .section .text.entry, "ax"
    .global boot_entry
boot_entry:
    adrp    x21, core_configs           /* core_configs[0] */
    add     x21, x21, :lo12:core_configs
    mov     x22, #1                     /* the boot core */
    b       1f

    .global secondary_entry
secondary_entry:
    mov     x21, x0
    mov     x22, #0

1:  msr     daifset, #0xf
    mrs     x0, CurrentEL
    cmp     x0, #(2 << 2)
    adr     x1, message_el
    b.ne    refuse
    mov     x0, #HCR_EL2_BOOT           /* first of all, so that every other register means what it says */
    msr     hcr_el2, x0
    isb
    mov     x0, #(SCTLR_EL2_OFF & 0xffff)
    movk    x0, #(SCTLR_EL2_OFF >> 16), lsl #16
    msr     sctlr_el2, x0               /* and before the first load, so that data is little endian */
    isb
    adr     x0, image_head              /* the tables hold absolute addresses */
    ldr     x1, =image_head
    cmp     x0, x1
    adr     x1, message_place
    b.ne    refuse
    mrs     x0, mpidr_el1
    ldr     x1, =0xff00ffffff
    and     x0, x0, x1
    ldr     x1, [x21, #CORE_CONFIG_MPIDR]
    cmp     x0, x1
    adr     x1, message_core
    b.ne    refuse

    msr     tpidr_el2, xzr              /* a fault from here on finds no core_state, and says so (refuse_fault) */
    ldr     x0, =vectors
    msr     vbar_el2, x0
    ldr     x0, =MAIR_EL2_VALUE
    msr     mair_el2, x0
    ldr     x0, =el2_tcr
    ldr     x0, [x0]
    msr     tcr_el2, x0
    ldr     x0, =el2_root
    ldr     x0, [x0]
    msr     ttbr0_el2, x0
    isb
    tlbi    alle2
    ic      iallu
    dsb     nsh
    isb
    ldr     x0, =SCTLR_EL2_ON
    msr     sctlr_el2, x0
    isb

    msr     spsel, #1
    cbz     x22, boot_cleared
    ldr     x0, =bss_start              /* whole pages */
    ldr     x1, =bss_end
    mrs     x2, dczid_el0               /* BS: log2 of the words that DC ZVA zeroes, at most 2 KiB: two a page (D19.2.36) */
    and     x2, x2, #0xf
    mov     x3, #4
    lsl     x2, x3, x2
boot_clear:
    dc      zva, x0
    add     x0, x0, x2
    dc      zva, x0
    add     x0, x0, x2
    cmp     x0, x1
    b.lo    boot_clear

boot_cleared:
    ldr     x0, [x21, #CORE_CONFIG_STACK_TOP]
    mov     sp, x0
    ldr     x1, [x21, #CORE_CONFIG_STATE]
    str     x0, [x1, #CORE_STATE_STACK_TOP]
    msr     tpidr_el2, x1
    mov     x0, x21
    mov     x29, xzr
    mov     x30, xzr
    cbz     x22, 4f
    bl      main_boot
    b       run_first
4:  bl      main_secondary
    b       run_first

    .global refuse_fault
refuse_fault:
    adr     x1, message_fault
/* x1: message. Writes it with the MMU off (the UART is Device memory, mapped or not) and stops; no stack, no store to RAM. */
refuse:
    adrp    x2, board_config
    add     x2, x2, :lo12:board_config
    ldr     x2, [x2, #BOARD_CONFIG_UART]
5:  ldrb    w3, [x1], #1
    cbz     w3, halt
    ldr     w4, =UART_PATIENCE
6:  ldr     w5, [x2, #PL011_FR]
    tbz     w5, #PL011_FR_TXFF_BIT, 7f
    subs    w4, w4, #1
    b.ne    6b
7:  str     w3, [x2, #PL011_DR]
    b       5b

message_fault:
    .asciz  "bulkhead: FAULT: exception at EL2 before the core was up\r\n"
message_el:
    .asciz  "bulkhead: FAULT: not entered at EL2; boot the image at EL2 non-secure\r\n"
message_place:
    .asciz  "bulkhead: FAULT: not at the address it is linked for; see load-address in the device tree\r\n"
message_core:
    .asciz  "bulkhead: FAULT: this core is not the one configured; see the cpus in the device tree\r\n"
    .balign 8
