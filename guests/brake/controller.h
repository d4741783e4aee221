/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The brake-pressure controller: a fixed-point PI controller that holds a synthetic wheel at a demanded speed.
 *
 * Everything, the wheel included, is computed from the number of steps taken, so its state after n steps is the
 * same on every machine and in every run; the digest over all outputs tells it from any other. Pure logic.
 */
#ifndef GUESTS_BRAKE_CONTROLLER_H
#define GUESTS_BRAKE_CONTROLLER_H

#include <stdint.h>

struct controller {
    uint32_t step;    /* steps taken */
    int32_t speed;    /* of the wheel, mm/s */
    int32_t integral; /* of the speed error, mm/s x steps */
    int32_t pressure; /* output, mbar */
    uint32_t digest;  /* over speed and pressure of every step */
};

void controller_init(struct controller *controller);
void controller_step(struct controller *controller);

#endif
