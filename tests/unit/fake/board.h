/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system that unit tests run EL2 code in: four cores, three partitions.
 *
 *   core 0   safety.0                  restarted after a fault; console 0; interrupts 40 (edge), 41, line 33
 *   core 1   ivi.0, then aux.0         service core; ivi is stopped after a fault; console 1; interrupt 50 as 45
 *   core 2   ivi.1                     aux has no console
 *   core 3   ivi.2
 *
 * The configuration is constant for the code under test; a test may change it before it calls any, through the
 * writable names below.
 */
#ifndef TESTS_UNIT_FAKE_BOARD_H
#define TESTS_UNIT_FAKE_BOARD_H

#include "partitions/state.h"

#define CORES 4U
#define SAFETY 0U
#define IVI 1U
#define AUX 2U
#define UART_INTID 37U
#define SERVICE_CORE 1U

extern struct board_config fake_board_config __asm__("board_config");
extern struct core_config fake_core_configs[CORES] __asm__("core_configs");
extern struct partition_config fake_partition_configs[3] __asm__("partition_configs");
extern uint32_t fake_core_count __asm__("core_count");
extern uint32_t fake_route_count __asm__("route_count");
extern uint32_t fake_vuart_count __asm__("vuart_count");

extern struct core_state fake_cores[CORES];
extern struct partition_state fake_partitions[3];
extern struct vuart_state fake_vuarts[2];

/*
 * The machine (machine.h) reset, every core online, every partition running with vCPU 0 of each, where it is first
 * on its core, loaded. The calling core is core 0.
 */
void fake_board_reset(void);

/* The code under test runs on this core from now on. */
void fake_be_core(uint32_t core);

struct vcpu_state *fake_vcpu(uint32_t partition, uint32_t index);
/* Puts a vCPU on its core, as partitions/run.c would have, and is that core. */
struct vcpu_state *fake_be_vcpu(uint32_t partition, uint32_t index);

/* Posts of `kind` that the calling core has sent to `core` since fake_board_reset(). */
uint32_t fake_posts(uint32_t core, enum post_kind kind);
void fake_posts_reset(void);
void fake_count_post(uint64_t target, uint32_t kind);

/* Events the calling core has left since fake_board_reset(); the n-th of them. */
uint64_t fake_events(void);
const struct bulkhead_trace *fake_event(uint64_t n);

#endif
