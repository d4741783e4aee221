/* SPDX-License-Identifier: Apache-2.0 */
/* Magic numbers of compressed files, containers and programs for other loaders. */
#include "file_kind.h"

#include <string.h>

#define UNPACK "unpack it first"

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
    {"\xd0\x0d\xfe\xed", 4, "is a device tree blob or a FIT image, not a program"},
    {"\x27\x05\x19\x56", 4, "is a U-Boot legacy image: take the header off"},
    {"!<arch>\n", 8, "is an archive: link it first"},
    {"S0", 2, "is a Motorola S-record file: convert it with objcopy -O binary"},
    {":020000", 7, "is an Intel HEX file: convert it with objcopy -O binary"},
    {"#!", 2, "is a script"},
    {"070701", 6, "is a cpio archive"},
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

const char *file_kind_not_raw(const struct image_file *file)
{
    const char *what = file_kind_find(file, packed, sizeof(packed) / sizeof(packed[0]));
    return what != NULL ? what : file_kind_find(file, containers, sizeof(containers) / sizeof(containers[0]));
}

const char *file_kind_not_initrd(const struct image_file *file)
{
    static const struct magic programs[] = {
        {"\x7f"
         "ELF",
         4, "is an ELF file, not an archive for the kernel"},
        {"MZ", 2, "is a kernel, not an archive for it"},
        {"\xd0\x0d\xfe\xed", 4, "is a device tree blob or a FIT image, not an archive for the kernel"},
        {"\x27\x05\x19\x56", 4, "is a U-Boot legacy image: take the header off"},
    };
    return file_kind_find(file, programs, sizeof(programs) / sizeof(programs[0]));
}
