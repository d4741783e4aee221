/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is counted, for each core: exits, sections and areas (docs/bench.md defines them). Each core's counts are
 * written by its own thread alone, and read when the machine has ended.
 */
#ifndef TESTS_SILICON_COUNT_TALLY_H
#define TESTS_SILICON_COUNT_TALLY_H

#include "tests/silicon/plugin.h"

#include <stdio.h>

#define CORES 16U
#define OPERATIONS 256U
#define AREAS 64U
#define FUNCTIONS 2048U
#define NO_FUNCTION FUNCTIONS
#define NO_AREA AREAS

/* Where a section begins, beside the vectors 0x400 to 0x780 by 0x80, which are 8 to 15. */
#define SLOT_BOOT 0U
#define SLOT_WAKE 1U /* a WFI */
#define SLOT_LOOK 2U /* 2 and on: looks of the table */
#define SLOTS 16U
#define SLOT_SYNC 8U
#define SLOT_IRQ 9U

enum kind { INSTRUCTIONS, SYSREG, MMIO, BARRIER, TLBI, CACHE, WAITED, KINDS };

/* How an area begins. */
enum area_way { AREA_CALL, AREA_CALL_BYTES, AREA_JUMP };

/* A run of instructions of EL2, from its first to its last; only an EL2 fault could stop it in between. */
struct block {
    uint64_t first;
    uint64_t last;
    uint64_t counts[KINDS]; /* modulo 2^64: of a wait's instructions some may be in other blocks */
    uint32_t function;
    uint32_t area; /* that begins here, or NO_AREA */
    enum area_way way;
    uint32_t bytes; /* AREA_CALL_BYTES: register that says how many */
    uint32_t slot;  /* of the vector or look that begins here, or 0 */
    uint64_t retry_from;
    uint32_t retry; /* instructions of one turn, if the block before ended at retry_from */
};

/* Kinds of section: where it began, the exception class, and what the exit was about (table.h). */
struct section_class {
    uint32_t slot;
    uint32_t exception;
    uint32_t detail;
};

/* On the thread of the core. */
void tally_block(uint32_t core, const struct block *block);
/* The block begins an area: `link` is the return address, `bytes` what the area works on. Before tally_block(). */
void tally_area(uint32_t core, const struct block *block, uint64_t link, uint64_t bytes);
void tally_enter(uint32_t core, struct section_class what);
void tally_look(uint32_t core, uint32_t slot);
/* An interrupt has been acknowledged: the first of an exit for an interrupt says what that was about. */
void tally_acknowledged(uint32_t core, uint32_t intid);
void tally_leave(uint32_t core);
void tally_device(uint32_t core);
void tally_mark(uint32_t core, uint32_t operation);
/* True from a core's first instruction to its first ERET. */
bool tally_booting(uint32_t core);

void tally_start(uint32_t core);
void tally_write(FILE *file);

#endif
