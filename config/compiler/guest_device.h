/* SPDX-License-Identifier: Apache-2.0 */
/* Describes passed-through devices, and the clocks they need, in a guest's device tree. */
#ifndef CONFIG_COMPILER_GUEST_DEVICE_H
#define CONFIG_COMPILER_GUEST_DEVICE_H

#include "fdt_writer.h"
#include "model.h"

/* Nodes of all devices in the partition's access list; clock nodes get phandles from first_phandle on. */
void guest_device_write(struct fdt_writer *writer, const struct model *model, const struct partition *partition,
                        uint32_t first_phandle);

#endif
