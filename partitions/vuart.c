/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual PL011: registers of Arm DDI 0183G, chapter 3, over two rings. docs/uart.md says what a guest sees.
 * @implements REQ-VUART-001
 * @implements REQ-VUART-002
 * @implements REQ-VUART-003
 * @implements REQ-VUART-004
 * @implements REQ-VUART-005
 */
#include "partitions/vuart.h"
#include "arch/arm64/core.h"
#include "partitions/state.h"

#define UARTDR 0x000U
#define UARTRSR 0x004U
#define UARTFR 0x018U
#define UARTILPR 0x020U
#define UARTRIS 0x03cU
#define UARTMIS 0x040U
#define UARTICR 0x044U
#define UARTPERIPHID0 0xfe0U

#define FR_CONNECTED 0x7U /* CTS, DSR, DCD: somebody is always there */
#define FR_RXFE (1U << 4)
#define FR_TXFF (1U << 5)
#define FR_RXFF (1U << 6)
#define FR_TXFE (1U << 7)
#define DR_OE (1U << 11)
#define RSR_OE (1U << 3)
#define LCR_H_FEN (1U << 4)
#define INT_RX (1U << 4)
#define INT_TX (1U << 5)
#define INT_RT (1U << 6)
#define INT_OE (1U << 10)
#define CR_RESET 0x300U
#define IFLS_RESET 0x12U
#define RX_FIFO 32U /* characters a guest's FIFO of a PL011 r1p5 holds, where it is enabled */
#define TX_LEVEL (VUART_TX_SIZE / 2U)
#define VUART_INTID 33U

