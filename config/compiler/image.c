/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Image files of any kind; elf_image.c and kernel.c know the formats that have a structure.
 * @implements REQ-CONFIG-008
 * @implements REQ-CONFIG-040
 */
#include "image.h"

#include "elf_image.h"
#include "file_kind.h"
#include "kernel.h"
#include "arena.h"
#include "schema.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PIECE_ALIGNMENT 8U
#define MAX_FILE_SIZE SIZE_1G

const struct memory *image_find_memory(const struct partition *partition, uint64_t ipa, uint64_t size)
{
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        const struct memory *memory = &partition->memory[i];
        if (region_contains((struct region){memory->ipa, memory->size}, (struct region){ipa, size})) {
            return memory;
        }
    }
    return NULL;
}

uint64_t image_base(const struct partition *partition)
{
    return align_down(partition->memory[0].ipa, SIZE_2M) + SIZE_2M;
}

const struct blob *image_add_blob(struct model *model, const char *path, uint64_t offset, uint64_t size)
{
    for (uint32_t i = 0; i < model->blob_count; i++) {
        const struct blob *blob = &model->blobs[i];
        if (strcmp(blob->file, path) == 0 && blob->offset == offset && blob->size == size) {
            return blob;
        }
    }
    struct blob *blob = &model->blobs[model->blob_count];
    *blob = (struct blob){path, offset, size, model->blob_count};
    model->blob_count++;
    return blob;
}

static void image_note_memory(const struct model *model, const struct partition *partition)
{
    struct position at = tree_at(&model->tree, partition->node, "memory");
    for (uint32_t i = 0; i < partition->memory_count; i++) {
        diag_note(at, "%s has memory at 0x%llx (size 0x%llx)", partition->name, HEX(partition->memory[i].ipa),
                  HEX(partition->memory[i].size));
    }
}

/* How many bytes of memory there are from ipa on; 0 if ipa is in none. */
static uint64_t image_room(const struct partition *partition, uint64_t ipa)
{
    const struct memory *memory = image_find_memory(partition, ipa, 1);
    return memory == NULL ? 0 : memory->size - (ipa - memory->ipa);
}

static bool image_check_place(const struct model *model, const struct partition *partition,
                              const struct image_file *file, const struct piece *piece)
{
    const struct tree *tree = &model->tree;
    uint64_t room = image_room(partition, piece->ipa);
    if (piece->ipa % PIECE_ALIGNMENT != 0) {
        tree_error(tree, file->node, file->property, "%s: %s of '%s' goes to 0x%llx, which is not a multiple of %u",
                   partition->name, piece->what, file->name, HEX(piece->ipa), PIECE_ALIGNMENT);
        return false;
    }
    if (room == 0) {
        tree_error(tree, file->node, file->property, "%s: %s of '%s' goes to 0x%llx, which is not in its memory",
                   partition->name, piece->what, file->name, HEX(piece->ipa));
    } else if (piece->reserved > room) {
        tree_error(tree, file->node, file->property,
                   "%s: %s of '%s' needs 0x%llx bytes at 0x%llx, where 0x%llx are left", partition->name, piece->what,
                   file->name, HEX(piece->reserved), HEX(piece->ipa), HEX(room));
    } else {
        return true;
    }
    image_note_memory(model, partition);
    return false;
}

static bool image_check_overlap(const struct model *model, const struct partition *partition,
                                const struct image_file *file, const struct piece *piece)
{
    struct region wanted = {piece->ipa, piece->reserved};
    for (uint32_t i = 0; i < partition->piece_count; i++) {
        const struct piece *other = &partition->pieces[i];
        if (region_overlaps(wanted, (struct region){other->ipa, other->reserved})) {
            tree_error(&model->tree, file->node, file->property,
                       "%s: %s at 0x%llx (size 0x%llx) overlaps %s at 0x%llx (size 0x%llx)", partition->name,
                       piece->what, HEX(piece->ipa), HEX(piece->reserved), other->what, HEX(other->ipa),
                       HEX(other->reserved));
            return false;
        }
    }
    return true;
}

