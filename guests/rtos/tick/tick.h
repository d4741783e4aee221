/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of rtos-tick: tasks at EL1 on SP_EL0, pre-empted by a tick, as FreeRTOS's port ARM_AARCH64_SRE has them. */
#ifndef GUESTS_RTOS_TICK_TICK_H
#define GUESTS_RTOS_TICK_TICK_H

#define TICK_FRAME_SIZE 800 /* x0-x30, ELR, SPSR, nesting; FPCR, FPSR; Q0-Q31 */
#define TICK_FRAME_ELR 248
#define TICK_FRAME_SPSR 256
#define TICK_FRAME_NESTING 264

#define TICK_UNMASKED 0xff
#define TICK_MASK 0x90 /* of a critical section: 18 of 32 priorities */

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#include "guests/rtos/rtos.h"

struct task {
    uint64_t stack; /* first: switch.S stores here */
    uint32_t runs;
};

/* switch.S: the first task runs; never returns. */
_Noreturn void tick_start(void);
/* Every FP register holds `value` / still does. */
void tick_fp_fill(uint64_t value);
bool tick_fp_holds(uint64_t value);

/* main.c, for switch.S */
extern struct task *tick_current;
extern uint64_t tick_nesting; /* of critical sections of the current task */
extern uint64_t tick_yield;   /* an interrupt wants another task to run */
void tick_choose(void);
#endif

#endif
