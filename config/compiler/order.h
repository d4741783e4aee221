/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which cores are numbered and started. */
#ifndef CONFIG_COMPILER_ORDER_H
#define CONFIG_COMPILER_ORDER_H

#include "model.h"

/*
 * Fills model->order and core->number: the boot core first, then by the most urgent vCPU. Error if there are too
 * many cores or the service core is not among them; chooses the least urgent one if none is named. After
 * check_cores().
 */
void order_cores(struct model *model);

#endif
