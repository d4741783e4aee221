/* SPDX-License-Identifier: Apache-2.0 */
/* Where the parts of a guest image go; through cpp, because machine.h knows the places. */
#include "guests/lib/machine.h"

ENTRY(guest_start)

PHDRS
{
    text PT_LOAD FLAGS(5);
    data PT_LOAD FLAGS(6);
}

SECTIONS
{
    .text MACHINE_TEXT : ALIGN(8) {
        *(.text.start)
        *(.text .text.*)
    } :text
    .rodata : ALIGN(8) {
        *(.rodata .rodata.*)
        . = ALIGN(8);
    } :text
    ASSERT(. <= MACHINE_STACKS, "text and constants exceed their block")

    .data MACHINE_DATA : ALIGN(8) {
        *(.data .data.*)
        . = ALIGN(8);
    } :data
    .bss (NOLOAD) : ALIGN(8) {
        guest_bss_start = .;
        *(.bss .bss.* COMMON)
        . = ALIGN(8);
        guest_bss_end = .;
    } :data
    ASSERT(. <= MACHINE_RAM_END, "data exceeds its block")

    /DISCARD/ : { *(.note.*) *(.comment) *(.eh_frame*) }
}
