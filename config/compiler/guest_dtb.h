/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the device tree that a guest is given: the machine of its partition, and nothing else of the board. */
#ifndef CONFIG_COMPILER_GUEST_DTB_H
#define CONFIG_COMPILER_GUEST_DTB_H

#include "model.h"

/* Makes the blob (dtb, dtb_size, dtb_file) and adds it as a piece at the start of memory. After image_read(). */
void guest_dtb_make(struct model *model, struct partition *partition);

#endif
