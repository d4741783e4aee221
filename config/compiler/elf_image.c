/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads program headers with every offset checked against the file's size (System V ABI, chapters 4 and 5).
 * The bytes that a segment has in memory but not in the file are left to the loader, which scrubs.
 */
#include "elf_image.h"

#include "arena.h"

#include <elf.h>
#include <string.h>

bool elf_recognize(const struct image_file *file)
{
    return file->size >= SELFMAG && memcmp(file->data, ELFMAG, SELFMAG) == 0;
}

static bool elf_fail(const struct model *model, const struct partition *partition, const struct image_file *file,
                     const char *what)
{
    tree_error(&model->tree, file->node, file->property, "%s: '%s' %s", partition->name, file->path, what);
    return false;
}

static bool elf_read_header(const struct model *model, const struct partition *partition, const struct image_file *file,
                            Elf64_Ehdr *header)
{
    if (file->size < sizeof(*header)) {
        return elf_fail(model, partition, file, "is cut short: no ELF header; build or copy it again");
    }
    memcpy(header, file->data, sizeof(*header));
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
        return elf_fail(model, partition, file, "is not a 64-bit little-endian ELF file; build it for aarch64");
    }
    if (header->e_machine != EM_AARCH64) {
        return elf_fail(model, partition, file,
                        arena_print("is for machine %u, not for AArch64 (%u); use a compiler for that",
                                    header->e_machine, (unsigned)EM_AARCH64));
    }
    if (header->e_type != ET_EXEC && header->e_type != ET_DYN) {
        return elf_fail(model, partition, file, "is not an executable; link it");
    }
    bool whole = header->e_phentsize == sizeof(Elf64_Phdr) && header->e_phoff <= file->size &&
                 header->e_phnum <= (file->size - header->e_phoff) / sizeof(Elf64_Phdr);
    if (!whole) {
        return elf_fail(model, partition, file, "is cut short: no program headers; build or copy it again");
    }
    return true;
}

static bool elf_add_segment(struct model *model, struct partition *partition, const struct image_file *file,
                            const Elf64_Phdr *segment, uint32_t number)
{
    if (segment->p_offset > file->size || segment->p_filesz > file->size - segment->p_offset ||
        segment->p_filesz > segment->p_memsz) {
        return elf_fail(model, partition, file,
                        arena_print("is cut short or damaged: segment %u; build or copy it again", number));
    }
    struct piece piece = {
        .what = arena_print("segment %u", number),
        .ipa = segment->p_paddr,
        .size = segment->p_filesz,
        .reserved = segment->p_memsz,
    };
    return image_add_piece(model, partition, file, piece, segment->p_offset);
}

/* e_entry is a virtual address; the guest starts with its MMU off, at the physical one. */
static bool elf_set_entry(const struct model *model, struct partition *partition, const struct image_file *file,
                          const Elf64_Ehdr *header)
{
    for (uint32_t i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, file->data + header->e_phoff + i * sizeof(segment), sizeof(segment));
        bool inside = header->e_entry >= segment.p_vaddr && header->e_entry - segment.p_vaddr < segment.p_memsz;
        if (segment.p_type == PT_LOAD && inside && ((segment.p_flags & PF_X) == 0 || header->e_entry % 4U != 0)) {
            return elf_fail(model, partition, file,
                            arena_print("has its entry point at 0x%llx, where no instruction can be: segment %u is %s; "
                                        "give the linker another entry (ENTRY, -e)",
                                        HEX(header->e_entry), i,
                                        header->e_entry % 4U != 0 ? "code, but instructions are multiples of 4"
                                                                  : "not executable"));
        }
        if (segment.p_type == PT_LOAD && inside) {
            partition->entry = header->e_entry - segment.p_vaddr + segment.p_paddr;
            return true;
        }
    }
    return elf_fail(model, partition, file,
                    arena_print("has its entry point at 0x%llx, which is in no segment that is loaded; give the linker "
                                "an entry (ENTRY, -e)",
                                HEX(header->e_entry)));
}

bool elf_add(struct model *model, struct partition *partition, const struct image_file *file)
{
    Elf64_Ehdr header;
    uint32_t loaded = 0;
    bool good = true;
    if (!elf_read_header(model, partition, file, &header)) {
        return false;
    }
    for (uint32_t i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, file->data + header.e_phoff + i * sizeof(segment), sizeof(segment));
        if (segment.p_type == PT_LOAD && segment.p_memsz != 0) {
            good = good && elf_add_segment(model, partition, file, &segment, i);
            loaded++;
        }
    }
    if (loaded == 0) {
        return elf_fail(model, partition, file, "has no segment to load; link it as a program");
    }
    return elf_set_entry(model, partition, file, &header) && good;
}
