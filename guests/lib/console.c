/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's console; see console.h. Reading and draining are the background's, writing anybody's. */
#include "guests/lib/console.h"

#include "guests/lib/format.h"
#include "guests/lib/pl011.h"
#include "guests/lib/ring.h"
#include "guests/lib/sysreg.h"
#include "guests/lib/timer.h"

#define CONSOLE_BURST 64U /* more than any FIFO holds, and a bound where the UART is virtual */

static struct ring output;
/* A byte taken from the ring that the FIFO had no room for. */
static uint8_t waiting_byte;
static bool waiting;

void console_init(void)
{
    pl011_init();
}

/* @implements REQ-GUEST-005 */
void console_print(const char *pattern, ...)
{
    char text[CONSOLE_LINE];
    uint32_t length;
    uint64_t mask;
    va_list arguments;

    va_start(arguments, pattern);
    length = format_text(text, sizeof(text), pattern, arguments);
    va_end(arguments);
    mask = irq_save();
    (void)ring_write(&output, text, length);
    irq_restore(mask);
}

bool console_drain(void)
{
    for (uint32_t n = 0U; n < CONSOLE_BURST; n++) {
        if (!waiting && !ring_read(&output, &waiting_byte)) {
            return false;
        }
        waiting = !pl011_put(waiting_byte);
        if (waiting) {
            return true;
        }
    }
    return true;
}

void console_flush(void)
{
    uint64_t limit = timer_now() + timer_frequency() / 2U;

    while (console_drain() && timer_now() < limit) {
    }
}

uint32_t console_dropped(void)
{
    return output.dropped;
}

bool console_get(uint8_t *byte)
{
    return pl011_get(byte);
}
