/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text from a pattern: %u %d %x (32 bits, lower-case hexadecimal), %lu %ld %lx (64 bits), %s, %c, %%. A number before
 * the letter is a minimum width, filled with zeros. What does not fit is cut; the text always ends in a zero byte.
 * Pure logic.
 */
#ifndef GUESTS_LIB_FORMAT_H
#define GUESTS_LIB_FORMAT_H

#include <stdarg.h>
#include <stdint.h>

/* Length of the text without its end. size is at least 1. */
uint32_t format_text(char *buffer, uint32_t size, const char *pattern, va_list arguments);

#endif
