/* SPDX-License-Identifier: Apache-2.0 */
/* Which nodes and properties the configuration language has; anything else below /partitions is a mistake. */
#ifndef CONFIG_COMPILER_SCHEMA_H
#define CONFIG_COMPILER_SCHEMA_H

#include "tree.h"

enum schema_kind {
    SCHEMA_PARTITIONS,
    SCHEMA_HYPERVISOR,
    SCHEMA_PARTITION,
    SCHEMA_LINUX,
    SCHEMA_VCPU,
    SCHEMA_TASK,
    SCHEMA_OVERHEADS,
};

/* Errors for unknown properties and child nodes of one node (not of its children). */
void schema_check(const struct tree *tree, int node, enum schema_kind kind);

/* "vcpu<number>": the number; -1 for any other name. */
int schema_vcpu_index(const char *name);

/* Where a property or a node's name that is out of place would have its place, or NULL. */
const char *schema_home(const char *name, bool property);

/* The candidate that `name` is likely to be a misspelling of, or NULL. candidates ends with NULL. */
const char *schema_guess(const char *name, const char *const *candidates);

#endif
