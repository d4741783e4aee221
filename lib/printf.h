/* SPDX-License-Identifier: Apache-2.0 */
/* Formatting into a caller's buffer. */
#ifndef LIB_PRINTF_H
#define LIB_PRINTF_H

#include <stdarg.h>
#include <stddef.h>

/*
 * %s %c %u %x %lu %lx, a zero-padded width as in %08x, and %%. Always terminates; text that does not fit is cut. Returns the
 * length of what was written, without the terminator.
 */
size_t format(char *buffer, size_t size, const char *text, ...) __attribute__((format(printf, 3, 4)));
size_t format_list(char *buffer, size_t size, const char *text, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
