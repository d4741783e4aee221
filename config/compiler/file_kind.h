/* SPDX-License-Identifier: Apache-2.0 */
/* Files that cannot be what they are named for: recognized by their first bytes. */
#ifndef CONFIG_COMPILER_FILE_KIND_H
#define CONFIG_COMPILER_FILE_KIND_H

#include "image.h"

/* What a file is that cannot be run as a raw image, with advice; NULL: nothing speaks against it. */
const char *file_kind_not_raw(const struct image_file *file);

/* What a file is that cannot be an initrd; NULL: nothing speaks against it. */
const char *file_kind_not_initrd(const struct image_file *file);

#endif
