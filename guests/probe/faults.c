/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of what an instruction gets that meets an address where nothing is: at the hypervisor's hands exactly what the bus
 * would have answered. docs/faults.md has the table. What runs here is in instructions.S.
 */
#include "guests/probe/probe.h"

#include "guests/lib/machine.h"
#include "guests/lib/sysreg.h"
#include "guests/probe/forms.h"
#include "guests/probe/space.h"

#define WNR (1ULL << 6)
#define CACHE_MAINTENANCE (1ULL << 8)
#define CLASS_OF(esr) ((esr) >> 26 & 0x3fU)
#define STEP_CLASS 0x32U /* software step, from EL0 */
#define ALIGNMENT 0x21U
#define MDSCR_SS 1U
#define SCTLR_A (1U << 1)
#define IDENTITY 0xffc0U /* 64 bytes without effect, in the frames of the GIC and in the UART */
#define UART_IDENTITY 0xfc0U
#define VALUE 0x5555666677778888ULL

/* An atomic access may be told as the read that it begins with. */
static bool expect_form_abort(const struct form *form, const struct form_run *run, uint64_t address)
{
    uint64_t esr = form_data_abort(run->start.spsr, form->write, FORM_EXTERNAL);

    if (form->group == ATOMIC) {
        esr = (esr & ~WNR) | (run->caught.esr & WNR);
    }
    return form_expect_abort(run, esr, address);
}

static bool check_group(enum form_group group, uint64_t spsr, uint64_t address)
{
    bool passed = true;

    space_open();
    for (const struct form *form = forms; form->name != NULL; form++) {
        struct form_run run;

        form_prepare(&run, form->name, (uint64_t)form->code);
        run.start.x[2] = VALUE;
        if (form->group == group && form_exists(form)) {
            form_run(&run, spsr, address, VALUE);
            passed = expect_form_abort(form, &run, address) && passed;
        }
    }
    space_close();
    return passed;
}

static bool check_all_groups(uint64_t spsr, uint64_t address)
{
    bool described = check_group(DESCRIBED, spsr, address);
    bool other = check_group(OTHER, spsr, address);

    return check_group(ATOMIC, spsr, address) && described && other;
}

static bool check_nothing(uint64_t spsr)
{
    return check_all_groups(spsr, SPACE_NOTHING);
}

static bool check_hole(uint64_t spsr)
{
    return check_all_groups(spsr, SPACE_HOLE);
}

/* What the syndrome does not describe is not emulated either. */
static bool check_device(uint64_t address)
{
    bool kernel = check_group(OTHER, CATCH_EL1H, address) && check_group(ATOMIC, CATCH_EL1H, address);

    return check_group(OTHER, CATCH_EL0, address) && kernel;
}

/* One instruction, in the space. */
static void run_one(struct form_run *run, const char *name, const uint32_t *code, uint64_t spsr, uint64_t address)
{
    form_prepare(run, name, (uint64_t)code);
    space_open();
    form_run(run, spsr, address, VALUE);
    space_close();
}

/* DC ZVA is a store; Device memory would be an alignment fault of the guest's own. */
static bool check_zero(uint64_t address)
{
    struct form_run run;

    run_one(&run, "DC ZVA", form_dc_zva, CATCH_EL1H, SPACE_NORMAL + address);
    return form_expect_abort(&run, form_data_abort(CATCH_EL1H, true, FORM_EXTERNAL), SPACE_NORMAL + address);
}

/* A core may find that there is nothing to do; if it goes out, the abort says what it was. */
static bool check_maintenance(uint64_t address)
{
    static const uint32_t *const codes[] = {form_dc_civac, form_dc_cvac, form_dc_cvau, form_dc_ivac, form_ic_ivau};
    uint64_t esr = form_data_abort(CATCH_EL1H, true, FORM_EXTERNAL) | CACHE_MAINTENANCE;

    for (uint32_t n = 0U; n < sizeof(codes) / sizeof(codes[0]); n++) {
        struct form_run run;
        bool aborted;

        run_one(&run, "cache maintenance", codes[n], CATCH_EL1H, address);
        aborted = CLASS_OF(run.caught.esr) == CLASS_OF(esr);
        if (!(aborted ? form_expect_abort(&run, esr, address) : form_expect_end(&run))) {
            return false;
        }
    }
    return true;
}

