/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the plugin is told of the image, by tools/bench/table.py, in lines of a file; numbers as strtoull() reads them:
 *
 *   vectors ADDRESS
 *   function FIRST END            numbered in this order, by address
 *   area NUMBER ADDRESS WAY REGISTER   a call of ADDRESS (WAY 0; 1: works on as many bytes as REGISTER says), or where an
 *                                 area begins that has no return (2)
 *   look NUMBER ADDRESS           EL2 acts on interrupts here: sections end, and others begin
 *   turn ADDRESS LENGTH           each time here is a turn of a wait for a lock: so many instructions
 *   retry FROM TO LENGTH          so is going back from FROM to TO
 *   region FIRST END STRIDE       a device that EL2 emulates; frames of STRIDE are alike
 */
#ifndef TESTS_SILICON_COUNT_TABLE_H
#define TESTS_SILICON_COUNT_TABLE_H

#include "tests/silicon/count/tally.h"

/* False, and a message, if the file is not as above. */
bool table_read(const char *path);
/* What the table says of the block that begins at `first`, and of an instruction in it. */
void table_begin_block(struct block *block, uint64_t first);
void table_instruction(struct block *block, uint64_t address);

/* An aborted access by what it is to: 0 is none of the regions. */
uint32_t table_detail_access(uint64_t address, bool write);
/* HVC and SMC: the function, where it is of the ranges that are in use; others are one. */
uint32_t table_detail_call(uint64_t x0);
/* A trapped register, and the direction: ISS without the guest's register. */
uint32_t table_detail_register(uint64_t syndrome);

#endif
