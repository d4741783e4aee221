/* SPDX-License-Identifier: Apache-2.0 */
/* See gic_recorder.c: for tests of what EL2 tells the interrupt controller. */
#ifndef TESTS_UNIT_FAKE_GIC_RECORDER_H
#define TESTS_UNIT_FAKE_GIC_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#define FAKE_GIC_PENDING 32U

void fake_gic_reset(void);
/* This interrupt will be acknowledged next, after those raised before it. */
void fake_gic_raise(uint32_t intid);
/* What gic_init_core() returns. */
extern bool fake_gic_wakes;

#endif
