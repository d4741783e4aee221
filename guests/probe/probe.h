/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the probe is put together: tables of checks, each a small function that says whether what the hypervisor presents
 * is what its documents promise. Checks run one after the other on vCPU 0 with IRQs unmasked.
 */
#ifndef GUESTS_PROBE_PROBE_H
#define GUESTS_PROBE_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/lib/attempt.h"

struct check {
    const char *name; /* a sentence about behaviour */
    bool (*run)(uint64_t argument);
    uint64_t argument;
};

struct checks {
    const struct check *list;
    uint32_t count;
};

#define CHECKS(list)                                                                                                   \
    {                                                                                                                  \
        list, sizeof(list) / sizeof((list)[0])                                                                         \
    }

extern const struct checks call_checks;
extern const struct checks uart_checks;
extern const struct checks power_checks;
extern const struct checks interrupt_checks;
extern const struct checks order_checks;
extern const struct checks distributor_checks;
extern const struct checks memory_checks;
extern const struct checks fault_checks;
extern const struct checks walk_checks;
extern const struct checks emulation_checks;
extern const struct checks narrow_checks;
extern const struct checks register_checks;
extern const struct checks restart_checks;
extern const struct checks policy_checks;
extern const struct checks timer_checks;
extern const struct checks debug_checks;
extern const struct checks feature_checks;

/* True if equal; otherwise says what was found. */
bool expect_equal(const char *what, uint64_t found, uint64_t expected);
bool expect(const char *what, bool holds);
/* A synchronous external abort at this address, an undefined instruction; nothing else. */
bool expect_external_abort(struct attempt attempt, uint64_t address);
bool expect_undefined(struct attempt attempt);

/* True once *counter is at least this, false after a generous time: the machine below may be busy. */
bool probe_wait(const volatile uint32_t *counter, uint32_t least);
/* Time for something that should not happen to happen all the same. */
void probe_pause(void);

/* Interrupts taken so far on a vCPU, by INTID. */
extern volatile uint32_t arrivals[2][64];

/* The device tree pointer handed over at the entry. */
extern uint64_t probe_dtb;
/* For the last step: leaves traces that a restart must remove. */
void restart_scribble(void);

#endif
