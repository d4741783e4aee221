/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory and files of the compiler's own process: calls that end the run rather than fail, so that no caller
 * needs an error path for them. What is allocated lives until the compiler ends.
 */
#ifndef CONFIG_COMPILER_ARENA_H
#define CONFIG_COMPILER_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory. */
void *arena_new(size_t count, size_t size);
char *arena_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Contents of a file, followed by a NUL that *size does not count; NULL (and errno) if it cannot be read. */
char *arena_read_file(const char *path, size_t *size);

#endif
