/* SPDX-License-Identifier: Apache-2.0 */
/* Decides where things are in physical memory: the hypervisor's region, and each partition's RAM. */
#ifndef CONFIG_COMPILER_PLACE_H
#define CONFIG_COMPILER_PLACE_H

#include "model.h"

/* hypervisor.end, from the blobs: after every image_read() and guest_dtb_make(). */
void place_hypervisor(struct model *model);

/* Physical addresses of all memory that the user has not fixed. Error if there is no room. */
void place_partitions(struct model *model);

/* Says where the memory went whose place was left to the compiler. */
void place_remark(const struct model *model);

#endif
