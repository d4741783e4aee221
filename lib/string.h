/* SPDX-License-Identifier: Apache-2.0 */
/* What the compiler expects to find: it may turn structure copies and clears into calls of these. */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <stddef.h>

void *memset(void *to, int value, size_t size);
void *memcpy(void *restrict to, const void *restrict from, size_t size);

#endif
