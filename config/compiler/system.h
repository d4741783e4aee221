/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the system: the /partitions node with the hypervisor's settings and every partition. */
#ifndef CONFIG_COMPILER_SYSTEM_H
#define CONFIG_COMPILER_SYSTEM_H

#include "model.h"

/* After board_read(). */
void system_read(struct model *model);

#endif
