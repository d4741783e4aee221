/* SPDX-License-Identifier: Apache-2.0 */
/* Sequential writing of a device tree, with the first error kept so that callers need not look. */
#ifndef CONFIG_COMPILER_FDT_WRITER_H
#define CONFIG_COMPILER_FDT_WRITER_H

#include <stdarg.h>
#include <stdint.h>

struct fdt_writer {
    void *blob;
    uint32_t room;
    int error; /* of libfdt; 0: none so far */
};

struct fdt_writer fdt_writer_start(void);
/* Ends the writing in sequence: the tree can now be added to, up to room bytes, with libfdt's functions for that. */
void fdt_writer_open(struct fdt_writer *writer);
/* Ends the tree, which then has spare room up to a whole page; its size is returned through *size. */
void *fdt_writer_finish(struct fdt_writer *writer, uint64_t *size);

void fdt_writer_begin(struct fdt_writer *writer, const char *name);
void fdt_writer_end(struct fdt_writer *writer);
void fdt_writer_flag(struct fdt_writer *writer, const char *name);
void fdt_writer_string(struct fdt_writer *writer, const char *name, const char *value);
/* Several strings: value holds them with a NUL between each; size counts the last NUL. */
void fdt_writer_bytes(struct fdt_writer *writer, const char *name, const void *value, uint32_t size);
void fdt_writer_u64(struct fdt_writer *writer, const char *name, uint64_t value);
void fdt_writer_cells(struct fdt_writer *writer, const char *name, const uint32_t *cells, uint32_t count);
void fdt_writer_u32(struct fdt_writer *writer, const char *name, uint32_t value);
/* reg with two cells for each address and size. */
void fdt_writer_reg(struct fdt_writer *writer, uint64_t base, uint64_t size);

#endif
