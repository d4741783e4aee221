/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupts to their handlers; see interrupt.h. */
#include "guests/lib/interrupt.h"

#include "guests/lib/exception.h"
#include "guests/lib/gic.h"
#include "guests/lib/machine.h"

static interrupt_handler handlers[MACHINE_INTIDS];
static void (*exit_function)(void);
static volatile uint32_t strays;

void interrupt_handle(uint32_t intid, interrupt_handler handler)
{
    handlers[intid] = handler;
}

void interrupt_set_exit(void (*exit)(void))
{
    exit_function = exit;
}

uint32_t interrupt_strays(void)
{
    return strays;
}

void exception_irq(void)
{
    uint32_t intid = gic_acknowledge();

    if (intid >= GIC_SPURIOUS) {
        return;
    }
    if (intid < MACHINE_INTIDS && handlers[intid] != 0) {
        handlers[intid](intid);
    } else {
        strays++;
    }
    gic_end(intid);
    if (exit_function != 0) {
        exit_function();
    }
}
