/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of loads and stores that a virtual device answers: what the register holds after each form, in both byte orders and
 * from every level and state. The values were worked out by hand from what stands in the device's registers.
 */
#include "guests/probe/probe.h"

#include "guests/lib/gic.h"
#include "guests/lib/machine.h"
#include "guests/lib/sysreg.h"
#include "guests/probe/forms.h"
#include "guests/probe/space.h"

/* Priorities of SGIs 0 to 3, 0xf8a88018 in a word; a divisor, 0x8005; an affinity, 1. */
#define WORD (MACHINE_GICR + GICR_SGI_FRAME + GIC_IPRIORITYR)
#define HALF (MACHINE_UART + 0x024U)
#define DOUBLE (MACHINE_GICD + GICD_IROUTER + 8U * MACHINE_INTID_UART)
#define IN_WORD 0xf8a88018U
#define IN_HALF 0x8005U
#define IN_DOUBLE 1U
#define BEFORE 0x5555666677778888ULL
#define SCTLR_E0E (1ULL << 24)
#define SCTLR_EE (1ULL << 25)
#define SCTLR_CACHES_AND_MMU 0x1005U /* I, C, M */

#define LOAD(form, address, little, big)                                                                               \
    {                                                                                                                  \
        #form, form_##form, address, little, big                                                                       \
    }

static const struct load {
    const char *name;
    const uint32_t *code;
    uint64_t address;
    uint64_t little;
    uint64_t big;
} loads[] = {
    LOAD(ldrb, WORD + 3U, 0xf8U, 0xf8U),
    LOAD(ldrb, WORD + 1U, 0x80U, 0x80U),
    LOAD(ldrsb_w, WORD + 3U, 0xfffffff8U, 0xfffffff8U),
    LOAD(ldrsb_x, WORD + 2U, 0xffffffffffffffa8ULL, 0xffffffffffffffa8ULL),
    LOAD(ldrsb_x, WORD, 0x18U, 0x18U),
    LOAD(ldarb, WORD + 3U, 0xf8U, 0xf8U),
    LOAD(ldtrb, WORD + 3U, 0xf8U, 0xf8U),
    LOAD(ldtrsb_w, WORD + 1U, 0xffffff80U, 0xffffff80U),
    LOAD(ldrh, HALF, 0x8005U, 0x0580U),
    LOAD(ldrsh_w, HALF, 0xffff8005U, 0x0580U),
    LOAD(ldrsh_x, HALF, 0xffffffffffff8005ULL, 0x0580U),
    LOAD(ldtrsh_x, HALF, 0xffffffffffff8005ULL, 0x0580U),
    LOAD(ldarh, HALF, 0x8005U, 0x0580U),
    LOAD(ldtrh, HALF, 0x8005U, 0x0580U),
    LOAD(ldr_w, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldar_w, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldtr_w, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldur_w, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldr_register, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldrsw, WORD, 0xfffffffff8a88018ULL, 0x1880a8f8U),
    LOAD(ldtrsw, WORD, 0xfffffffff8a88018ULL, 0x1880a8f8U),
    LOAD(ldursw, WORD, 0xfffffffff8a88018ULL, 0x1880a8f8U),
    LOAD(ldr_x14, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldr_x15, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldr_x18, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldr_x29, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldr_x30, WORD, 0xf8a88018U, 0x1880a8f8U),
    LOAD(ldr_x, DOUBLE, 0x1U, 0x0100000000000000ULL),
    LOAD(ldar_x, DOUBLE, 0x1U, 0x0100000000000000ULL),
    LOAD(ldtr_x, DOUBLE, 0x1U, 0x0100000000000000ULL),
    LOAD(ldr_wzr, WORD, BEFORE, BEFORE),
    LOAD(ldrsw_xzr, WORD, BEFORE, BEFORE),
};

#define STORE(form, address, value, little, big)                                                                       \
    {                                                                                                                  \
        #form, form_##form, address, value, little, big                                                                \
    }

/* What a word load at the word's address finds afterwards, which was 0 in all of its bytes. */
static const struct store {
    const char *name;
    const uint32_t *code;
    uint64_t address;
    uint64_t value;
    uint32_t little;
    uint32_t big;
} stores[] = {
    STORE(strb, WORD + 3U, 0x555555555555f8f8ULL, 0xf8000000U, 0xf8000000U),
    STORE(strb, WORD + 1U, 0xfffffffffffff8a0ULL, 0x0000a000U, 0x0000a000U),
    STORE(stlrb, WORD, 0xffffff88U, 0x00000088U, 0x00000088U),
    STORE(sttrb, WORD + 2U, 0xffffff88U, 0x00880000U, 0x00880000U),
    STORE(str_w, WORD, 0xffffffff10a080f8ULL, 0x10a080f8U, 0xf880a010U),
    STORE(stlr_w, WORD, 0x10a080f8U, 0x10a080f8U, 0xf880a010U),
    STORE(sttr_w, WORD, 0x10a080f8U, 0x10a080f8U, 0xf880a010U),
    STORE(stur_w, WORD, 0x10a080f8U, 0x10a080f8U, 0xf880a010U),
    STORE(str_register, WORD, 0x10a080f8U, 0x10a080f8U, 0xf880a010U),
    STORE(str_x15, WORD, 0x10a080f8U, 0x10a080f8U, 0xf880a010U),
    STORE(str_x30, WORD, 0x10a080f8U, 0x10a080f8U, 0xf880a010U),
    STORE(str_wzr, WORD, ~0ULL, 0U, 0U),
    STORE(strh, HALF, 0xffff8005U, 0x8005U, 0x0580U),
    STORE(stlrh, HALF, 0xffff8005U, 0x8005U, 0x0580U),
    STORE(sttrh, HALF, 0xffff8005U, 0x8005U, 0x0580U),
    STORE(str_x, DOUBLE, 1U, 1U, 0U),
    STORE(str_x, DOUBLE, 0x0100000000000000ULL, 0U, 1U),
    STORE(stlr_x, DOUBLE, 1U, 1U, 0U),
    STORE(sttr_x, DOUBLE, 1U, 1U, 0U),
    STORE(str_xzr, DOUBLE, 1U, 0U, 0U),
};

