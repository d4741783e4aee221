/* SPDX-License-Identifier: Apache-2.0 */
/* Printing by polling; see rtos.h. */
#include "guests/rtos/rtos.h"

#include <stdarg.h>

#include "guests/lib/format.h"
#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"
#include "guests/lib/sysreg.h"

#define UART_DR (MACHINE_UART + 0x00U)
#define UART_FR (MACHINE_UART + 0x18U)
#define FR_TXFF (1U << 5)

static void put(char character)
{
    while ((mmio_read32(UART_FR) & FR_TXFF) != 0U) {
    }
    mmio_write32(UART_DR, (uint8_t)character);
}

void rtos_say(const char *pattern, ...)
{
    char buffer[200];
    uint32_t length;
    va_list arguments;

    va_start(arguments, pattern);
    length = format_text(buffer, sizeof(buffer), pattern, arguments);
    va_end(arguments);
    for (uint32_t n = 0U; n < length; n++) {
        put(buffer[n]);
    }
}

void rtos_unexpected(uint64_t vector)
{
    rtos_say("rtos: UNEXPECTED vector %lu, ESR=0x%lx ELR=0x%lx FAR=0x%lx\n", vector, sysreg_read(esr_el1),
             sysreg_read(elr_el1), sysreg_read(far_el1));
    for (;;) {
        cpu_wait();
    }
}
