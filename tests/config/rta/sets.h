/* SPDX-License-Identifier: Apache-2.0 */
/* Random systems, the bounds that the analysis gives for them, and ways to run them. */
#ifndef TESTS_CONFIG_RTA_SETS_H
#define TESTS_CONFIG_RTA_SETS_H

#include "world.h"

#define RUN_END 16000

/* `flat`: tasks on a core of their own; else up to three servers. */
void sets_make(struct world *world, bool flat);
void sets_analyse(struct world *world);

/* Phases at random; or built so that what is bad for the tasks of one server comes together. */
void sets_at_random(struct world *world);
void sets_at_worst(struct world *world);

#endif
