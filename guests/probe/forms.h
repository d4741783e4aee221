/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions to try (instructions.S), run by catch_run(), and what is said of how one ended. */
#ifndef GUESTS_PROBE_FORMS_H
#define GUESTS_PROBE_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guests/probe/catch.h"

enum form_group { DESCRIBED, OTHER, ATOMIC, A32, SPECIAL };
/* What the core must have. */
enum form_needs { FORM_ALWAYS, FORM_LSE, FORM_RCPC };

struct form {
    const char *name;
    const uint32_t *code;
    enum form_group group;
    bool write;
    enum form_needs needs;
};

#define FORM(name, group, write, needs) extern const uint32_t form_##name[];
#include "guests/probe/forms.def"
#undef FORM

/* All of them; the list ends with an entry without a name. */
extern const struct form forms[];
/* Whether this core has it. */
bool form_exists(const struct form *form);
bool form_has_aarch32(void);

struct form_run {
    const char *name; /* for what is said */
    struct catch_start start;
    struct caught caught;
};

/* What runs, and under which name; x0-x3 are 0. */
void form_prepare(struct form_run *run, const char *name, uint64_t pc);
/* Runs it from an SPSR of catch.h, x0: address, x1: value, x2 and x3 as they are in the record. */
void form_run(struct form_run *run, uint64_t spsr, uint64_t address, uint64_t value);

/* Each says on the console what is not so. It came to its SVC: */
bool form_expect_end(const struct form_run *run);
/* Its first instruction took a synchronous exception with these values, and has changed nothing: */
bool form_expect_abort(const struct form_run *run, uint64_t esr, uint64_t far);
bool form_expect(const struct form_run *run, const char *what, uint64_t found, uint64_t expected);

/* ESR_EL1 of an abort with this fault status, from there. */
uint64_t form_data_abort(uint64_t spsr, bool write, uint32_t status);
uint64_t form_fetch_abort(uint64_t spsr, uint32_t status);

#define FORM_EXTERNAL 0x10U    /* fault status: synchronous external abort */
#define FORM_WALK(level) (0x14U + (level)) /* the same on a table walk */

#endif
