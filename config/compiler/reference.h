/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties that say which other device a device needs: clocks, resets, power domains and the like, in Linux's
 * bindings. Each is a list of a phandle and as many cells as the provider's #...-cells says.
 */
#ifndef CONFIG_COMPILER_REFERENCE_H
#define CONFIG_COMPILER_REFERENCE_H

#include "model.h"

/* One entry of such a list. */
struct reference {
    int provider;      /* node */
    const void *entry; /* phandle and arguments, as they stand in the property */
    uint32_t size;     /* bytes of that */
    uint32_t next;     /* offset of the entry that follows */
};

/* What the providers of the property's entries are called in messages ("clock"); NULL: no such property. */
const char *reference_kind(const char *property);

/* The property that names the entries of this one ("clock-names"); NULL: there is none. */
const char *reference_names(const char *property);

/*
 * The entry at an offset of the property. False at the end of the list, and where it cannot be read: then *broken is
 * set, and nothing has been printed.
 */
bool reference_read(const struct tree *tree, int node, const char *property, uint32_t offset,
                    struct reference *reference, bool *broken);

/* The partition that has a node, or a node above it, among its devices; NULL: none. */
const struct partition *reference_owner(const struct model *model, int node);

/* True if every entry of the property refers to a device of the partition. */
bool reference_is_inside(const struct model *model, const struct partition *partition, int node, const char *property);

#endif
