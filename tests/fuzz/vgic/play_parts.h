/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of play.c ask of each other. Each does the same on the virtual GIC and on the model. */
#ifndef TESTS_FUZZ_VGIC_PLAY_PARTS_H
#define TESTS_FUZZ_VGIC_PLAY_PARTS_H

#include "tests/fuzz/vgic/machine.h"
#include "tests/fuzz/vgic/play.h"
#include "tests/fuzz/vgic/reference.h"

/* Cores that did what they had to since the last compare_step(). */
extern uint32_t play_drained;

/* play.c */
void play_touch_all(void);
void play_settle(void); /* and checks what must be so then */
uint32_t play_acknowledge(uint32_t n);
void play_end(uint32_t n);
void play_deactivate(uint32_t n, uint32_t intid);
void play_set_physical(const struct interrupt_config *config, bool level);
void play_set_timer(uint32_t n, bool level);
void play_set_mask(uint32_t n, uint32_t value);
void play_set_group(uint32_t n, uint32_t group, bool on);
void play_read_at(uint32_t n, enum ref_frame frame, uint64_t offset, uint32_t size);

/* play_life.c */
void play_open_interface(uint32_t n);
void play_load(uint32_t n);
void play_put(uint32_t n);
void play_power_on(uint32_t n);
void play_power_off(uint32_t n);
void play_reset_reference(uint32_t vcpus);
void play_turn_on(uint32_t which); /* vCPU 0, and those whose bit is set */
void play_restart(const struct op *op);

/* play_rest.c */
void play_check_rest(void);
void play_audit(uint32_t n);
void play_quiesce(void);

#endif
