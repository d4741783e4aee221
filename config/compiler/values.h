/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Typed reading of properties. Each reader prints the diagnostic itself and says whether it has a value;
 * a property that is not there is a silent false, except with values_require().
 */
#ifndef CONFIG_COMPILER_VALUES_H
#define CONFIG_COMPILER_VALUES_H

#include "tree.h"

#include <stddef.h>

/* Error if the property is missing; example is how to write it. */
bool values_require(const struct tree *tree, int node, const char *name, const char *example);

bool values_string(const struct tree *tree, int node, const char *name, const char **value);
/* One of the NULL-terminated choices; *value is its index. */
bool values_choice(const struct tree *tree, int node, const char *name, const char *const *choices, uint32_t *value);
bool values_u32(const struct tree *tree, int node, const char *name, uint32_t *value);
/* Two cells. */
bool values_u64(const struct tree *tree, int node, const char *name, uint64_t *value);

/*
 * All cells, a multiple of `group` and at least one group; meaning describes a group for the message.
 * Returns the number of cells, 0 after an error or if there is no such property; *cells is allocated.
 */
uint32_t values_cells(const struct tree *tree, int node, const char *name, uint32_t group, const char *meaning,
                      uint32_t **cells);

/* The node that a cell of the property refers to, or a negative value after a diagnostic. */
int values_follow(const struct tree *tree, int node, const char *name, uint32_t cell);
/* A property that is one reference. Negative: not there, or an error. */
int values_node(const struct tree *tree, int node, const char *name, const char *example);

/* The property is this string and nothing else. Prints nothing. */
bool values_says(const struct tree *tree, int node, const char *name, const char *text);

/* Nothing but spaces, or nothing at all: no reason for anything. */
bool values_is_blank(const char *text);

/* Looks like a string rather than cells. */
bool values_is_string(const struct tree *tree, int node, const char *name);

static inline uint64_t values_join(const uint32_t *cells)
{
    return (uint64_t)cells[0] << 32 | cells[1];
}

/* A cell as its author wrote it: what has the highest bit set was likely negative. */
static inline long long values_signed(uint32_t cell)
{
    return cell > INT32_MAX ? (long long)cell - (1LL << 32) : (long long)cell;
}

#endif
