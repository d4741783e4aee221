/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest images: finds the files, and turns them into pieces, that is stretches of a file with the guest addresses
 * they are copied to, plus the entry point. Each piece's place is checked against the partition's memory.
 */
#ifndef CONFIG_COMPILER_IMAGE_H
#define CONFIG_COMPILER_IMAGE_H

#include "model.h"

/* A file that has been read, and the property that names it. */
struct image_file {
    const char *name; /* as the user wrote it */
    const char *path;
    const uint8_t *data;
    size_t size;
    int node;
    const char *property;
};

/* Fills pieces, entry and initrd_region, or prints what is wrong with the files. */
void image_read(struct model *model, struct partition *partition);

/*
 * Adds a piece: `size` bytes from `offset` of the file to guest address ipa, where `reserved` bytes are its own.
 * False after a diagnostic if they are not within the partition's memory or not aligned to 8 bytes.
 */
bool image_add_piece(struct model *model, struct partition *partition, const struct image_file *file,
                     struct piece piece, uint64_t offset);

/* The same stretch of the same file is the same blob. */
const struct blob *image_add_blob(struct model *model, const char *path, uint64_t offset, uint64_t size);

/* The partition's memory region that has all of [ipa, ipa + size), or NULL. */
const struct memory *image_find_memory(const struct partition *partition, uint64_t ipa, uint64_t size);

/* Where raw and Image files go: 2 MiB (or to the next boundary) above the start of memory, where the DTB is. */
uint64_t image_base(const struct partition *partition);

#endif
