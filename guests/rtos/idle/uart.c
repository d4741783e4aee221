/* SPDX-License-Identifier: Apache-2.0 */
/* The PL011 as a driver sets it up that reads each register before it writes it: off, format, speed, FIFOs, on. */
#include "guests/rtos/idle/idle.h"

#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"

#define REGISTER(offset) (MACHINE_UART + (offset))
#define UART_DR REGISTER(0x00U)
#define UART_FR REGISTER(0x18U)
#define UART_IBRD REGISTER(0x24U)
#define UART_FBRD REGISTER(0x28U)
#define UART_LCRH REGISTER(0x2cU)
#define UART_CR REGISTER(0x30U)
#define UART_IFLS REGISTER(0x34U)
#define UART_IMSC REGISTER(0x38U)
#define UART_ICR REGISTER(0x44U)
#define UART_DMACR REGISTER(0x48U)
#define FR_RXFE (1U << 4)
#define LCRH_FEN (1U << 4)
#define LCRH_8_BITS (3U << 5)
#define CR_ENABLE 1U
#define CR_SIR 2U
#define CR_TRANSMIT_RECEIVE (3U << 8)
#define CR_FLOW_CONTROL (3U << 14)
#define INT_RECEIVE (1U << 4 | 1U << 6)
#define CLOCK 24000000ULL
#define BAUD 115200ULL

static void change(uint64_t address, uint32_t clear, uint32_t set)
{
    mmio_write32(address, (mmio_read32(address) & ~clear) | set);
}

static void set_speed(void)
{
    uint64_t divisor = (CLOCK << 6) / (BAUD * 16U);

    mmio_write32(UART_IBRD, (uint32_t)(divisor >> 6));
    mmio_write32(UART_FBRD, (uint32_t)(divisor & 0x3fU));
    change(UART_LCRH, 0U, 0U);
}

void idle_uart_init(void)
{
    change(UART_CR, CR_ENABLE, 0U);
    change(UART_LCRH, LCRH_FEN, 0U);
    change(UART_CR, CR_FLOW_CONTROL, 0U);
    set_speed();
    change(UART_LCRH, 0U, LCRH_8_BITS);
    mmio_write32(UART_IFLS, 2U << 3);
    change(UART_LCRH, 0U, LCRH_FEN);
    mmio_write32(UART_IMSC, 0U);
    mmio_write32(UART_ICR, 0x7ffU);
    mmio_write32(UART_DMACR, 0U);
    change(UART_CR, CR_SIR, 0U);
    change(UART_CR, 0U, CR_TRANSMIT_RECEIVE);
    idle_gic_enable(MACHINE_INTID_UART);
    change(UART_CR, 0U, CR_ENABLE);
    change(UART_IMSC, 0U, INT_RECEIVE);
}

bool idle_uart_key(char *key)
{
    if ((mmio_read32(UART_FR) & FR_RXFE) != 0U) {
        return false;
    }
    *key = (char)mmio_read32(UART_DR);
    return true;
}
