/* SPDX-License-Identifier: Apache-2.0 */
/* The PCI host bridge in a guest's device tree. */
#ifndef CONFIG_COMPILER_GUEST_PCI_H
#define CONFIG_COMPILER_GUEST_PCI_H

#include "fdt_writer.h"
#include "model.h"

#define GUEST_PCI_NODE "pcie@3f000000"
#define GUEST_PCI_PATH "/pcie@3f000000"

/* Nothing for a partition without PCI functions. */
void guest_pci_write(struct fdt_writer *writer, const struct model *model, const struct partition *partition,
                     uint32_t gic_phandle);

#endif
