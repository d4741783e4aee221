/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of self-hosted debug: breakpoints, watchpoints and single step of EL0 are the guest's own, and so is the OS lock. */
#include "guests/probe/probe.h"

#include "guests/lib/sysreg.h"
#include "guests/probe/assembly.h"
#include "guests/probe/el0.h"

#define MDSCR_SS (1U << 0)
#define MDSCR_MDE (1U << 15)
#define ENABLED_AT_EL0 (1U | 2U << 1)
#define ALL_OF_A_WORD (0xfU << 5)
#define ALL_OF_A_DOUBLE_WORD (0xffU << 5)
#define LOADS (1U << 3)
#define OSLSR_LOCKED 2U
#define DATA 0x0123456789abcdefULL

/* On a bare machine the OS lock is closed at reset, and the double lock as an earlier check left it. */
static void set_debug(uint64_t value)
{
    sysreg_write(osdlr_el1, 0U);
    sysreg_write(oslar_el1, 0U);
    sysreg_write(mdscr_el1, value);
    barrier_instructions();
}

static struct el0_end run_steps(uint64_t spsr)
{
    return el0_call((uint64_t)assembly_el0_steps, (uint64_t)assembly_el0_data, spsr);
}

static bool expect_end(struct el0_end end, uint32_t class, const uint32_t *where)
{
    return expect_equal("class", EL0_CLASS(end), class) &&
           (where == 0 || expect_equal("where", end.elr, (uint64_t)where));
}

static bool check_nothing(uint64_t unused)
{
    struct el0_end end = run_steps(0U);

    (void)unused;
    return expect_end(end, EL0_CLASS_SVC, 0) && expect_equal("what was loaded", end.value, DATA);
}

static bool check_breakpoint(uint64_t unused)
{
    struct el0_end end;

    (void)unused;
    sysreg_write(dbgbvr0_el1, (uint64_t)assembly_el0_break);
    sysreg_write(dbgbcr0_el1, ENABLED_AT_EL0 | ALL_OF_A_WORD);
    set_debug(MDSCR_MDE);
    end = run_steps(0U);
    set_debug(0U);
    sysreg_write(dbgbcr0_el1, 0U);
    return expect_end(end, EL0_CLASS_BREAKPOINT, assembly_el0_break);
}

static bool check_watchpoint(uint64_t unused)
{
    struct el0_end end;

    (void)unused;
    sysreg_write(dbgwvr0_el1, (uint64_t)assembly_el0_data);
    sysreg_write(dbgwcr0_el1, ENABLED_AT_EL0 | ALL_OF_A_DOUBLE_WORD | LOADS);
    set_debug(MDSCR_MDE);
    end = run_steps(0U);
    set_debug(0U);
    sysreg_write(dbgwcr0_el1, 0U);
    return expect_end(end, EL0_CLASS_WATCHPOINT, assembly_el0_watch) &&
           expect_equal("FAR_EL1", sysreg_read(far_el1), (uint64_t)assembly_el0_data);
}

static bool check_brk(uint64_t unused)
{
    (void)unused;
    return expect_end(el0_call((uint64_t)assembly_el0_brk, 0U, 0U), EL0_CLASS_BRK, assembly_el0_brk);
}

static bool check_step(uint64_t unused)
{
    struct el0_end end;

    (void)unused;
    set_debug(MDSCR_SS);
    end = run_steps(EL0_STEP);
    set_debug(0U);
    return expect_end(end, EL0_CLASS_STEP, assembly_el0_break);
}

/* An instruction that EL2 carries out is one step all the same. */
static bool check_step_emulated(uint64_t unused)
{
    struct el0_end end;

    (void)unused;
    sysreg_write(cntkctl_el1, 1U << 9);
    set_debug(MDSCR_SS);
    end = el0_call((uint64_t)assembly_el0_timer, 0U, EL0_STEP);
    set_debug(0U);
    sysreg_write(cntkctl_el1, 0U);
    return expect_end(end, EL0_CLASS_STEP, assembly_el0_timer + 1);
}

/* That breakpoints are silent meanwhile cannot be tried here: QEMU hits them all the same. */
static bool check_os_lock(uint64_t unused)
{
    bool locked;
    bool open;

    sysreg_write(oslar_el1, 1U);
    barrier_instructions();
    locked = (sysreg_read(oslsr_el1) & OSLSR_LOCKED) != 0U;
    sysreg_write(oslar_el1, 0U);
    barrier_instructions();
    open = (sysreg_read(oslsr_el1) & OSLSR_LOCKED) == 0U;
    return expect("OSLSR_EL1 says locked", locked) && expect("OSLSR_EL1 says open", open) && check_breakpoint(unused);
}

/* ID_AA64DFR0_EL1 tells how many; the last of each keeps what is written. */
static bool check_numbers(uint64_t unused)
{
    uint64_t features = sysreg_read(id_aa64dfr0_el1);

    (void)unused;
    return expect("there are two breakpoints or more", (features >> 12 & 0xfU) >= 1U) &&
           expect("there are two watchpoints or more", (features >> 20 & 0xfU) >= 1U) &&
           expect_equal("debug architecture", features & 0xfU, 6U) &&
           expect_equal("no double lock", features >> 36 & 0xfU, 0xfU);
}

static const struct check list[] = {
    {"EL0 runs, and returns by SVC", check_nothing, 0U},
    {"the feature registers have breakpoints and watchpoints", check_numbers, 0U},
    {"a breakpoint of the guest is hit at EL0", check_breakpoint, 0U},
    {"a watchpoint of the guest is hit at EL0", check_watchpoint, 0U},
    {"a breakpoint instruction at EL0 is the guest's", check_brk, 0U},
    {"a single step at EL0 is one instruction", check_step, 0U},
    {"a single step over an emulated instruction is one instruction", check_step_emulated, 0U},
    {"the OS lock shows itself, and breakpoints are hit after it", check_os_lock, 0U},
};
const struct checks debug_checks = CHECKS(list);
