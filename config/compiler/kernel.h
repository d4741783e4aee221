/* SPDX-License-Identifier: Apache-2.0 */
/* The arm64 Linux Image format (Linux, Documentation/arch/arm64/booting.rst, "Call the kernel image"). */
#ifndef CONFIG_COMPILER_KERNEL_H
#define CONFIG_COMPILER_KERNEL_H

#include "image.h"

bool kernel_recognize(const struct image_file *file);
/* Error, with what the file seems to be, unless it is an Image. */
bool kernel_check(const struct model *model, const struct partition *partition, const struct image_file *file);
/* Adds the piece and sets the entry point of a recognized file. */
bool kernel_add(struct model *model, struct partition *partition, const struct image_file *file);

#endif
