/* SPDX-License-Identifier: Apache-2.0 */
/* Merges the `device-tree` node of a partition, which users write, into the guest's generated tree. */
#ifndef CONFIG_COMPILER_FRAGMENT_H
#define CONFIG_COMPILER_FRAGMENT_H

#include "model.h"

/* Adds to the tree in blob, which has room. Prints what cannot be added. */
void fragment_merge(const struct model *model, const struct partition *partition, void *blob);

#endif
