/* SPDX-License-Identifier: Apache-2.0 */
/* A few lines over libfdt's sequential-write functions. Called by guest_dtb.c and guest_device.c. */
#include "fdt_writer.h"

#include "diag.h"
#include "arena.h"

#include <libfdt.h>
#include <stddef.h>
#include <string.h>

#define ROOM 0x100000U
#define PAGE 4096U

static void fdt_writer_note(struct fdt_writer *writer, int result)
{
    if (writer->error == 0) {
        writer->error = result;
    }
}

struct fdt_writer fdt_writer_start(void)
{
    struct fdt_writer writer = {.blob = arena_new(1, ROOM), .room = ROOM};
    fdt_writer_note(&writer, fdt_create(writer.blob, (int)writer.room));
    fdt_writer_note(&writer, fdt_finish_reservemap(writer.blob));
    return writer;
}

void fdt_writer_open(struct fdt_writer *writer)
{
    void *blob = arena_new(2, ROOM);
    fdt_writer_note(writer, fdt_finish(writer->blob));
    if (writer->error == 0) {
        writer->room = 2U * ROOM;
        fdt_writer_note(writer, fdt_open_into(writer->blob, blob, (int)writer->room));
        writer->blob = blob;
    }
    if (writer->error != 0) {
        diag_fatal("cannot make a guest's device tree: %s", fdt_strerror(writer->error));
    }
}

void *fdt_writer_finish(struct fdt_writer *writer, uint64_t *size)
{
    if (fdt_pack(writer->blob) != 0) {
        diag_fatal("cannot pack a guest's device tree");
    }
    uint32_t padded = (fdt_totalsize(writer->blob) + PAGE - 1U) / PAGE * PAGE;
    void *blob = arena_new(1, padded);
    if (fdt_open_into(writer->blob, blob, (int)padded) != 0) {
        diag_fatal("cannot lay out a guest's device tree");
    }
    *size = padded;
    return blob;
}

void fdt_writer_begin(struct fdt_writer *writer, const char *name)
{
    fdt_writer_note(writer, fdt_begin_node(writer->blob, name));
}

void fdt_writer_end(struct fdt_writer *writer)
{
    fdt_writer_note(writer, fdt_end_node(writer->blob));
}

void fdt_writer_bytes(struct fdt_writer *writer, const char *name, const void *value, uint32_t size)
{
    fdt_writer_note(writer, fdt_property(writer->blob, name, value, (int)size));
}

void fdt_writer_flag(struct fdt_writer *writer, const char *name)
{
    fdt_writer_bytes(writer, name, "", 0);
}

void fdt_writer_string(struct fdt_writer *writer, const char *name, const char *value)
{
    fdt_writer_bytes(writer, name, value, (uint32_t)strlen(value) + 1U);
}

void fdt_writer_u64(struct fdt_writer *writer, const char *name, uint64_t value)
{
    fdt_writer_note(writer, fdt_property_u64(writer->blob, name, value));
}

void fdt_writer_cells(struct fdt_writer *writer, const char *name, const uint32_t *cells, uint32_t count)
{
    void *place = NULL;
    int result = fdt_property_placeholder(writer->blob, name, (int)(count * 4U), &place);
    fdt_writer_note(writer, result);
    for (uint32_t i = 0; result == 0 && i < count; i++) {
        fdt32_st((uint8_t *)place + (size_t)i * 4U, cells[i]);
    }
}

void fdt_writer_u32(struct fdt_writer *writer, const char *name, uint32_t value)
{
    fdt_writer_cells(writer, name, &value, 1);
}

void fdt_writer_reg(struct fdt_writer *writer, uint64_t base, uint64_t size)
{
    const uint32_t cells[] = {(uint32_t)(base >> 32), (uint32_t)base, (uint32_t)(size >> 32), (uint32_t)size};
    fdt_writer_cells(writer, "reg", cells, 4);
}
