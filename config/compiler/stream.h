/* SPDX-License-Identifier: Apache-2.0 */
/* Which StreamIDs a DMA master has, by `iommus`, or by its PCI host bridge's `iommu-map`. */
#ifndef CONFIG_COMPILER_STREAM_H
#define CONFIG_COMPILER_STREAM_H

#include "model.h"

/* What a reference to a stream leads to. */
struct stream_id {
    int smmu;    /* node */
    uint32_t id; /* StreamID */
};

/* The PCI host bridge that a node is a function behind; negative: it is none. */
int stream_bridge(const struct tree *tree, int node);

/* Requester ID of a function: bus << 8 | device << 3 | function, from its `reg`. False without one. */
bool stream_rid(const struct tree *tree, int node, uint32_t *rid);

/* The stream of a requester ID behind a bridge (iommu-map, iommu-map-mask). False if the map has none. Prints nothing. */
bool stream_of_rid(const struct tree *tree, int bridge, uint32_t rid, struct stream_id *stream);

/*
 * Stream number `index` of a node: entries of its `iommus`, or the one of a PCI function. False if it has no such. Prints
 * nothing.
 */
bool stream_of_node(const struct tree *tree, int node, uint32_t index, struct stream_id *stream);

/* Where the streams of a node are described: a property of *at. NULL: nowhere. */
const char *stream_property(const struct tree *tree, int node, int *at);

/* True if every stream of the node is one of an SMMU that is driven, and it has at least one. */
bool stream_is_confined(const struct model *model, int node);

/* Fills the model's streams: those of all devices of partitions, with diagnostics. After the partitions were read. */
void stream_read(struct model *model);

#endif
