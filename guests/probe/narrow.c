/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of 32-bit code at EL0, where the core has it: aborts at its own vector, and loads and stores that a virtual device
 * answers, in both byte orders and in an IT block.
 */
#include "guests/probe/probe.h"

#include "guests/lib/console.h"
#include "guests/lib/machine.h"
#include "guests/lib/sysreg.h"
#include "guests/probe/forms.h"
#include "guests/probe/space.h"

#define DIVISOR (MACHINE_UART + 0x024U)
#define IN_DIVISOR 0x8005U
#define IT_LOW (3ULL << 25)
#define IT_HIGH (0x3fULL << 10)
#define THUMB_NAME(name) ((name)[0] == 't')

static volatile uint32_t *divisor(void)
{
    return (volatile uint32_t *)DIVISOR;
}

static void run_narrow(struct form_run *run, const char *name, const uint32_t *code, uint64_t flags, uint64_t address)
{
    uint64_t state = THUMB_NAME(name) ? CATCH_T32 : CATCH_A32;
    form_prepare(run, name, (uint64_t)code);
    space_open();
    form_run(run, state | flags, address, 0x10a080f8U);
    space_close();
}

static bool check_aborts(uint64_t address)
{
    bool passed = true;

    if (!form_has_aarch32()) {
        console_print("probe: without 32-bit EL0\n");
    }
    for (const struct form *form = forms; form->name != NULL && form_has_aarch32(); form++) {
        if (form->group == A32) {
            struct form_run run;

            run_narrow(&run, form->name, form->code, 0U, address);
            passed = form_expect_abort(&run, form_data_abort(CATCH_A32, form->write, FORM_EXTERNAL), address) && passed;
        }
    }
    return passed;
}

/* These are not described. */
static bool check_undescribed(uint64_t address)
{
    static const struct {
        const char *name;
        const uint32_t *code;
        bool write;
    } wide[] = {
        {"a32_ldrd", form_a32_ldrd, false},
        {"a32_ldm", form_a32_ldm, false},
        {"a32_ldr_post", form_a32_ldr_post, false},
        {"a32_ldrex", form_a32_ldrex, false},
        {"a32_stm", form_a32_stm, true},
        {"a32_str_post", form_a32_str_post, true},
        {"t32_ldm", form_t32_ldm, false},
    };
    bool passed = true;

    for (uint32_t n = 0U; n < sizeof(wide) / sizeof(wide[0]) && form_has_aarch32(); n++) {
        struct form_run run;

        run_narrow(&run, wide[n].name, wide[n].code, 0U, address);
        passed = form_expect_abort(&run, form_data_abort(CATCH_A32, wide[n].write, FORM_EXTERNAL), address) && passed;
    }
    return passed;
}

static bool check_fetch(uint64_t address)
{
    struct form_run run;

    if (!form_has_aarch32()) {
        return true;
    }
    run_narrow(&run, "a32 fetch", (const uint32_t *)address, 0U, address);
    return form_expect_abort(&run, form_fetch_abort(CATCH_A32, FORM_EXTERNAL), address);
}

struct narrow_load {
    const char *name;
    const uint32_t *code;
    uint64_t little;
    uint64_t big;
};
static const struct narrow_load narrow_loads[] = {
    {"a32_ldr", form_a32_ldr, 0x00008005U, 0x05800000U},
    {"a32_lda", form_a32_lda, 0x00008005U, 0x05800000U},
    {"a32_ldr_r14", form_a32_ldr_r14, 0x00008005U, 0x05800000U},
    {"a32_ldrh", form_a32_ldrh, 0x00008005U, 0x00000580U},
    {"a32_ldrsh", form_a32_ldrsh, 0xffff8005U, 0x00000580U},
    {"a32_ldrb", form_a32_ldrb, 0x00000005U, 0x00000005U},
    {"a32_ldrsb", form_a32_ldrsb, 0x00000005U, 0x00000005U},
    {"t32_ldr", form_t32_ldr, 0x00008005U, 0x05800000U},
    {"t32_ldr_wide", form_t32_ldr_wide, 0x00008005U, 0x05800000U},
    {"t32_ldrsh_wide", form_t32_ldrsh_wide, 0xffff8005U, 0x00000580U},
};

static bool expect_load(const struct narrow_load *load, uint64_t flags)
{
    struct form_run run;

    run_narrow(&run, load->name, load->code, flags, DIVISOR);
    return form_expect_end(&run) &&
           form_expect(&run, "r1", (uint32_t)run.caught.x[1], flags != 0U ? load->big : load->little);
}

