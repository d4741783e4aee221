/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual PL011: registers of Arm DDI 0183G, chapter 3, over two rings.
 * @implements REQ-VUART-001
 * @implements REQ-VUART-002
 * @implements REQ-VUART-003
 */
#include "partitions/vuart.h"
#include "arch/arm64/core.h"
#include "partitions/state.h"

#define UARTDR 0x000U
#define UARTFR 0x018U
#define UARTIBRD 0x024U
#define UARTFBRD 0x028U
#define UARTLCR_H 0x02cU
#define UARTCR 0x030U
#define UARTIFLS 0x034U
#define UARTIMSC 0x038U
#define UARTRIS 0x03cU
#define UARTMIS 0x040U
#define UARTICR 0x044U
#define UARTPERIPHID0 0xfe0U

#define FR_RXFE (1U << 4)
#define FR_TXFF (1U << 5)
#define FR_TXFE (1U << 7)
#define INT_RX (1U << 4)
#define INT_TX (1U << 5)
#define INT_RT (1U << 6)
#define INT_ALL 0x7ffU
#define CR_RESET 0x300U
#define IFLS_RESET 0x12U
#define VUART_INTID 33U

/* PeriphID0-3 and PCellID0-3 of a PL011 r1p5 (3.3.18 and 3.3.19). */
static const uint8_t identity[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

static uint32_t tx_used(const struct vuart_state *vuart)
{
    return vuart->tx_head - __atomic_load_n(&vuart->tx_tail, __ATOMIC_ACQUIRE);
}

void vuart_reset(struct vuart_state *vuart)
{
    vuart->cr = CR_RESET;
    vuart->ifls = IFLS_RESET;
    vuart->lcrh = 0U;
    vuart->ibrd = 0U;
    vuart->fbrd = 0U;
    vuart->imsc = 0U;
    vuart->starved = tx_used(vuart) > VUART_TX_SIZE / 2U;
    vuart->ris = vuart->starved ? 0U : INT_TX;
    vuart->rx_tail = __atomic_load_n(&vuart->rx_head, __ATOMIC_ACQUIRE);
}

static bool rx_empty(const struct vuart_state *vuart)
{
    return vuart->rx_tail == __atomic_load_n(&vuart->rx_head, __ATOMIC_ACQUIRE);
}

/*
 * Interrupts asked for and there: receive while there is something to read; transmit after a character that left half of
 * the ring empty, and again when a ring that was fuller has drained so far. Drivers rely on the room: Linux writes half a
 * FIFO for each without looking at FR.
 */
static uint32_t masked(struct vuart_state *vuart)
{
    if (vuart->starved && tx_used(vuart) <= VUART_TX_SIZE / 2U) {
        vuart->starved = false;
        vuart->ris |= INT_TX;
    }
    if (rx_empty(vuart)) {
        vuart->ris &= ~(INT_RX | INT_RT);
    } else {
        vuart->ris |= INT_RX | INT_RT;
    }
    return vuart->ris & vuart->imsc;
}

static uint32_t flags(const struct vuart_state *vuart)
{
    uint32_t used = tx_used(vuart);
    uint32_t value = rx_empty(vuart) ? FR_RXFE : 0U;

    value |= used >= VUART_TX_SIZE ? FR_TXFF : 0U;
    value |= used == 0U ? FR_TXFE : 0U;
    return value;
}

static uint32_t take_typed(struct vuart_state *vuart)
{
    uint8_t byte;

    if (rx_empty(vuart)) {
        return 0U;
    }
    byte = vuart->rx[vuart->rx_tail % VUART_RX_SIZE];
    __atomic_store_n(&vuart->rx_tail, vuart->rx_tail + 1U, __ATOMIC_RELEASE);
    return byte;
}

/*
 * Never waits: what does not fit is dropped and counted. True if the service core has to be told: it had taken all that
 * was there before this character. The fences pair: either it sees the new head, or we see its tail. So a ring that is
 * more than half full here is seen by vuart_drop_output() when it comes down to half.
 */
static bool put(struct vuart_state *vuart, uint8_t byte)
{
    uint32_t head = vuart->tx_head;
    uint32_t used = tx_used(vuart);

    if (used >= VUART_TX_SIZE) {
        __atomic_store_n(&vuart->dropped, vuart->dropped + 1U, __ATOMIC_RELAXED);
        return false;
    }
    vuart->tx[head % VUART_TX_SIZE] = byte;
    __atomic_store_n(&vuart->tx_head, head + 1U, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    used = tx_used(vuart);
    vuart->starved = used > VUART_TX_SIZE / 2U;
    vuart->ris = vuart->starved ? vuart->ris & ~INT_TX : vuart->ris | INT_TX;
    return used == 1U;
}

static uint32_t read_register(struct vuart_state *vuart, uint64_t offset)
{
    switch (offset) {
    case UARTDR:
        return take_typed(vuart);
    case UARTFR:
        return flags(vuart);
    case UARTIBRD:
        return vuart->ibrd;
    case UARTFBRD:
        return vuart->fbrd;
    case UARTLCR_H:
        return vuart->lcrh;
    case UARTCR:
        return vuart->cr;
    case UARTIFLS:
        return vuart->ifls;
    case UARTIMSC:
        return vuart->imsc;
    case UARTRIS:
        (void)masked(vuart);
        return vuart->ris;
    case UARTMIS:
        return masked(vuart);
    default:
        return offset >= UARTPERIPHID0 && (offset & 3U) == 0U ? identity[(offset - UARTPERIPHID0) / 4U] : 0U;
    }
}

/* True if characters are waiting that were not before. */
static bool write_register(struct vuart_state *vuart, uint64_t offset, uint32_t value)
{
    switch (offset) {
    case UARTDR:
        return put(vuart, (uint8_t)value);
    case UARTIBRD:
        vuart->ibrd = value & 0xffffU;
        break;
    case UARTFBRD:
        vuart->fbrd = value & 0x3fU;
        break;
    case UARTLCR_H:
        vuart->lcrh = value & 0xffU;
        break;
    case UARTCR:
        vuart->cr = value & 0xff87U;
        break;
    case UARTIFLS:
        vuart->ifls = value & 0x3fU;
        break;
    case UARTIMSC:
        vuart->imsc = value & INT_ALL;
        break;
    case UARTICR:
        vuart->ris &= ~value;
        break;
    default:
        break;
    }
    return false;
}

/* The line follows the registers, under the same lock. [lock] */
static uint32_t follow(struct vcpu_state *vcpu)
{
    return vgic_line(vcpu, VUART_INTID, masked(vcpu->config->partition->vuart) != 0U);
}

void vuart_read(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu)
{
    vgic_enter(vcpu);
    *value = read_register(vcpu->config->partition->vuart, offset & 0xfffU);
    vgic_leave(vcpu, offset == UARTDR ? follow(vcpu) : 0U);
}

void vuart_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t value)
{
    bool spoke;

    vgic_enter(vcpu);
    spoke = write_register(vcpu->config->partition->vuart, offset & 0xfffU, value);
    vgic_leave(vcpu, follow(vcpu));
    if (spoke) {
        core_post(board_config.service_core, POST_CONSOLE);
    }
}

void vuart_update(struct vcpu_state *vcpu)
{
    if (vcpu->config->partition->vuart == NULL) {
        return;
    }
    vgic_enter(vcpu);
    vgic_leave(vcpu, follow(vcpu));
}

bool vuart_peek_output(const struct vuart_state *vuart, uint8_t *byte)
{
    if (vuart->tx_tail == __atomic_load_n(&vuart->tx_head, __ATOMIC_ACQUIRE)) {
        return false;
    }
    *byte = vuart->tx[vuart->tx_tail % VUART_TX_SIZE];
    return true;
}

bool vuart_drop_output(struct vuart_state *vuart)
{
    uint32_t tail = vuart->tx_tail + 1U;

    __atomic_store_n(&vuart->tx_tail, tail, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_load_n(&vuart->tx_head, __ATOMIC_ACQUIRE) - tail == VUART_TX_SIZE / 2U;
}

uint32_t vuart_take_lost(struct vuart_state *vuart)
{
    uint32_t tail = vuart->tx_tail;
    uint32_t dropped = __atomic_load_n(&vuart->dropped, __ATOMIC_RELAXED);
    uint32_t lost = dropped - vuart->told;

    if (lost == 0U || (tail % VUART_TX_SIZE != 0U && tail != __atomic_load_n(&vuart->tx_head, __ATOMIC_ACQUIRE))) {
        return 0U;
    }
    vuart->told = dropped;
    return lost;
}

void vuart_type(struct vuart_state *vuart, uint8_t byte)
{
    if (vuart->rx_head - __atomic_load_n(&vuart->rx_tail, __ATOMIC_ACQUIRE) >= VUART_RX_SIZE) {
        return;
    }
    vuart->rx[vuart->rx_head % VUART_RX_SIZE] = byte;
    __atomic_store_n(&vuart->rx_head, vuart->rx_head + 1U, __ATOMIC_RELEASE);
}
