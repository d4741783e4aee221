/* SPDX-License-Identifier: Apache-2.0 */
/* See forms.h. ESR_EL1: D17.2.37, vectors: D1.3, Arm DDI 0487. */
#include "guests/probe/forms.h"

#include "guests/lib/console.h"
#include "guests/lib/sysreg.h"

#define ESR_IL (1ULL << 25)
#define ESR_WNR (1ULL << 6)
#define ESR_CLASS(esr) ((uint32_t)((esr) >> 26) & 0x3fU)
#define EC(class) ((uint64_t)(class) << 26)
#define EC_SVC32 0x11U
#define EC_SVC64 0x15U
#define EC_FETCH_ABORT 0x20U /* and one more from EL1 itself */
#define EC_DATA_ABORT 0x24U
#define SPSR_AARCH32 (1U << 4)
#define SPSR_MODE 0x1fU
#define HANDLER 0x3c5U /* everything masked, at EL1, on its own stack */

#define FORM(name, group, write, needs) {#name, form_##name, group, write, needs},
const struct form forms[] = {
#include "guests/probe/forms.def"
    {NULL, NULL, SPECIAL, false, FORM_ALWAYS},
};
#undef FORM

static uint64_t feature(uint64_t value, uint32_t shift)
{
    return value >> shift & 0xfU;
}

bool form_exists(const struct form *form)
{
    switch (form->needs) {
    case FORM_LSE:
        return feature(sysreg_read(id_aa64isar0_el1), 20U) >= 2U;
    case FORM_RCPC:
        return feature(sysreg_read(id_aa64isar1_el1), 20U) != 0U;
    case FORM_ALWAYS:
    default:
        return true;
    }
}

bool form_has_aarch32(void)
{
    return feature(sysreg_read(id_aa64pfr0_el1), 0U) == 2U;
}

static bool is_user(uint64_t spsr)
{
    return (spsr & SPSR_AARCH32) != 0U || (spsr & SPSR_MODE) == (CATCH_EL0 & SPSR_MODE);
}

static uint64_t vector(uint64_t spsr)
{
    if ((spsr & SPSR_AARCH32) != 0U) {
        return 0x600U;
    }
    if (is_user(spsr)) {
        return 0x400U;
    }
    return (spsr & SPSR_MODE) == (CATCH_EL1T & SPSR_MODE) ? 0x000U : 0x200U;
}

uint64_t form_data_abort(uint64_t spsr, bool write, uint32_t status)
{
    return EC(EC_DATA_ABORT + (is_user(spsr) ? 0U : 1U)) | ESR_IL | (write ? ESR_WNR : 0U) | status;
}

uint64_t form_fetch_abort(uint64_t spsr, uint32_t status)
{
    return EC(EC_FETCH_ABORT + (is_user(spsr) ? 0U : 1U)) | ESR_IL | status;
}

void form_prepare(struct form_run *run, const char *name, uint64_t pc)
{
    run->name = name;
    run->start = (struct catch_start){.pc = pc};
}

void form_run(struct form_run *run, uint64_t spsr, uint64_t address, uint64_t value)
{
    run->start.spsr = spsr;
    run->start.x[0] = address;
    run->start.x[1] = value;
    catch_run(&run->start, &run->caught);
}

bool form_expect(const struct form_run *run, const char *what, uint64_t found, uint64_t expected)
{
    if (found != expected) {
        console_print("probe: # %s from SPSR 0x%lx, x0=0x%lx: %s is 0x%lx, expected 0x%lx\n", run->name,
                      run->start.spsr, run->start.x[0], what, found, expected);
    }
    return found == expected;
}

/* As the handler of any exception from there finds itself. */
static bool expect_entry(const struct form_run *run)
{
    return form_expect(run, "vector", run->caught.vector, vector(run->start.spsr)) &&
           form_expect(run, "the handler's PSTATE", run->caught.handler, HANDLER);
}

bool form_expect_end(const struct form_run *run)
{
    uint32_t call = (run->start.spsr & SPSR_AARCH32) != 0U ? EC_SVC32 : EC_SVC64;

    if (ESR_CLASS(run->caught.esr) != call) {
        return form_expect(run, "ESR_EL1", run->caught.esr, EC(call)) &&
               form_expect(run, "FAR_EL1", run->caught.far, 0U);
    }
    return expect_entry(run);
}

bool form_expect_abort(const struct form_run *run, uint64_t esr, uint64_t far)
{
    bool same = form_expect(run, "ESR_EL1", run->caught.esr, esr) &&
                form_expect(run, "FAR_EL1", run->caught.far, far) &&
                form_expect(run, "ELR_EL1", run->caught.elr, run->start.pc) &&
                form_expect(run, "SPSR_EL1", run->caught.spsr, run->start.spsr) && expect_entry(run);

    for (uint32_t n = 0U; n < CATCH_REGISTERS && same; n++) {
        same = form_expect(run, "a register", run->caught.x[n], run->start.x[n]);
    }
    return same;
}
