/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flattened device tree together with its source positions and labels: what the readers walk.
 *
 * A node is libfdt's offset; the tree is never changed, so offsets stay valid. Names for messages come in the
 * user's terms: a label, or the path below /partitions.
 */
#ifndef CONFIG_COMPILER_TREE_H
#define CONFIG_COMPILER_TREE_H

#include "diag.h"

#include <stdbool.h>
#include <stdint.h>

struct mute;
struct nodes;
struct pci_bus;
struct positions;

struct tree {
    const void *blob;
    const void *shifted; /* the same tree with other phandles, its nodes at the same offsets; NULL: not known */
    struct nodes *nodes;
    struct mute **mutes;
    struct pci_bus **buses; /* that were read (pci_place.c) */
    struct positions *positions;
    const char *file; /* the user's system file */
    bool broken;      /* dtc has already reported errors, undefined labels among them */
};

/* Ends the run if the files cannot be read or the blob is not a device tree. */
struct tree tree_load(const char *dtb, const char *positions, const char *file);

/* False, after a diagnostic, if the tree is larger or deeper than is supported; it is then not to be walked. */
bool tree_check_limits(const struct tree *tree);

/* Ends the run if there is a file and it is not a device tree blob. */
void tree_load_shifted(struct tree *tree, const char *file);

/* The cell at an offset of a property was written as a reference (&label). */
bool tree_is_reference(const struct tree *tree, int node, const char *property, uint32_t offset);
/* It was, or is a number that some node has been given as its phandle by hand; true if that cannot be known. */
bool tree_may_refer(const struct tree *tree, int node, const char *property, uint32_t offset);

/* Raw property, NULL if there is none; *size in bytes. */
const void *tree_property(const struct tree *tree, int node, const char *name, uint32_t *size);
bool tree_has(const struct tree *tree, int node, const char *name);
bool tree_compatible(const struct tree *tree, int node, const char *compatible);
/* status is absent, "okay" or "ok". */
bool tree_enabled(const struct tree *tree, int node);

/* Nodes; a negative value if there is none. */
int tree_by_path(const struct tree *tree, const char *path);
int tree_by_phandle(const struct tree *tree, uint32_t phandle);
int tree_parent(const struct tree *tree, int node);
/* First and following children: for (c = tree_first(t, n); c >= 0; c = tree_next(t, c)). */
int tree_first(const struct tree *tree, int node);
int tree_next(const struct tree *tree, int node);

/* #address-cells and #size-cells that a node sets for its children, 0 to 4. */
uint32_t tree_address_cells(const struct tree *tree, int node);
uint32_t tree_size_cells(const struct tree *tree, int node);

/* Name with unit address, and path from the root. The path is an allocated string. */
const char *tree_node_name(const struct tree *tree, int node);
const char *tree_path(const struct tree *tree, int node);
/* For messages: "safety", "ivi/vcpu0" below /partitions; elsewhere the label, or else the path. */
const char *tree_title(const struct tree *tree, int node);

/* Where a property stands, or the node if property is NULL or has no place of its own. */
struct position tree_at(const struct tree *tree, int node, const char *property);
/* Says that an error of this property, or of the node if it is NULL, is known: what follows from it is not reported. */
void tree_mute(const struct tree *tree, int node, const char *property);
bool tree_is_muted(const struct tree *tree, int node, const char *property);
/* Error at that place, unless the property is muted. */
void tree_error(const struct tree *tree, int node, const char *property, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