static bool check_prefetch(uint64_t address)
{
    struct form_run load;
    struct form_run store;

    run_one(&load, "PRFM PLDL1KEEP", form_prfm, CATCH_EL1H, address);
    run_one(&store, "PRFM PSTL2STRM", form_prfm_store, CATCH_EL1H, address);
    return form_expect_end(&load) && form_expect_end(&store);
}

/* The code itself is there. */
static bool check_fetch_from(uint64_t spsr, uint64_t address)
{
    struct form_run run;

    run_one(&run, "a fetch", (const uint32_t *)(SPACE_CODE + address), spsr, address);
    return form_expect_abort(&run, form_fetch_abort(spsr, FORM_EXTERNAL), SPACE_CODE + address);
}

static bool check_fetch(uint64_t address)
{
    return check_fetch_from(CATCH_EL1H, address) && check_fetch_from(CATCH_EL1T, address) &&
           check_fetch_from(CATCH_EL0, address);
}

/* The guest checks no alignment, and maps as Normal memory. */
static void run_unaligned(struct form_run *run, const uint32_t *code, uint64_t address)
{
    uint64_t sctlr = sysreg_read(sctlr_el1);

    sysreg_write(sctlr_el1, sctlr & ~(uint64_t)SCTLR_A);
    barrier_instructions();
    run_one(run, "an unaligned access", code, CATCH_EL1H, address);
    sysreg_write(sctlr_el1, sctlr);
    barrier_instructions();
}

static bool check_unaligned(uint64_t address)
{
    struct form_run load;
    struct form_run store;

    run_unaligned(&load, form_ldr_w, SPACE_NORMAL + address);
    run_unaligned(&store, form_str_x, SPACE_NORMAL + address);
    return form_expect_abort(&load, form_data_abort(CATCH_EL1H, false, FORM_EXTERNAL), SPACE_NORMAL + address) &&
           form_expect_abort(&store, form_data_abort(CATCH_EL1H, true, FORM_EXTERNAL), SPACE_NORMAL + address);
}

/* As Device memory it is an alignment fault of stage 1; a core may see the stage-2 fault first. */
static bool check_unaligned_device(uint64_t address)
{
    struct form_run run;
    uint32_t status;

    run_unaligned(&run, form_ldr_w, address);
    status = (uint32_t)run.caught.esr & 0x3fU;
    return form_expect_abort(&run, form_data_abort(CATCH_EL1H, false, status == ALIGNMENT ? ALIGNMENT : FORM_EXTERNAL),
                             address);
}

/* Half of it is memory. The address is that of the access, or of the page that is not there. */
static bool check_crossing(uint64_t end)
{
    uint64_t address = SPACE_MEMORY + (end - MACHINE_RAM) - 4U;
    struct form_run load;
    struct form_run store;
    uint64_t far;

    run_unaligned(&load, form_ldr_x, address);
    run_unaligned(&store, form_str_x, address);
    far = load.caught.far == address ? address : address + 4U;
    return form_expect_abort(&load, form_data_abort(CATCH_EL1H, false, FORM_EXTERNAL), far) &&
           form_expect_abort(&store, form_data_abort(CATCH_EL1H, true, FORM_EXTERNAL), far);
}

static bool check_far(uint64_t unused)
{
    struct form_run run;

    run_one(&run, "LDR", form_ldr_w, CATCH_EL1H, SPACE_FAR);
    (void)unused;
    return form_expect_abort(&run, form_data_abort(CATCH_EL1H, false, FORM_EXTERNAL), SPACE_FAR);
}

/* A debugger in the guest steps its own EL0: an abort is not a step, an emulated access is one. */
static void run_step(struct form_run *run, const uint32_t *code, uint64_t address)
{
    uint64_t mdscr = sysreg_read(mdscr_el1);

    sysreg_write(mdscr_el1, mdscr | MDSCR_SS);
    barrier_instructions();
    run_one(run, "a stepped access", code, CATCH_EL0 | CATCH_STEP, address);
    sysreg_write(mdscr_el1, mdscr);
    barrier_instructions();
}

static bool check_step_abort(uint64_t address)
{
    struct form_run run;

    run_step(&run, form_ldp, address);
    return form_expect_abort(&run, form_data_abort(CATCH_EL0, false, FORM_EXTERNAL), address);
}

