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

struct vuart_state {
    /* Producer: the partition, under its lock. Consumer: the service core. */
    uint32_t tx_head; /* written by the producer */
    uint32_t tx_tail; /* written by the consumer */
    uint32_t dropped;
    uint8_t tx[VUART_TX_SIZE];
    /* Producer: the service core. Consumer: the partition, under its lock. */
    uint32_t rx_head;
    uint32_t rx_tail;
    uint8_t rx[VUART_RX_SIZE];
    /* Registers, under the partition's lock. */
    uint32_t cr;
    uint32_t lcrh;
    uint32_t ibrd;
    uint32_t fbrd;
    uint32_t ifls;
    uint32_t imsc;
    uint32_t ris;
};

#endif
