/* SPDX-License-Identifier: Apache-2.0 */
/* What a partition's `device-tree` node says of the guest must be so. */
#ifndef CONFIG_COMPILER_FRAGMENT_CHECK_H
#define CONFIG_COMPILER_FRAGMENT_CHECK_H

#include "model.h"

/* The guest's tree as it was generated, and with what the user adds. Prints what is not so. */
void fragment_check(const struct model *model, const struct partition *partition, const void *before,
                    const void *after);

#endif
