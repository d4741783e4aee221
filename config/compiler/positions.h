/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where each node and property of the configuration stands in the user's source.
 *
 * Read from what `dtc -O dts -T -T` prints: the whole tree with comments that give file, line and column of
 * every item. Its columns count characters of the preprocessor's output; a column is handed on only after it
 * has been found again in the source line itself.
 */
#ifndef CONFIG_COMPILER_POSITIONS_H
#define CONFIG_COMPILER_POSITIONS_H

#include "diag.h"

#include <stdbool.h>

struct positions;

/* NULL if the file cannot be read. */
struct positions *positions_load(const char *path);

/*
 * Position of a property, or of the node itself if property is NULL: the first place where it is opened.
 * What has no position of its own gets that of the closest thing around it.
 */
struct position positions_find(struct positions *positions, const char *node_path, const char *property);

#endif
