/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every shared interrupt of words 2 to 8 is pending and enabled, with priorities in no order, and interrupts are masked: one
 * more arrives, all of them change, and then all are taken. Its sections are what matters (tests/bench/test_full.py).
 */
#include "guests/bench/full.h"

#include "guests/lib/bulkhead.h"
#include "guests/lib/gic.h"
#include "guests/lib/guest.h"
#include "guests/lib/interrupt.h"
#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"
#include "guests/lib/sysreg.h"

#define FIRST 64U
#define LAST 287U
#define ALL 0xffffffffU
#define CONTROL 3U
#define REPETITIONS 100U

static volatile uint32_t taken;

static uint64_t word(uint32_t bank, uint32_t intid)
{
    return MACHINE_GICD + bank + intid / 32U * 4U;
}

static uint64_t priority(uint32_t intid)
{
    return MACHINE_GICD + GIC_IPRIORITYR + intid;
}

static void handler(uint32_t intid)
{
    (void)intid;
    taken++;
}

bool full_present(void)
{
    bool all = true;

    for (uint32_t intid = FIRST; intid < LAST; intid += 32U) {
        mmio_write32(word(GIC_ISENABLER, intid), ALL);
        all = all && mmio_read32(word(GIC_ISENABLER, intid)) == ALL;
        mmio_write32(word(GIC_ICENABLER, intid), ALL);
    }
    return all;
}

static void set_all_pending(void)
{
    uint32_t random = 1U;

    for (uint32_t intid = FIRST; intid < LAST; intid += 4U) {
        random = random * 1664525U + 1013904223U;
        mmio_write32(priority(intid), random & 0x7f7f7f7fU);
    }
    for (uint32_t intid = FIRST; intid < LAST; intid += 32U) {
        mmio_write32(word(GIC_IGROUPR, intid), ALL);
        mmio_write32(word(GIC_ISPENDR, intid), ALL);
        mmio_write32(word(GIC_ISENABLER, intid), ALL);
    }
}

void full_run(void)
{
    for (uint32_t intid = FIRST; intid <= LAST; intid++) {
        interrupt_handle(intid, handler);
    }
    irq_mask();
    set_all_pending();
    for (uint32_t repetition = 0U; repetition < REPETITIONS; repetition++) {
        mmio_write32(word(GIC_ISPENDR, FIRST), 1U);
        mmio_write32(MACHINE_GICD + GICD_CTLR, repetition % 4U);
    }
    mmio_write32(MACHINE_GICD + GICD_CTLR, CONTROL);
    irq_unmask();
    while (taken != LAST + 1U - FIRST) {
    }
}
