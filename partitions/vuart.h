/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual PL011 of a partition: what the guest writes goes into a bounded ring that the service core drains to
 * the physical console; what is typed comes from there. No access ever waits: a full ring shows in
 * FR.TXFF, and a character written all the same is dropped and counted.
 * Register model: Arm DDI 0183G (PrimeCell UART PL011).
 */
#ifndef PARTITIONS_VUART_H
#define PARTITIONS_VUART_H

#include "lib/types.h"

#define VUART_TX_SIZE 4096U /* bytes, power of two */
#define VUART_RX_SIZE 256U

struct vcpu_state;

/* Registers from UARTILPR (0x020) to UARTDMACR (0x048), a word each: those of which one has to know which it is. */
#define VUART_LCR_H 3U
#define VUART_CR 4U
#define VUART_IFLS 5U
#define VUART_IMSC 6U
#define VUART_RIS 7U
#define VUART_REGISTERS 11U

struct vuart_registers {
    uint32_t word[VUART_REGISTERS];
};

struct vuart_state {
    /* Producer: the partition, under its lock. Consumer: the service core. */
    uint32_t tx_head; /* written by the producer */
    uint32_t tx_tail; /* written by the consumer */
    uint32_t dropped; /* characters, since boot */
    uint32_t told;    /* of these, by the consumer: that they were lost was said */
    bool starved; /* more than half full after the last character; the interrupt comes when it has drained to half */
    bool line;    /* the interrupt line, as the virtual GIC knows it */
    uint8_t tx[VUART_TX_SIZE];
    /* Producer: the service core. Consumer: the partition, under its lock. */
    uint32_t rx_head;
    uint32_t rx_tail;
    uint32_t rx_lost;           /* by the producer: characters that did not fit, since boot */
    uint32_t overrun;           /* by the producer: what the next character that fits has to say of them */
    uint32_t lost_seen;         /* by the consumer: rx_lost as it shows in the registers */
    uint16_t rx[VUART_RX_SIZE]; /* as UARTDR has them */
    /* Registers, under the partition's lock. */
    uint32_t rsr;
    struct vuart_registers registers;
};

/* Power-on state, when the partition is loaded. What was written and not yet drained still comes out. */
void vuart_reset(struct vuart_state *vuart);

/* Guest accesses to the register at `offset`, in the window of 4 KiB. They take the partition's lock. [current] */
void vuart_read(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu);
void vuart_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t value);

/* Something was typed or drained: brings the interrupt line up to date. [current] */
void vuart_update(struct vcpu_state *vcpu);

/* Service core: the oldest character not yet drained. */
bool vuart_peek_output(const struct vuart_state *vuart, uint8_t *byte);
/* Service core: takes it away. True if the guest may be waiting for room: post to it, so that it calls vuart_update(). */
bool vuart_drop_output(struct vuart_state *vuart);
/* Service core: something was dropped that it has not asked for. */
static inline bool vuart_has_lost(const struct vuart_state *vuart)
{
    return __atomic_load_n(&vuart->dropped, __ATOMIC_RELAXED) != vuart->told;
}

/*
 * Service core: characters dropped since it last asked; 0 unless the ring has run empty or once around, so that no flood
 * is announced more often than that.
 */
uint32_t vuart_take_lost(struct vuart_state *vuart);
/* Service core: a character for the guest; lost if the guest does not read, which it can see. */
void vuart_type(struct vuart_state *vuart, uint8_t byte);

#endif
