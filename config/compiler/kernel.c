/* SPDX-License-Identifier: Apache-2.0 */
/* The 64-byte header of an arm64 Image: where it wants to be and how much memory it takes. */
#include "kernel.h"

#include "elf_image.h"

#include <string.h>

#define HEADER_SIZE 64U
#define MAGIC_OFFSET 56U
#define MAGIC "ARM\x64"
#define FLAG_BIG_ENDIAN 1U

static uint64_t kernel_field(const struct image_file *file, size_t offset)
{
    uint64_t value = 0;
    for (size_t i = 8; i > 0; i--) {
        value = value << 8 | file->data[offset + i - 1U];
    }
    return value;
}

bool kernel_recognize(const struct image_file *file)
{
    return file->size >= HEADER_SIZE && memcmp(file->data + MAGIC_OFFSET, MAGIC, 4) == 0;
}

static const char *kernel_guess(const struct image_file *file)
{
    if (file->size >= 2U && file->data[0] == 0x1fU && file->data[1] == 0x8bU) {
        return "; it is compressed with gzip: unpack it first";
    }
    if (file->size >= 8U && memcmp(file->data, "MZ", 2) == 0 && memcmp(file->data + 4, "zimg", 4) == 0) {
        return "; it is a compressed EFI image: unpack it first";
    }
    return elf_recognize(file) ? "; it is an ELF file: use arch/arm64/boot/Image" : "";
}

bool kernel_check(const struct model *model, const struct partition *partition, const struct image_file *file)
{
    const struct tree *tree = &model->tree;
    if (!kernel_recognize(file)) {
        tree_error(tree, file->node, file->property, "%s: kernel '%s' is not an arm64 Image%s", partition->name,
                   file->path, kernel_guess(file));
        return false;
    }
    return true;
}

bool kernel_add(struct model *model, struct partition *partition, const struct image_file *file)
{
    uint64_t text_offset = kernel_field(file, 8);
    uint64_t image_size = kernel_field(file, 16);
    uint64_t reserved = image_size > file->size ? image_size : file->size;
    if ((kernel_field(file, 24) & FLAG_BIG_ENDIAN) != 0) {
        tree_error(&model->tree, file->node, file->property, "%s: kernel '%s' is big-endian", partition->name,
                   file->path);
        return false;
    }
    if (text_offset >= ADDRESS_LIMIT) {
        tree_error(&model->tree, file->node, file->property, "%s: the text_offset of kernel '%s' is 0x%llx",
                   partition->name, file->path, HEX(text_offset));
        return false;
    }
    uint64_t base = image_base(partition) + text_offset;
    struct piece piece = {.what = "kernel", .ipa = base, .size = file->size, .reserved = reserved};
    partition->entry = base;
    return image_add_piece(model, partition, file, piece, 0);
}
