/* SPDX-License-Identifier: Apache-2.0 */
/* An image linked for the lowest address of RAM, as real-time systems for QEMU's virt are; 1 MiB with its stacks. */
#include "guests/lib/machine.h"

ENTRY(rtos_start)

PHDRS
{
    text PT_LOAD FLAGS(5);
    data PT_LOAD FLAGS(6);
}

SECTIONS
{
    .text MACHINE_RAM : ALIGN(4096) {
        *(.text.start)
        *(.text .text.*)
        *(.rodata .rodata.*)
    } :text
    .data : ALIGN(4096) {
        *(.data .data.*)
        . = ALIGN(8);
    } :data
    .bss (NOLOAD) : ALIGN(16) {
        rtos_bss_start = .;
        *(.bss .bss.* COMMON)
        . = ALIGN(16);
        rtos_bss_end = .;
        . += 0x4000;
        rtos_stack_end = .;
    } :data
    ASSERT(. <= MACHINE_RAM + 0x100000, "more than 1 MiB")

    /DISCARD/ : { *(.note.*) *(.comment) *(.eh_frame*) }
}
