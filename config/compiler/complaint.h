/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What dtc found in the tree (the driver hands it down, in our words): shown where the property stands as it was last
 * set, which dtc does not say, and kept, so that nothing which only follows from it is reported as well.
 */
#ifndef CONFIG_COMPILER_COMPLAINT_H
#define CONFIG_COMPILER_COMPLAINT_H

#include "tree.h"

/* `file` has a line for each: path, property, file, line, text, other path and note, with tabs between. */
void complaint_read(const struct tree *tree, const char *file);

#endif
