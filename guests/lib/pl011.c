/* SPDX-License-Identifier: Apache-2.0 */
/* PL011 UART; see pl011.h. The baud rate stays what firmware or the hypervisor chose. */
#include "guests/lib/pl011.h"

#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"

#define PL011_DR (MACHINE_UART + 0x00U)
#define PL011_FR (MACHINE_UART + 0x18U)
#define PL011_LCRH (MACHINE_UART + 0x2cU)
#define PL011_CR (MACHINE_UART + 0x30U)
#define PL011_IMSC (MACHINE_UART + 0x38U)
#define PL011_ICR (MACHINE_UART + 0x44U)

#define PL011_FR_RXFE (1U << 4)
#define PL011_FR_TXFF (1U << 5)
#define PL011_LCRH_FIFO_8_BITS 0x70U
#define PL011_CR_ENABLE 0x301U        /* UART, transmitter, receiver */
#define PL011_INTERRUPT_RECEIVE 0x50U /* level and timeout */
#define PL011_INTERRUPT_ALL 0x7ffU

void pl011_init(void)
{
    mmio_write32(PL011_IMSC, 0U);
    mmio_write32(PL011_LCRH, PL011_LCRH_FIFO_8_BITS);
    mmio_write32(PL011_ICR, PL011_INTERRUPT_ALL);
    mmio_write32(PL011_CR, PL011_CR_ENABLE);
}

bool pl011_put(uint8_t byte)
{
    if ((mmio_read32(PL011_FR) & PL011_FR_TXFF) != 0U) {
        return false;
    }
    mmio_write32(PL011_DR, byte);
    return true;
}

bool pl011_get(uint8_t *byte)
{
    if ((mmio_read32(PL011_FR) & PL011_FR_RXFE) != 0U) {
        return false;
    }
    *byte = (uint8_t)mmio_read32(PL011_DR);
    return true;
}

void pl011_listen(void)
{
    mmio_write32(PL011_IMSC, PL011_INTERRUPT_RECEIVE);
}

void pl011_silence(void)
{
    mmio_write32(PL011_IMSC, 0U);
}
