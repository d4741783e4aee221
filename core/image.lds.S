/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layout of the hypervisor's region, and the level-3 tables that map it: only the linker knows where sections end, so
 * it writes them. Everything in the file is read-only, but for what SMMUs read and EL2 changes; what else changes has no
 * contents.
 *
 * @implements REQ-MAP-001
 *
 *   IMAGE_BASE   text (RX), rodata and tables (R), [streams (RW)], [bss, stacks (RW)], guest images (R) ... fault record   IMAGE_END
 */
#include "layout.h"

/* Stage-1 descriptors of EL2 (D8.3, Arm DDI 0487): AF, inner shareable, attribute 1, AP[1] = 1. */
#define PAGE_NORMAL 0x747
#define PAGE_READ_ONLY (1 << 7)
#define PAGE_XN (1 << 54)

#define STACK_STRIDE 8192
#define GUARD 4096

#define PAGE(a) \
    QUAD(a < text_end ? a | PAGE_NORMAL | PAGE_READ_ONLY : \
         a < rodata_end ? a | PAGE_NORMAL | PAGE_READ_ONLY | PAGE_XN : \
         a < streams_start ? 0 : \
         a < stacks_start ? a | PAGE_NORMAL | PAGE_XN : \
         a < stacks_end ? ((a - stacks_start) % STACK_STRIDE < GUARD ? 0 : a | PAGE_NORMAL | PAGE_XN) : \
         a < blobs_end ? a | PAGE_NORMAL | PAGE_READ_ONLY | PAGE_XN : \
         a >= IMAGE_END - 4096 && a < IMAGE_END ? a | PAGE_NORMAL | PAGE_XN : 0)
#define PAGES_8(a) PAGE((a)) PAGE((a + 0x1000)) PAGE((a + 0x2000)) PAGE((a + 0x3000)) \
    PAGE((a + 0x4000)) PAGE((a + 0x5000)) PAGE((a + 0x6000)) PAGE((a + 0x7000))
#define PAGES_64(a) PAGES_8(a) PAGES_8(a + 0x8000) PAGES_8(a + 0x10000) PAGES_8(a + 0x18000) \
    PAGES_8(a + 0x20000) PAGES_8(a + 0x28000) PAGES_8(a + 0x30000) PAGES_8(a + 0x38000)
#define PAGES_512(a) PAGES_64(a) PAGES_64(a + 0x40000) PAGES_64(a + 0x80000) PAGES_64(a + 0xc0000) \
    PAGES_64(a + 0x100000) PAGES_64(a + 0x140000) PAGES_64(a + 0x180000) PAGES_64(a + 0x1c0000)

ENTRY(image_head)

PHDRS
{
    text PT_LOAD FLAGS(5);
    rodata PT_LOAD FLAGS(4);
#ifdef HAS_STREAMS
    streams PT_LOAD FLAGS(6);
#endif
    state PT_LOAD FLAGS(6);
    blobs PT_LOAD FLAGS(4);
    record PT_LOAD FLAGS(6);
}

SECTIONS
{
    . = IMAGE_BASE;
    .text : {
        KEEP(*(.head))
        *(.text.entry)
        /* What fits into what the alignment of the vectors leaves empty. */
        *arch/arm64/cpu.o(.text .text.*) *arch/arm64/core.o(.text .text.*) *arch/arm64/errata.o(.text .text.*)
        *(.text.vectors) *(.text .text.*)
        text_used = .;
        . = ALIGN(4096);
    } :text
    text_end = .;

    .rodata : { *(.rodata .rodata.*) } :rodata
    .tables : ALIGN(4096) {
        el2_image_pages = .;
        PAGES_512(IMAGE_BASE)
#if IMAGE_END - IMAGE_BASE > 0x200000
        el2_tail_pages = .;
        PAGES_512(IMAGE_END - 0x200000)
#endif
        *(.tables)
        *(.tables.roots) /* most are smaller than a page */
        . = ALIGN(4096);
    } :rodata
    rodata_end = .;

#ifdef HAS_STREAMS
    .streams : ALIGN(4096) {
        *(.streams)
        . = ALIGN(4096);
    } :streams
    streams_start = ADDR(.streams);
    streams_end = .;
#else
    streams_start = .;
    streams_end = .;
#endif

    .bss (NOLOAD) : ALIGN(4096) {
        bss_start = .;
        *(.bss .bss.* COMMON)
        . = ALIGN(4096);
        bss_end = .;
    } :state
    .stacks (NOLOAD) : ALIGN(4096) {
        stacks_start = .;
        *(.stacks)
        stacks_end = .;
    } :state

    .blobs : ALIGN(4096) {
        KEEP(*(.blobs))
        . = ALIGN(4096);
    } :blobs
    blobs_end = .;

    . = IMAGE_END - 4096;
    .record (NOLOAD) : { KEEP(*(.record)) } :record

    .data : { *(.data .data.*) }
    /DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }

    ASSERT(SIZEOF(.data) == 0, "initialised writable data: all configuration is const, all state starts at zero")
    ASSERT(stacks_end <= IMAGE_BASE + IMAGE_CORE_MAX, "the hypervisor is larger than IMAGE_CORE_MAX")
    ASSERT(blobs_end <= IMAGE_END - 4096, "the guest images do not fit into the hypervisor's region")
    ASSERT(IMAGE_BASE % 0x200000 == 0 && IMAGE_END % 0x200000 == 0, "the hypervisor's region is made of 2 MiB blocks")
}
