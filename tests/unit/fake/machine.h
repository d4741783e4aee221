/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine that unit tests run EL2 code on: system registers by name, a journal of what was done to the
 * hardware, a firmware that answers as told, and an end for what does not return.
 */
#ifndef TESTS_UNIT_FAKE_MACHINE_H
#define TESTS_UNIT_FAKE_MACHINE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/arm64/sysreg.h"

/* One thing done to the hardware: a register write or barrier by name, or a call of a recorded function. */
struct fake_call {
    const char *what;
    uint64_t a;
    uint64_t b;
    uint64_t c;
    uint64_t d; /* firmware calls alone */
};

/* Everything zero, journal empty, no hook, no lock held. */
void fake_machine_reset(void);

void fake_record(const char *what, uint64_t a, uint64_t b, uint64_t c);
uint32_t fake_count(const char *what);
/* The n-th of its kind; the test fails if there was none. */
const struct fake_call *fake_call(const char *what, uint32_t n);
/* Where in the journal that stands, to compare orders. */
uint32_t fake_position(const char *what, uint32_t n);
void fake_journal_clear(void);

/* The next time `what` is journalled, and once, `hook` runs right after: what happens in that moment, a fault say. */
void fake_when(const char *what, void (*hook)(void));

/* Called at each WFI; a test whose code waits for ever without one fails. */
extern void (*fake_on_wfi)(void);
/* Called at each lock acquisition, before it succeeds: what another core does in that moment. */
extern void (*fake_on_acquire)(void);
uint32_t fake_locks_held(void);

extern int64_t fake_firmware_answer;

/* How the code under test ended for good. */
enum fake_stop {
    FAKE_STOP_NONE,
    FAKE_STOP_BUG,
    FAKE_STOP_HALT,
};

extern jmp_buf fake_stop_jump;
extern bool fake_stop_expected;
extern uint32_t fake_bug_code;

/* Evaluates to how `statement` ended: enum fake_stop. */
#define fake_stop_of(statement)                                                                                        \
    ({                                                                                                                 \
        int fake_stop_how_ = setjmp(fake_stop_jump);                                                                   \
        if (fake_stop_how_ == 0) {                                                                                     \
            fake_stop_expected = true;                                                                                 \
            statement;                                                                                                 \
        }                                                                                                              \
        fake_stop_expected = false;                                                                                    \
        (enum fake_stop) fake_stop_how_;                                                                               \
    })

#endif
