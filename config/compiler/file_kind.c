/* SPDX-License-Identifier: Apache-2.0 */
/* Magic numbers of compressed files, containers and programs for other loaders; text; what Linux takes as an initrd. */
#include "file_kind.h"

#include <ctype.h>
#include <string.h>

#define UNPACK "unpack it first"
#define INITRD "make it with cpio -o -H newc, compressed or not"

struct magic {
    const char *bytes;
    size_t size;
    const char *what;
};

static const struct magic packed[] = {
    {"\x1f\x8b", 2, "is compressed with gzip: " UNPACK},
    {"\xfd"
     "7zXZ",
     5, "is compressed with xz: " UNPACK},
    {"BZh", 3, "is compressed with bzip2: " UNPACK},
    {"\x28\xb5\x2f\xfd", 4, "is compressed with zstd: " UNPACK},
    {"\x04\x22\x4d\x18", 4, "is compressed with lz4: " UNPACK},
    {"\x02\x21\x4c\x18", 4, "is compressed with lz4: " UNPACK},
    {"PK\x03\x04", 4, "is a zip archive: " UNPACK},
};

static const struct magic containers[] = {
    {"\xd0\x0d\xfe\xed", 4, "is a device tree blob or a FIT image: name the program itself"},
    {"\x27\x05\x19\x56", 4, "is a U-Boot legacy image: take the header off"},
    {"!<arch>\n", 8, "is an archive: link it first"},
    {"S0", 2, "is a Motorola S-record file: convert it with objcopy -O binary"},
    {":020000", 7, "is an Intel HEX file: convert it with objcopy -O binary"},
    {"#!", 2, "is a script: name the program"},
    {"070701", 6, "is a cpio archive: its place is 'initrd' of a 'linux' node"},
};

static const char *file_kind_find(const struct image_file *file, const struct magic *magics, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (file->size >= magics[i].size && memcmp(file->data, magics[i].bytes, magics[i].size) == 0) {
            return magics[i].what;
        }
    }
    return NULL;
}

/*
 * Nothing but printable characters and line ends, in ASCII or UTF-8. No program is: an instruction that every program has,
 * a branch, say, has a byte that is neither.
 */
static bool file_kind_is_text(const struct image_file *file)
{
    for (size_t i = 0; i < file->size; i++) {
        uint8_t byte = file->data[i];
        if (byte < 0x80U && isprint(byte) == 0 && isspace(byte) == 0) {
            return false;
        }
        if (byte >= 0xf8U || (byte >= 0xc0U && (i + 1U == file->size || (file->data[i + 1U] & 0xc0U) != 0x80U))) {
            return false;
        }
        if ((byte & 0xc0U) == 0x80U && (i == 0 || file->data[i - 1U] < 0x80U)) {
            return false;
        }
    }
    return true;
}

static bool file_kind_is_zero(const struct image_file *file)
{
    for (size_t i = 0; i < file->size; i++) {
        if (file->data[i] != 0) {
            return false;
        }
    }
    return true;
}

const char *file_kind_not_raw(const struct image_file *file)
{
    const char *what = file_kind_find(file, packed, sizeof(packed) / sizeof(packed[0]));
    if (what == NULL) {
        what = file_kind_find(file, containers, sizeof(containers) / sizeof(containers[0]));
    }
    if (what == NULL && file_kind_is_text(file)) {
        what = "is a text file, not a program; name the ELF file or the binary that is built";
    }
    return what == NULL && file_kind_is_zero(file) ? "has nothing but zeros, and no program: has it been written?"
                                                   : what;
}

/* File systems that Linux takes as the contents of a RAM disk: the magic stands further inside. */
static bool file_kind_is_disk(const struct image_file *file)
{
    static const struct {
        size_t offset;
        const char *bytes;
        size_t size;
    } disks[] = {{1080, "\x53\xef", 2}, {0, "hsqs", 4}, {0, "-rom1fs-", 8}, {0, "\x45\x3d\xcd\x28", 4}};
    for (size_t i = 0; i < sizeof(disks) / sizeof(disks[0]); i++) {
        if (file->size >= disks[i].offset + disks[i].size &&
            memcmp(file->data + disks[i].offset, disks[i].bytes, disks[i].size) == 0) {
            return true;
        }
    }
    return false;
}

/* What init/initramfs.c and lib/decompress.c of Linux know. */
static bool file_kind_is_initrd(const struct image_file *file)
{
    static const struct magic known[] = {
        {"070701", 6, ""},
        {"070702", 6, ""},
        {"\x1f\x8b", 2, ""},
        {"\x1f\x9e", 2, ""},
        {"BZh", 3, ""},
        {"\x5d\x00\x00", 3, ""},
        {"\xfd"
         "7zXZ",
         5, ""},
        {"\x89LZO", 4, ""},
        {"\x02\x21\x4c\x18", 4, ""},
        {"\x28\xb5\x2f\xfd", 4, ""},
    };
    return file_kind_find(file, known, sizeof(known) / sizeof(known[0])) != NULL || file_kind_is_disk(file);
}

const char *file_kind_not_initrd(const struct image_file *file)
{
    static const struct magic programs[] = {
        {"\x7f"
         "ELF",
         4, "is an ELF file, not an archive for the kernel: a kernel's place is 'kernel', another program's 'image'"},
        {"PK\x03\x04", 4, "is a zip archive, which the kernel cannot unpack; " INITRD},
        {"\x04\x22\x4d\x18", 4, "is in lz4's frame format, which the kernel cannot unpack: pack it with lz4 -l"},
        {"070707", 6, "is a cpio archive of the old form; " INITRD},
        {"MZ", 2, "is a kernel, not an archive for it: its place is 'kernel'"},
        {"\xd0\x0d\xfe\xed", 4, "is a device tree blob or a FIT image, not an archive for the kernel; " INITRD},
        {"\x27\x05\x19\x56", 4, "is a U-Boot legacy image: take the header off"},
    };
    const char *what = file_kind_find(file, programs, sizeof(programs) / sizeof(programs[0]));
    if (what == NULL && !file_kind_is_initrd(file)) {
        what = file_kind_is_text(file) ? "is a text file; " INITRD : "is nothing that the kernel can unpack; " INITRD;
    }
    return what;
}
