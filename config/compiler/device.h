/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a device's registers and interrupts, in physical terms, from its node in Linux's bindings. */
#ifndef CONFIG_COMPILER_DEVICE_H
#define CONFIG_COMPILER_DEVICE_H

#include "model.h"

/* Interrupt types of the GIC's binding. */
#define DEVICE_SPI 0U
#define DEVICE_PPI 1U

/* reg, translated through the ranges of every bus above. device->node and name are set. */
void device_read_regions(const struct tree *tree, struct device *device);

/* Region `index` of a node's reg, translated, wherever that leads. False as below. Prints nothing. */
bool device_reach(const struct tree *tree, int node, uint32_t index, struct region *region);

/*
 * One region of a node's reg, translated: the physical address. False if the node has no such region or it cannot be
 * reached. Prints nothing.
 */
bool device_region(const struct tree *tree, int node, uint32_t index, struct region *region);

/* The interrupt-parent that holds for a node: its own or the nearest above; negative: none. */
int device_interrupt_parent(const struct tree *tree, int node);

/*
 * Interrupt parent and cells of a node, three cells each: type, number, trigger. The number of cells; 0 after a diagnostic
 * or if there are none. *cells is allocated.
 */
uint32_t device_interrupt_cells(const struct model *model, int node, uint32_t **cells);

/* A trigger of the GIC's binding that means a level, high or low. */
bool device_is_level(uint32_t trigger);

/*
 * A device that a partition is to own: regions and shared interrupts. The diagnostics stand at the
 * property `from` of `user` that names it. False if it cannot be given away.
 */
bool device_read(const struct model *model, int node, int user, const char *from, struct device *device);

#endif
