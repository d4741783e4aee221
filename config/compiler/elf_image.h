/* SPDX-License-Identifier: Apache-2.0 */
/* ELF64 executables for AArch64: their PT_LOAD segments become pieces at their physical addresses. */
#ifndef CONFIG_COMPILER_ELF_IMAGE_H
#define CONFIG_COMPILER_ELF_IMAGE_H

#include "image.h"

bool elf_recognize(const struct image_file *file);
/* Adds the pieces and sets the entry point of a recognized file; false after a diagnostic. */
bool elf_add(struct model *model, struct partition *partition, const struct image_file *file);

#endif
