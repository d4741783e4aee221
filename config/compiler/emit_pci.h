/* SPDX-License-Identifier: Apache-2.0 */
/* PCI functions in tables.c. */
#ifndef CONFIG_COMPILER_EMIT_PCI_H
#define CONFIG_COMPILER_EMIT_PCI_H

#include "model.h"

#include <stdio.h>

/* What a partition_config's functions and pci_window point to. */
void emit_pci_functions(const struct model *model, const struct partition *partition, FILE *file);
/* Its members function_count, functions and pci_window. */
void emit_pci_members(const struct partition *partition, FILE *file);

/* True if any partition has a function. */
bool emit_pci_any(const struct model *model);

#endif