/* PeriphID0-3 and PCellID0-3 of a PL011 r1p5 (3.3.18 and 3.3.19). */
static const uint8_t identity[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

/* What can be written of ILPR, IBRD, FBRD, LCR_H, CR, IFLS, IMSC, RIS, MIS, ICR and DMACR. */
static const uint16_t writable[VUART_REGISTERS] = {0xff, 0xffff, 0x3f, 0xff, 0xff07, 0x3f, 0x7ff, 0, 0, 0, 0x7};

/* Of RXIFLSEL (3.3.9): 1/8, 1/4, 1/2, 3/4, 7/8 of the FIFO. */
static const uint8_t rx_levels[] = {4, 8, 16, 24, 28, 28, 28, 28};

static uint32_t tx_used(const struct vuart_state *vuart)
{
    return vuart->tx_head - __atomic_load_n(&vuart->tx_tail, __ATOMIC_ACQUIRE);
}

static uint32_t rx_used(const struct vuart_state *vuart)
{
    return __atomic_load_n(&vuart->rx_head, __ATOMIC_ACQUIRE) - vuart->rx_tail;
}

void vuart_reset(struct vuart_state *vuart)
{
    vuart->registers = (struct vuart_registers){.word = {[VUART_CR] = CR_RESET, [VUART_IFLS] = IFLS_RESET}};
    vuart->starved = tx_used(vuart) > TX_LEVEL;
    vuart->rsr = 0U;
    vuart->line = false;
    vuart->lost_seen = __atomic_load_n(&vuart->rx_lost, __ATOMIC_RELAXED);
    vuart->rx_tail = __atomic_load_n(&vuart->rx_head, __ATOMIC_ACQUIRE);
}

/*
 * Raw interrupt status. Receive follows what there is to read: the next character of a line without a speed comes, and the
 * timeout passes, at once. Transmit comes after a character that left half of the ring empty, and again when a ring that was
 * fuller has drained so far. Drivers rely on the room: Linux writes half a FIFO for each without looking at FR.
 */
static uint32_t raw_status(struct vuart_state *vuart)
{
    uint32_t fifo = vuart->registers.word[VUART_LCR_H] & LCR_H_FEN;
    uint32_t level = fifo != 0U ? rx_levels[vuart->registers.word[VUART_IFLS] >> 3] : 1U;
    uint32_t lost = __atomic_load_n(&vuart->rx_lost, __ATOMIC_RELAXED);
    uint32_t status = vuart->registers.word[VUART_RIS] & ~(INT_RX | INT_RT);
    uint32_t used = rx_used(vuart);

    status |= used != 0U ? INT_RT : 0U;
    status |= used >= level ? INT_RX : 0U;
    if (vuart->starved && tx_used(vuart) <= TX_LEVEL) {
        vuart->starved = false;
        status |= INT_TX;
    }
    if (lost != vuart->lost_seen) {
        vuart->lost_seen = lost;
        vuart->rsr = RSR_OE;
        status |= INT_OE;
    }
    vuart->registers.word[VUART_RIS] = status;
    return status;
}

/* No lock: each of the four counters has one writer at a time, and what is said was so when it was looked at. */
static uint32_t flags(const struct vuart_state *vuart)
{
    uint32_t sent = tx_used(vuart);
    uint32_t typed = rx_used(vuart);
    uint32_t fifo = (vuart->registers.word[VUART_LCR_H] & LCR_H_FEN) != 0U ? RX_FIFO : 1U;
    uint32_t value = FR_CONNECTED;

    value |= typed == 0U ? FR_RXFE : 0U;
    value |= typed >= fifo ? FR_RXFF : 0U;
    value |= sent == 0U ? FR_TXFE : 0U;
    return value | (sent >= VUART_TX_SIZE ? FR_TXFF : 0U);
}

static uint32_t take_typed(struct vuart_state *vuart)
{
    uint32_t character;

    if (rx_used(vuart) == 0U) {
        return 0U;
    }
    character = vuart->rx[vuart->rx_tail % VUART_RX_SIZE];
    __atomic_store_n(&vuart->rx_tail, vuart->rx_tail + 1U, __ATOMIC_RELEASE);
    return character;
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
    uint32_t status = vuart->registers.word[VUART_RIS];

    if (used >= VUART_TX_SIZE) {
        __atomic_store_n(&vuart->dropped, vuart->dropped + 1U, __ATOMIC_RELAXED);
        return false;
    }
    vuart->tx[head % VUART_TX_SIZE] = byte;
    __atomic_store_n(&vuart->tx_head, head + 1U, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    used = tx_used(vuart);
    vuart->starved = used > TX_LEVEL;
    vuart->registers.word[VUART_RIS] = used > TX_LEVEL ? status & ~INT_TX : status | INT_TX;
    return used == 1U;
}

static uint32_t read_register(struct vuart_state *vuart, uint32_t offset)
{
    uint32_t n = (offset - UARTILPR) / 4U;

    switch (offset) {
    case UARTDR:
        return take_typed(vuart);
    case UARTRSR:
        (void)raw_status(vuart);
        return vuart->rsr;
    case UARTRIS:
        return raw_status(vuart);
    case UARTMIS:
        return raw_status(vuart) & vuart->registers.word[VUART_IMSC];
    default:
        break;
    }
    if (offset >= UARTPERIPHID0) {
        return identity[(offset - UARTPERIPHID0) / 4U];
    }
    return n < VUART_REGISTERS ? vuart->registers.word[n] : 0U;
}

/* All but DR. */
static void write_register(struct vuart_state *vuart, uint64_t offset, uint32_t value)
{
    uint64_t n = (offset - UARTILPR) / 4U;

    if (offset == UARTRSR) {
        (void)raw_status(vuart);
        vuart->rsr = 0U;
    } else if (offset == UARTICR) {
        vuart->registers.word[VUART_RIS] &= ~value;
    } else if (n < VUART_REGISTERS && writable[n] != 0U && (offset & 3U) == 0U) {
        vuart->registers.word[n] = value & writable[n];
    } else {
        /* Read-only, nothing, or not where a register begins. */
    }
}

static bool asserted(const struct vuart_state *vuart, uint32_t status)
{
    return (status & vuart->registers.word[VUART_IMSC]) != 0U;
}

/* The line follows the registers, under the same lock; the virtual GIC is told of a change alone. [lock] */
static uint32_t follow(struct vcpu_state *vcpu, struct vuart_state *vuart, uint32_t status)
{
    bool level = asserted(vuart, status);

    if (level == vuart->line) {
        return 0U;
    }
    vuart->line = level;
    return vgic_line(vcpu, VUART_INTID, level);
}

/*
 * A register other than FR; of these, only taking a character changes the line. The bus has 32 bits: the bytes of a register
 * that an access asks for are in their lanes.
 */
static __attribute__((noinline)) void read_slowly(uint64_t *value, uint32_t offset, struct vcpu_state *vcpu,
                                                  struct vuart_state *vuart)
{
    vgic_enter(vcpu);
    *value = read_register(vuart, offset & 0xffcU) >> (offset & 3U) * 8U;
    vgic_leave(vcpu, offset - UARTDR < 4U ? follow(vcpu, vuart, raw_status(vuart)) : 0U);
}

void vuart_read(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu)
{
    struct vuart_state *vuart = vcpu->config->partition->vuart;

    if (offset == UARTFR) {
        *value = flags(vuart);
        return;
    }
    read_slowly(value, (uint32_t)offset, vcpu, vuart);
}

static __attribute__((noinline)) void write_slowly(struct vcpu_state *vcpu, struct vuart_state *vuart, uint64_t offset,
                                                   uint32_t value)
{
    vgic_enter(vcpu);
    write_register(vuart, offset, value);
    vgic_leave(vcpu, follow(vcpu, vuart, raw_status(vuart)));
}

/* After a character that changes the line, or that the service core has to be told of. Gives the lock back. [lock] */
static __attribute__((noinline)) void finish_write(struct vcpu_state *vcpu, struct vuart_state *vuart, bool spoke)
{
    vgic_leave(vcpu, follow(vcpu, vuart, vuart->registers.word[VUART_RIS]));
    if (spoke) {
        core_post(board_config.service_core, POST_CONSOLE);
    }
}

/* Most accesses of a guest that prints are characters: they take neither a frame nor, mostly, a look at the interrupts. */
void vuart_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t value)
{
    struct vuart_state *vuart = vcpu->config->partition->vuart;
    bool spoke;

    if (offset != UARTDR) {
        write_slowly(vcpu, vuart, offset, value);
        return;
    }
    ticket_acquire(&vcpu->partition->lock);
    spoke = put(vuart, (uint8_t)value);
    if (spoke || asserted(vuart, vuart->registers.word[VUART_RIS]) != vuart->line) {
        finish_write(vcpu, vuart, spoke);
    } else {
        ticket_release(&vcpu->partition->lock);
    }
}

void vuart_update(struct vcpu_state *vcpu)
{
    struct vuart_state *vuart = vcpu->config->partition->vuart;

    if (vuart == NULL) {
        return;
    }
    vgic_enter(vcpu);
    vgic_leave(vcpu, follow(vcpu, vuart, raw_status(vuart)));
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
    return __atomic_load_n(&vuart->tx_head, __ATOMIC_ACQUIRE) - tail == TX_LEVEL;
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

/* An overrun goes with the next character that is taken (2.4.3). */
void vuart_type(struct vuart_state *vuart, uint8_t byte)
{
    uint32_t head = vuart->rx_head;

    if (head - __atomic_load_n(&vuart->rx_tail, __ATOMIC_ACQUIRE) >= VUART_RX_SIZE) {
        vuart->overrun = DR_OE;
        __atomic_store_n(&vuart->rx_lost, vuart->rx_lost + 1U, __ATOMIC_RELAXED);
        return;
    }
    vuart->rx[head % VUART_RX_SIZE] = (uint16_t)(byte | vuart->overrun);
    vuart->overrun = 0U;
    __atomic_store_n(&vuart->rx_head, head + 1U, __ATOMIC_RELEASE);
}
