/* SPDX-License-Identifier: Apache-2.0 */
/* The 64-byte header of an arm64 Image: where it wants to be and how much memory it takes. */
#include "kernel.h"

#include "elf_image.h"

#include <string.h>

#define HEADER_SIZE 64U
#define MAGIC_OFFSET 56U
#define MAGIC "ARM\x64"
#define PE_OFFSET 0x3cU
#define PE_MAGIC 0x4550U /* "PE" and two zeros */
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
    if (elf_recognize(file)) {
        return "; it is an ELF file: use arch/arm64/boot/Image, or 'image' for a program that is not Linux";
    }
    return "; name what Linux's build leaves as arch/arm64/boot/Image";
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

/* A number of `bytes` bytes, little-endian; 0 beyond the file's end. */
static uint64_t kernel_number(const struct image_file *file, uint64_t offset, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = bytes; i > 0 && offset + bytes <= file->size; i--) {
        value = value << 8 | file->data[offset + i - 1U];
    }
    return value;
}

/*
 * Kernels with an EFI stub have a PE header, and its sections say how long the file must be (Microsoft PE format: offset
 * of the header at 0x3c; 6: sections; 20: size of the optional header; sections of 40 bytes, with size and offset in the
 * file at 16 and 20).
 */
static bool kernel_is_whole(const struct image_file *file)
{
    uint64_t header = kernel_number(file, PE_OFFSET, 4);
    if (memcmp(file->data, "MZ", 2) != 0 || kernel_number(file, header, 4) != PE_MAGIC) {
        return true;
    }
    uint64_t sections = kernel_number(file, header + 6U, 2);
    uint64_t section = header + 24U + kernel_number(file, header + 20U, 2);
    for (uint64_t i = 0; i < sections; i++) {
        uint64_t size = kernel_number(file, section + 16U, 4);
        uint64_t offset = kernel_number(file, section + 20U, 4);
        if (offset + size > file->size) {
            return false;
        }
        section += 40U;
    }
    return true;
}

bool kernel_add(struct model *model, struct partition *partition, const struct image_file *file)
{
    uint64_t text_offset = kernel_field(file, 8);
    uint64_t image_size = kernel_field(file, 16);
    uint64_t reserved = image_size > file->size ? image_size : file->size;
    if ((kernel_field(file, 24) & FLAG_BIG_ENDIAN) != 0) {
        tree_error(&model->tree, file->node, file->property, "%s: kernel '%s' is big-endian; build it little-endian",
                   partition->name, file->path);
        return false;
    }
    if (!kernel_is_whole(file)) {
        tree_error(&model->tree, file->node, file->property,
                   "%s: kernel '%s' is cut short: sections of it are missing; copy it again", partition->name,
                   file->path);
        return false;
    }
    if (text_offset >= ADDRESS_LIMIT) {
        tree_error(&model->tree, file->node, file->property,
                   "%s: the text_offset of kernel '%s' is 0x%llx: its header is damaged; build or copy it again",
                   partition->name, file->path, HEX(text_offset));
        return false;
    }
    uint64_t base = image_base(partition) + text_offset;
    struct piece piece = {.what = "kernel", .ipa = base, .size = file->size, .reserved = reserved};
    partition->entry = base;
    return image_add_piece(model, partition, file, piece, 0);
}
