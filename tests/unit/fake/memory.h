/* SPDX-License-Identifier: Apache-2.0 */
/* See memory.c. */
#ifndef TESTS_UNIT_FAKE_MEMORY_H
#define TESTS_UNIT_FAKE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define FAKE_MEMORY_WINDOWS 8U

/* No memory, EL2's root in use. */
void fake_memory_reset(void);
/* `size` bytes of host memory stand at physical address `pa`. */
void fake_memory_add(uint64_t pa, void *bytes, uint64_t size);

#endif
