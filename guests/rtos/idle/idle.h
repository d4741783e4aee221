/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of rtos-idle: an image that starts, drives its machine and idles as Zephyr's for qemu_cortex_a53 does. */
#ifndef GUESTS_RTOS_IDLE_IDLE_H
#define GUESTS_RTOS_IDLE_IDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "guests/rtos/rtos.h"

/* False: no redistributor is this core's. */
bool idle_gic_init(void);
void idle_gic_enable(uint32_t intid);

void idle_uart_init(void);
/* The UART's interrupt: true, and a key, if one was typed. */
bool idle_uart_key(char *key);

/* Identity map of the first two GiB, MMU and caches on. */
void idle_mmu_on(void);

#endif
