/* SPDX-License-Identifier: Apache-2.0 */
/* The second vCPU: answers SGIs and switches itself off when told. */
#ifndef GUESTS_PROBE_SECOND_H
#define GUESTS_PROBE_SECOND_H

#include <stdbool.h>
#include <stdint.h>

#define SECOND_MPIDR 1U
#define SECOND_CPU 1U
#define SGI_PING 1U  /* to vCPU 1, which answers with SGI_PONG */
#define SGI_PONG 2U  /* to vCPU 0 */
#define SGI_LEAVE 3U /* to vCPU 1: CPU_OFF */

/* What vCPU 1 found about itself, once second_started counts. */
struct second_report {
    volatile uint32_t started; /* times it has started since this image did */
    volatile uint64_t argument;
    volatile uint64_t mpidr;
    volatile uint64_t pfr0;
    /* Registers that it fills before it leaves, as it found them. */
    volatile uint64_t cntp_control;
    volatile uint64_t cntp_compare;
    volatile uint64_t thread;
    volatile uint64_t breakpoint;
    volatile uint64_t os_lock;
};
extern struct second_report second;

/* CPU_ON with this argument; PSCI's result. */
int64_t second_on(uint64_t argument);
/* Starts it so that it counts second.started, and switches itself off at once. */
int64_t second_on_briefly(void);
/* Starts it unless it runs. True when it runs. */
bool second_ensure(void);
/* Waits until PSCI calls it off, for a generous time. */
bool second_is_off(void);
/* Tells it to leave and waits until PSCI calls it off. */
bool second_leave(void);

#endif