static bool check_loads(uint64_t flags)
{
    uint32_t before = *divisor();
    bool passed = true;

    *divisor() = IN_DIVISOR;
    for (uint32_t n = 0U; n < sizeof(narrow_loads) / sizeof(narrow_loads[0]) && form_has_aarch32(); n++) {
        passed = expect_load(&narrow_loads[n], flags) && passed;
    }
    *divisor() = before;
    return passed;
}

static bool expect_store(const char *name, const uint32_t *code, uint64_t flags, uint32_t expected)
{
    struct form_run run;

    *divisor() = 0U;
    run_narrow(&run, name, code, flags, DIVISOR);
    return form_expect_end(&run) && form_expect(&run, "the device's word", *divisor(), expected);
}

/* 0x10a080f8, of which the device keeps 16 bits. */
static bool check_stores(uint64_t flags)
{
    uint32_t before = *divisor();
    bool big = flags != 0U;
    bool passed = !form_has_aarch32() || (expect_store("a32_str", form_a32_str, flags, big ? 0xa010U : 0x80f8U) &&
                                          expect_store("a32_stl", form_a32_stl, flags, big ? 0xa010U : 0x80f8U) &&
                                          expect_store("a32_strh", form_a32_strh, flags, big ? 0xf880U : 0x80f8U) &&
                                          expect_store("a32_strb", form_a32_strb, flags, 0xf8U) &&
                                          expect_store("t32_str", form_t32_str, flags, big ? 0xa010U : 0x80f8U));

    *divisor() = before;
    return passed;
}

/* Two instructions under a condition: the one behind the load still has its own. */
static bool expect_block(const char *name, const uint32_t *code, uint64_t second)
{
    struct form_run run;

    run_narrow(&run, name, code, CATCH_Z, DIVISOR);
    return form_expect_end(&run) && form_expect(&run, "r1", (uint32_t)run.caught.x[1], IN_DIVISOR) &&
           form_expect(&run, "r2", run.caught.x[2], second) &&
           form_expect(&run, "ITSTATE", run.caught.spsr & (IT_LOW | IT_HIGH), 0U);
}

static bool check_blocks(uint64_t unused)
{
    uint32_t before = *divisor();
    bool passed;

    (void)unused;
    *divisor() = IN_DIVISOR;
    passed = !form_has_aarch32() ||
             (expect_block("t32_ite", form_t32_ite, 0U) && expect_block("t32_itt_wide", form_t32_itt_wide, 1U));
    *divisor() = before;
    return passed;
}

/* Not executed, so not even an access. */
static bool check_condition(uint64_t address)
{
    struct form_run run;

    if (!form_has_aarch32()) {
        return true;
    }
    run_narrow(&run, "a32_ldreq", form_a32_ldreq, 0U, address);
    return form_expect_end(&run);
}

static const struct check list[] = {
    {"every load and store of nothing aborts, from 32-bit EL0", check_aborts, SPACE_NOTHING},
    {"every load and store of the bus's hole aborts the same way, from 32-bit EL0", check_aborts, SPACE_HOLE},
    {"what has no syndrome aborts at the distributor, from 32-bit EL0", check_undescribed, MACHINE_GICD + 0xffc0U},
    {"what has no syndrome aborts at the UART, from 32-bit EL0", check_undescribed, MACHINE_UART + 0xfc0U},
    {"a fetch of 32-bit EL0 from nothing aborts", check_fetch, SPACE_NARROW + SPACE_NOTHING},
    {"a fetch of 32-bit EL0 from the distributor aborts", check_fetch, SPACE_NARROW + MACHINE_GICD},
    {"a load of 32-bit EL0 whose condition fails does nothing", check_condition, SPACE_NOTHING},
    {"a virtual device answers loads of 32-bit EL0", check_loads, 0U},
    {"a virtual device answers loads of a big-endian 32-bit EL0", check_loads, CATCH_BIG_ENDIAN},
    {"a virtual device answers stores of 32-bit EL0", check_stores, 0U},
    {"a virtual device answers stores of a big-endian 32-bit EL0", check_stores, CATCH_BIG_ENDIAN},
    {"a load in an IT block leaves the block as it should be", check_blocks, 0U},
};
const struct checks narrow_checks = CHECKS(list);
