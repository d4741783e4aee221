/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL011 as the console (Arm DDI 0183G). The baud rate is the firmware's.
 * @implements REQ-CONSOLE-001
 */
#include "arch/arm64/mmio.h"
#include "arch/arm64/uart.h"
#include "lib/config.h"

#define UARTDR 0x000U
#define UARTFR 0x018U
#define UARTLCR_H 0x02cU
#define UARTCR 0x030U
#define UARTIFLS 0x034U
#define UARTIMSC 0x038U
#define UARTICR 0x044U

#define FR_RXFE (1U << 4)
#define FR_TXFF (1U << 5)
#define LCR_H_8BIT_FIFO 0x70U
#define CR_ON 0x301U
#define INT_RX ((1U << 4) | (1U << 6)) /* receive, and receive timeout */
#define INT_TX (1U << 5)
#define PATIENCE 100000U /* polls for room: some milliseconds, several times what one character takes */

/* Ran out of patience once: from then on nothing is waited for, so a dead UART does not delay what comes after. */
static bool dead;

static uint64_t uart(uint32_t offset)
{
    return board_config.uart.value + offset;
}

void uart_init(void)
{
    mmio_write32(uart(UARTIMSC), 0U);
    mmio_write32(uart(UARTICR), 0x7ffU);
    mmio_write32(uart(UARTLCR_H), LCR_H_8BIT_FIFO);
    mmio_write32(uart(UARTIFLS), 0U);
    mmio_write32(uart(UARTCR), CR_ON);
}

bool uart_can_put(void)
{
    return (mmio_read32(uart(UARTFR)) & FR_TXFF) == 0U;
}

void uart_put(uint8_t byte)
{
    mmio_write32(uart(UARTDR), byte);
}

void uart_put_wait(uint8_t byte)
{
    if (dead) {
        return;
    }
    for (uint32_t n = 0U; n < PATIENCE; n++) {
        if (uart_can_put()) {
            uart_put(byte);
            return;
        }
    }
    dead = true;
}

bool uart_get(uint8_t *byte)
{
    if ((mmio_read32(uart(UARTFR)) & FR_RXFE) != 0U) {
        return false;
    }
    *byte = (uint8_t)mmio_read32(uart(UARTDR));
    return true;
}

void uart_interrupts(bool transmit)
{
    mmio_write32(uart(UARTIMSC), transmit ? INT_RX | INT_TX : INT_RX);
}

void uart_clear_interrupts(void)
{
    mmio_write32(uart(UARTICR), INT_RX | INT_TX);
}