static volatile uint32_t *word_at(uint64_t address)
{
    return (volatile uint32_t *)(address & ~3ULL);
}

static void put_double(uint64_t value)
{
    *(volatile uint64_t *)DOUBLE = value;
}

/* Interrupts are masked and none is on its way, so their priorities and routes are free to be anything. */
static void fill(uint32_t word, uint32_t half, uint64_t wide)
{
    *word_at(WORD) = word;
    *word_at(HALF) = half;
    put_double(wide);
}

static bool run_loads(uint64_t spsr, bool big)
{
    bool passed = true;

    fill(IN_WORD, IN_HALF, IN_DOUBLE);
    for (uint32_t n = 0U; n < sizeof(loads) / sizeof(loads[0]); n++) {
        struct form_run run;

        form_prepare(&run, loads[n].name, (uint64_t)loads[n].code);
        form_run(&run, spsr, loads[n].address, BEFORE);
        passed = form_expect_end(&run) &&
                 form_expect(&run, "x1", run.caught.x[1], big ? loads[n].big : loads[n].little) &&
                 form_expect(&run, "x0", run.caught.x[0], loads[n].address) && passed;
    }
    return passed;
}

static bool run_stores(uint64_t spsr, bool big)
{
    bool passed = true;

    for (uint32_t n = 0U; n < sizeof(stores) / sizeof(stores[0]); n++) {
        struct form_run run;

        form_prepare(&run, stores[n].name, (uint64_t)stores[n].code);
        fill(0U, 0U, 0U);
        form_run(&run, spsr, stores[n].address, stores[n].value);
        passed = form_expect_end(&run) &&
                 form_expect(&run, "the device's word", *word_at(stores[n].address),
                             big ? stores[n].big : stores[n].little) &&
                 form_expect(&run, "x1", run.caught.x[1], stores[n].value) && passed;
    }
    return passed;
}

struct device_state {
    uint64_t daif;
    uint32_t word;
    uint32_t half;
    uint64_t wide;
};

static struct device_state begin(void)
{
    struct device_state state = {irq_save(), *word_at(WORD), *word_at(HALF), *(volatile uint64_t *)DOUBLE};

    space_open();
    return state;
}

static void end(struct device_state state)
{
    fill(state.word, state.half, state.wide);
    space_close();
    irq_restore(state.daif);
}

static bool check_little(uint64_t spsr)
{
    struct device_state state = begin();
    bool loaded = run_loads(spsr, false);
    bool stored = run_stores(spsr, false);

    end(state);
    return loaded && stored;
}

/* EL0's byte order is its own: the tables and EL1 stay little-endian. */
static bool check_big(uint64_t unused)
{
    struct device_state state = begin();
    uint64_t sctlr = sysreg_read(sctlr_el1);
    bool loaded;
    bool stored;

    (void)unused;
    sysreg_write(sctlr_el1, sctlr | SCTLR_E0E);
    barrier_instructions();
    loaded = run_loads(CATCH_EL0, true) && run_loads(CATCH_EL1H, false);
    stored = run_stores(CATCH_EL0, true) && run_stores(CATCH_EL1H, false);
    sysreg_write(sctlr_el1, sctlr);
    barrier_instructions();
    end(state);
    return loaded && stored;
}

/* A word is stored, its second half loaded with sign, and the word loaded. */
static bool check_big_kernel(uint64_t unused)
{
    struct device_state state = begin();
    uint64_t sctlr = sysreg_read(sctlr_el1);
    struct form_run run;
    uint32_t word;

    (void)unused;
    form_prepare(&run, "EE", (uint64_t)form_big_endian);
    fill(0U, 0U, 0U);
    run.start.x[2] = (sctlr | SCTLR_EE) & ~(uint64_t)SCTLR_CACHES_AND_MMU;
    form_run(&run, CATCH_EL1H, HALF, 0x05800000U);
    word = *word_at(HALF);
    end(state);
    return form_expect_end(&run) && form_expect(&run, "the device's word", word, 0x8005U) &&
           form_expect(&run, "LDR", run.caught.x[2], 0x05800000U);
}

static const struct check list[] = {
    {"a virtual device answers every described load and store, from EL1", check_little, CATCH_EL1H},
    {"a virtual device answers every described load and store, from EL1 on SP_EL0", check_little, CATCH_EL1T},
    {"a virtual device answers every described load and store, from EL0", check_little, CATCH_EL0},
    {"a virtual device answers a big-endian EL0", check_big, 0U},
    {"a virtual device answers a big-endian EL1", check_big_kernel, 0U},
};
const struct checks emulation_checks = CHECKS(list);
