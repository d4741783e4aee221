/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of priorities: masks, order, pre-emption, more pending interrupts than list registers, split EOI. */
#include "guests/probe/probe.h"

#include "guests/lib/gic.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/timer.h"

#define FIRST 4U /* SGIs FIRST to FIRST + MANY - 1 are used here */
#define MANY 12U /* more than any core has list registers free for at once in this test's machine (4) */
#define LOW 4U
#define HIGH 5U
#define ICC_CTLR_EOIMODE 2U

static volatile uint32_t order[64];
static volatile uint32_t order_count;
static volatile bool nested_seen;
static volatile bool delayed_seen;

static void order_handler(uint32_t intid)
{
    arrivals[0][intid]++;
    order[order_count % 64U] = intid;
    order_count++;
}

static void order_begin(void)
{
    order_count = 0U;
    for (uint32_t n = 0U; n < MANY; n++) {
        interrupt_handle(FIRST + n, order_handler);
    }
}

static bool expect_order(uint32_t place, uint32_t intid)
{
    return expect_equal("interrupt in this place", order[place], intid);
}

/* The most urgent first, whatever the order in which they became pending. */
static bool check_two(uint64_t unused)
{
    uint64_t mask = irq_save();

    (void)unused;
    order_begin();
    gic_enable(LOW, 0xa0U);
    gic_enable(HIGH, 0x40U);
    gic_send_sgi(LOW, 1U);
    gic_send_sgi(HIGH, 1U);
    irq_restore(mask);
    return expect("both arrived", probe_wait(&order_count, 2U)) && expect_order(0U, HIGH) && expect_order(1U, LOW);
}

/* rising: later INTIDs are more urgent; else less urgent. */
static uint8_t many_priority(uint32_t n, bool rising)
{
    return (uint8_t)(0x10U * (rising ? MANY - n : n + 1U));
}

static bool check_many(uint64_t rising)
{
    uint64_t mask = irq_save();

    order_begin();
    for (uint32_t n = 0U; n < MANY; n++) {
        gic_enable(FIRST + n, many_priority(n, rising != 0U));
        gic_send_sgi(FIRST + n, 1U);
    }
    irq_restore(mask);
    if (!expect("all arrived", probe_wait(&order_count, MANY))) {
        return false;
    }
    for (uint32_t n = 0U; n < MANY; n++) {
        if (!expect_order(n, rising != 0U ? FIRST + MANY - 1U - n : FIRST + n)) {
            return false;
        }
    }
    probe_pause();
    return expect_equal("interrupts", order_count, MANY);
}

static bool check_mask(uint64_t unused)
{
    bool held;

    (void)unused;
    order_begin();
    gic_enable(LOW, 0xa0U);
    gic_set_mask(0xa0U);
    gic_send_sgi(LOW, 1U);
    probe_pause();
    held = order_count == 0U;
    gic_set_mask(0xffU);
    return expect("the mask held it back", held) && expect("it arrived", probe_wait(&order_count, 1U));
}

/* In the handler of LOW, HIGH is taken; in the handler of HIGH, LOW is not taken again. */
static void nesting_handler(uint32_t intid)
{
    order_handler(intid);
    gic_send_sgi(intid == LOW ? HIGH : LOW, 1U);
    interrupt_handle(LOW, order_handler);
    irq_unmask();
    if (intid == LOW) {
        nested_seen = probe_wait(&arrivals[0][HIGH], 1U);
    } else {
        probe_pause();
        delayed_seen = order_count == 2U;
    }
    irq_mask();
}

static bool check_nesting(uint64_t unused)
{
    (void)unused;
    order_begin();
    interrupt_handle(LOW, nesting_handler);
    interrupt_handle(HIGH, nesting_handler);
    arrivals[0][HIGH] = 0U;
    nested_seen = false;
    delayed_seen = false;
    gic_enable(LOW, 0xa0U);
    gic_enable(HIGH, 0x40U);
    gic_send_sgi(LOW, 1U);
    return expect("all three arrived", probe_wait(&order_count, 3U)) &&
           expect("the urgent one pre-empted the other", nested_seen) &&
           expect("the other did not pre-empt the urgent one", delayed_seen) && expect_order(0U, LOW) &&
           expect_order(1U, HIGH) && expect_order(2U, LOW);
}

/* INTID of the next interrupt, taken by hand with IRQs masked, or GIC_SPURIOUS and above. */
static uint32_t take(void)
{
    uint64_t limit = timer_now() + timer_frequency();
    uint32_t intid = gic_acknowledge();

    while (intid >= GIC_SPURIOUS && timer_now() < limit) {
        intid = gic_acknowledge();
    }
    return intid;
}

/* EOImode 1: ICC_EOIR1_EL1 drops the priority, ICC_DIR_EL1 deactivates. */
static bool check_split_end(uint64_t unused)
{
    uint64_t mask = irq_save();
    uint32_t taken;
    bool active;
    bool inactive;

    (void)unused;
    gic_enable(LOW, 0xa0U);
    sysreg_write(s3_0_c12_c12_4, ICC_CTLR_EOIMODE); /* ICC_CTLR_EL1 */
    barrier_instructions();
    gic_send_sgi(LOW, 1U);
    taken = take();
    gic_end(taken);
    active = gic_bit(LOW, GIC_ISACTIVER);
    sysreg_write(s3_0_c12_c11_1, taken); /* ICC_DIR_EL1 */
    barrier_instructions();
    inactive = !gic_bit(LOW, GIC_ISACTIVER);
    sysreg_write(s3_0_c12_c12_4, 0U);
    barrier_instructions();
    irq_restore(mask);
    return expect_equal("taken", taken, LOW) && expect("it stayed active after the priority drop", active) &&
           expect("it was deactivated", inactive);
}

/* While an interrupt is active it is not taken again, but becomes pending again, once. */
static bool check_pending_while_active(uint64_t unused)
{
    uint64_t mask = irq_save();
    uint32_t first;
    uint32_t none;
    uint32_t second;
    bool pending;

    (void)unused;
    gic_enable(LOW, 0xa0U);
    gic_send_sgi(LOW, 1U);
    first = take();
    gic_send_sgi(LOW, 1U);
    gic_send_sgi(LOW, 1U);
    pending = gic_bit(LOW, GIC_ISPENDR);
    none = gic_acknowledge();
    gic_end(first);
    second = take();
    gic_end(second);
    irq_restore(mask);
    probe_pause();
    return expect_equal("taken", first, LOW) && expect("it is pending and active", pending) &&
           expect("it is not taken while active", none >= GIC_SPURIOUS) && expect_equal("taken again", second, LOW) &&
           expect("it is not pending any more", !gic_bit(LOW, GIC_ISPENDR));
}

static const struct check list[] = {
    {"of two interrupts the more urgent comes first", check_two, 0U},
    {"twelve interrupts come in the order of their priorities", check_many, 0U},
    {"twelve interrupts made pending from the least urgent come in order", check_many, 1U},
    {"the priority mask holds an interrupt back", check_mask, 0U},
    {"an urgent interrupt pre-empts a less urgent one and not the reverse", check_nesting, 0U},
    {"an interrupt sent while active comes once more", check_pending_while_active, 0U},
    {"priority drop and deactivation can be apart", check_split_end, 0U},
};
const struct checks order_checks = CHECKS(list);