bool image_add_piece(struct model *model, struct partition *partition, const struct image_file *file,
                     struct piece piece, uint64_t offset)
{
    if (partition->piece_count == MAX_PIECES) {
        tree_error(&model->tree, file->node, file->property, "%s: '%s' has more than %u pieces to load",
                   partition->name, file->name, MAX_PIECES);
        return false;
    }
    if (!image_check_place(model, partition, file, &piece) || !image_check_overlap(model, partition, file, &piece)) {
        return false;
    }
    if (piece.size != 0) {
        piece.blob = image_add_blob(model, file->path, offset, piece.size);
    }
    partition->pieces[partition->piece_count++] = piece;
    return true;
}

/* The first of the image directories that has the file; an absolute name stands for itself. */
static const char *image_find(const struct model *model, const char *name, struct stat *status)
{
    if (name[0] == '/') {
        return stat(name, status) == 0 ? name : NULL;
    }
    for (uint32_t i = 0; i < model->image_dir_count; i++) {
        const char *path = arena_print("%s/%s", model->image_dirs[i], name);
        if (stat(path, status) == 0) {
            return path;
        }
    }
    return NULL;
}

static int image_is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.' ? 1 : 0;
}

/* The name in a folder that is closest to this one, or NULL. */
static const char *image_guess_in(const char *folder, const char *name)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, image_is_shown, alphasort);
    const char **names = arena_new((size_t)(count < 0 ? 0 : count) + 1U, sizeof(*names));
    for (int i = 0; i < count; i++) {
        names[i] = arena_print("%s", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return schema_guess(name, names);
}

static const char *image_guess(const struct model *model, const char *name)
{
    const char *guess = NULL;
    for (uint32_t i = 0; guess == NULL && i < model->image_dir_count; i++) {
        guess = image_guess_in(model->image_dirs[i], name);
    }
    return guess;
}

static void image_report_missing(const struct model *model, const struct image_file *file)
{
    struct position at = tree_at(&model->tree, file->node, file->property);
    const char *guess = image_guess(model, file->name);
    diag_error(at, "%s: there is no file '%s'%s", tree_title(&model->tree, file->node), file->name,
               guess == NULL ? "" : arena_print("; did you mean '%s'?", guess));
    for (uint32_t i = 0; file->name[0] != '/' && i < model->image_dir_count; i++) {
        diag_note(at, "looked for in %s", model->image_dirs[i]);
    }
}

/* What keeps a file from being read, or NULL. A pipe or a device may have no end. */
static const char *image_obstacle(const struct stat *status)
{
    if (!S_ISREG(status->st_mode)) {
        return S_ISDIR(status->st_mode)    ? "is a folder, not a file"
               : S_ISFIFO(status->st_mode) ? "is a pipe, not a file"
                                           : "is a device or a socket, not a file";
    }
    if (status->st_size == 0) {
        return "is empty: has it been built?";
    }
    return (uint64_t)status->st_size > MAX_FILE_SIZE ? "is larger than 1 GiB, the most that is supported" : NULL;
}

static void image_add_input(struct model *model, const char *path)
{
    for (uint32_t i = 0; i < model->input_count; i++) {
        if (strcmp(model->inputs[i], path) == 0) {
            return;
        }
    }
    model->inputs[model->input_count++] = path;
}

/* Finds and reads a file; false after a diagnostic. */
static bool image_open(struct model *model, struct image_file *file)
{
    struct position at = tree_at(&model->tree, file->node, file->property);
    const char *title = tree_title(&model->tree, file->node);
    struct stat status;
    if (file->name[0] == '\0') {
        diag_error(at, "%s: '%s' is empty; it must name a file", title, file->property);
        return false;
    }
    file->path = image_find(model, file->name, &status);
    if (file->path == NULL) {
        image_report_missing(model, file);
        return false;
    }
    const char *obstacle = image_obstacle(&status);
    if (obstacle == NULL) {
        image_add_input(model, file->path);
        file->data = (const uint8_t *)arena_read_file(file->path, &file->size);
        obstacle = file->data == NULL ? arena_print("cannot be read: %s", strerror(errno)) : NULL;
    }
    if (obstacle == NULL && file->size == 0) {
        obstacle = "is empty";
    }
    if (obstacle != NULL) {
        diag_error(at, "%s: '%s' %s", title, file->path, obstacle);
    }
    return obstacle == NULL;
}

/* A file without structure: at the start of the image area, and entered at its first byte. */
static bool image_add_raw(struct model *model, struct partition *partition, const struct image_file *file)
{
    uint64_t base = image_base(partition);
    const char *what = file_kind_not_raw(file);
    if (what != NULL) {
        tree_error(&model->tree, file->node, file->property, "%s: image '%s' %s", partition->name, file->path, what);
        return false;
    }
    struct piece piece = {.what = "image", .ipa = base, .size = file->size, .reserved = file->size};
    partition->entry = base;
    return image_add_piece(model, partition, file, piece, 0);
}

static bool image_read_single(struct model *model, struct partition *partition)
{
    struct image_file file = {.name = partition->image, .node = partition->node, .property = "image"};
    if (!image_open(model, &file)) {
        return false;
    }
    if (elf_recognize(&file)) {
        return elf_add(model, partition, &file);
    }
    return kernel_recognize(&file) ? kernel_add(model, partition, &file) : image_add_raw(model, partition, &file);
}

/* After everything else that is in memory, at a 2 MiB boundary. */
static bool image_add_initrd(struct model *model, struct partition *partition)
{
    struct image_file file = {.name = partition->initrd, .node = partition->linux_node, .property = "initrd"};
    uint64_t base = image_base(partition);
    const char *what = NULL;
    if (!image_open(model, &file)) {
        return false;
    }
    what = file_kind_not_initrd(&file);
    if (what != NULL) {
        tree_error(&model->tree, file.node, file.property, "%s: initrd '%s' %s", partition->name, file.path, what);
        return false;
    }
    for (uint32_t i = 0; i < partition->piece_count; i++) {
        uint64_t end = align_up(partition->pieces[i].ipa + partition->pieces[i].reserved, SIZE_2M);
        base = end > base ? end : base;
    }
    struct piece piece = {.what = "initrd", .ipa = base, .size = file.size, .reserved = file.size};
    partition->initrd_region = (struct region){base, file.size};
    return image_add_piece(model, partition, &file, piece, 0);
}

static bool image_read_linux(struct model *model, struct partition *partition)
{
    struct image_file file = {.name = partition->kernel, .node = partition->linux_node, .property = "kernel"};
    bool good =
        image_open(model, &file) && kernel_check(model, partition, &file) && kernel_add(model, partition, &file);
    return (partition->initrd == NULL || image_add_initrd(model, partition)) && good;
}

/* Without memory nothing can be placed, but a file that is not there can still be told. */
static void image_look_for(struct model *model, int node, const char *property, const char *name)
{
    struct image_file file = {.name = name, .node = node, .property = property};
    if (name != NULL) {
        (void)image_open(model, &file);
    }
}

void image_read(struct model *model, struct partition *partition)
{
    if (partition->memory_count == 0) {
        image_look_for(model, partition->node, "image", partition->image);
        image_look_for(model, partition->linux_node, "kernel", partition->kernel);
        image_look_for(model, partition->linux_node, "initrd", partition->initrd);
        return;
    }
    partition->device_tree = partition->memory[0].ipa;
    if (partition->image != NULL) {
        (void)image_read_single(model, partition);
    } else if (partition->kernel != NULL) {
        (void)image_read_linux(model, partition);
    } else {
        image_look_for(model, partition->linux_node, "initrd", partition->initrd);
    }
}
