/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation and file reading that do not fail quietly. */
#include "arena.h"

#include "diag.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Everything allocated is reachable from here, so that leak checkers stay useful for real leaks. */
struct block {
    struct block *next;
    max_align_t data[];
};

static struct block *blocks;

void *arena_new(size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - sizeof(struct block)) / size) {
        diag_fatal("out of memory");
    }
    struct block *block = calloc(1, sizeof(*block) + count * size);
    if (block == NULL) {
        diag_fatal("out of memory");
    }
    block->next = blocks;
    blocks = block;
    return block->data;
}

char *arena_print(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        diag_fatal("out of memory");
    }
    char *copy = arena_new((size_t)length + 1U, 1);
    memcpy(copy, text, (size_t)length);
    free(text);
    return copy;
}

char *arena_read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    struct stat status;
    char *data = NULL;
    if (fstat(fileno(file), &status) == 0 && !S_ISDIR(status.st_mode)) {
        size_t length = (size_t)status.st_size;
        data = arena_new(length + 1U, 1);
        *size = fread(data, 1, length, file);
    } else {
        errno = EISDIR;
    }
    (void)fclose(file);
    return data;
}