static bool check_step_emulated(uint64_t address)
{
    struct form_run run;

    run_step(&run, form_ldr_w, address);
    return form_expect(&run, "exception class", CLASS_OF(run.caught.esr), STEP_CLASS) &&
           form_expect(&run, "ELR_EL1", run.caught.elr, run.start.pc + 4U) &&
           form_expect(&run, "SPSR_EL1", run.caught.spsr, CATCH_EL0);
}

#define ISR_SERROR (1U << 8)

/*
 * Whatever came before: no SError waits for the guest while it masks them, none comes when it does not, and ESB (hint 16) finds
 * none. An SError that came would be an exception that nobody expects, and the end.
 */
static bool check_no_serror(uint64_t unused)
{
    bool masked;
    bool unmasked;

    (void)unused;
    __asm__ volatile("msr daifset, #4\n\tdsb sy\n\thint #16\n\tisb" ::: "memory");
    masked = (sysreg_read(isr_el1) & ISR_SERROR) != 0U;
    __asm__ volatile("msr daifclr, #4\n\tdsb sy\n\thint #16\n\tisb" ::: "memory");
    unmasked = (sysreg_read(isr_el1) & ISR_SERROR) != 0U;
    __asm__ volatile("msr daifset, #4" ::: "memory");
    return expect("none is pending while masked", !masked) && expect("none is pending while not", !unmasked);
}

static const struct check list[] = {
    {"every load and store of nothing aborts as on the bus, from EL1", check_nothing, CATCH_EL1H},
    {"every load and store of nothing aborts as on the bus, from EL1 on SP_EL0", check_nothing, CATCH_EL1T},
    {"every load and store of nothing aborts as on the bus, from EL0", check_nothing, CATCH_EL0},
    {"every load and store of the bus's hole aborts the same way, from EL1", check_hole, CATCH_EL1H},
    {"every load and store of the bus's hole aborts the same way, from EL1 on SP_EL0", check_hole, CATCH_EL1T},
    {"every load and store of the bus's hole aborts the same way, from EL0", check_hole, CATCH_EL0},
    {"what has no syndrome aborts at the distributor", check_device, MACHINE_GICD + IDENTITY},
    {"what has no syndrome aborts at the redistributor", check_device, MACHINE_GICR + IDENTITY},
    {"what has no syndrome aborts at the UART", check_device, MACHINE_UART + UART_IDENTITY},
    {"DC ZVA of nothing aborts", check_zero, SPACE_NOTHING},
    {"DC ZVA of the distributor aborts", check_zero, MACHINE_GICD},
    {"cache maintenance of nothing is nothing or an abort that says so", check_maintenance, SPACE_NOTHING},
    {"cache maintenance of the distributor is nothing or an abort that says so", check_maintenance, MACHINE_GICD},
    {"a prefetch of nothing is nothing", check_prefetch, SPACE_NOTHING},
    {"a prefetch of the distributor is nothing", check_prefetch, MACHINE_GICD},
    {"a fetch of nothing aborts", check_fetch, SPACE_NOTHING},
    {"a fetch of the bus's hole aborts", check_fetch, SPACE_HOLE},
    {"a fetch from the distributor aborts", check_fetch, MACHINE_GICD},
    {"a fetch from the redistributor aborts", check_fetch, MACHINE_GICR + 0x10000U},
    {"a fetch from the UART aborts", check_fetch, MACHINE_UART},
    {"an unaligned access to nothing aborts", check_unaligned, SPACE_NOTHING + 2U},
    {"an unaligned access to the distributor aborts", check_unaligned, MACHINE_GICD + 0x402U},
    {"an access across two pages of the redistributor aborts", check_unaligned, MACHINE_GICR + 0x10ffeU},
    {"an access across the end of the UART aborts", check_unaligned, MACHINE_UART + 0xffeU},
    {"an unaligned access to a device is an alignment fault or aborts", check_unaligned_device, MACHINE_GICD + 0x402U},
    {"an access across the end of memory aborts", check_crossing, MACHINE_RAM_END},
    {"the last of the physical addresses aborts", check_far, 0U},
    {"a stepped access to nothing is an abort and no step", check_step_abort, SPACE_NOTHING},
    {"a stepped access to the distributor is one step", check_step_emulated, MACHINE_GICD},
    {"no SError is left, masked or not", check_no_serror, 0U},
};
const struct checks fault_checks = CHECKS(list);
