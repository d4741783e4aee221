/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of a flattened tree, read once: libfdt finds a parent or a next sibling by walking the tree from its
 * start, and who asks for each node in turn then takes a time that grows with the square of the tree. Called by tree.c
 * alone.
 */
#ifndef CONFIG_COMPILER_NODES_H
#define CONFIG_COMPILER_NODES_H

#include <stdint.h>

/* Limits of a tree. They keep what walks it, and the paths it prints, within bounds that can be stated. */
#define MAX_NODES 8192U
#define MAX_DEPTH 32U /* nodes inside one another, the root included */
#define MAX_NODE_NAME 127U

struct node {
    int offset; /* libfdt's name for a node */
    int parent; /* indices of struct nodes, negative: none */
    int first;
    int next;
    uint32_t depth; /* the root has 1 */
};

struct nodes {
    struct node *list; /* by offset */
    uint32_t count;
};

struct nodes nodes_read(const void *blob);

/* The entry of a node, or NULL if there is no node at this offset. */
const struct node *nodes_find(const struct nodes *nodes, int offset);

#endif
