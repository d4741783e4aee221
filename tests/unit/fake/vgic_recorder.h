/* SPDX-License-Identifier: Apache-2.0 */
/* See vgic_recorder.c: for tests of who calls the virtual GIC, when, and with which locks. */
#ifndef TESTS_UNIT_FAKE_VGIC_RECORDER_H
#define TESTS_UNIT_FAKE_VGIC_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

/* What guest reads of the distributor and of the redistributors return. */
extern uint64_t fake_vgic_value;
/* What vgic_listed() returns. */
extern bool fake_vgic_listed;

/* Steps of a reset. */
#define FAKE_VGIC_RESETS 3U

void fake_vgic_reset(void);
/* The level of the interrupt line that was told last, or -1. */
int fake_vgic_line(uint32_t intid);

#endif
