/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the machine: windows of host memory at physical addresses. An access outside of them fails the test. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake/memory.h"
#include "tests/unit/fake/machine.h"
#include "arch/arm64/memory.h"

static struct {
    uint64_t pa;
    uint64_t size;
    uint8_t *bytes;
} windows[FAKE_MEMORY_WINDOWS];

static uint32_t window_count;

void fake_memory_reset(void)
{
    window_count = 0U;
}

void fake_memory_add(uint64_t pa, void *bytes, uint64_t size)
{
    assert_true(window_count < FAKE_MEMORY_WINDOWS);
    windows[window_count].pa = pa;
    windows[window_count].size = size;
    windows[window_count].bytes = bytes;
    window_count++;
}

static uint8_t *at(va_t address, uint64_t size)
{
    for (uint32_t n = 0U; n < window_count; n++) {
        uint64_t offset = address.value - windows[n].pa;

        if (offset < windows[n].size && size <= windows[n].size - offset) {
            return windows[n].bytes + offset;
        }
    }
    fail_msg("no memory at 0x%llx, size 0x%llx", (unsigned long long)address.value, (unsigned long long)size);
    return NULL;
}

void memory_use_root(pa_t root)
{
    fake_record("memory_use_root", root.value, 0U, 0U);
}

void memory_zero_page(va_t page)
{
    assert_int_equal(page.value % PAGE_SIZE, 0U);
    fake_record("memory_zero_page", page.value, 0U, 0U);
    memset(at(page, PAGE_SIZE), 0, PAGE_SIZE);
}

/* What cleans shows as memory_clean_invalidate() of each page, whoever does it. */
void memory_scrub(va_t start, uint64_t size)
{
    assert_int_equal((start.value | size) % PAGE_SIZE, 0U);
    fake_record("memory_scrub", start.value, size, 0U);
    memset(at(start, size), 0, size);
    for (uint64_t done = 0U; done < size; done += PAGE_SIZE) {
        memory_clean_invalidate((va_t){start.value + done}, PAGE_SIZE);
    }
}

void memory_copy_page(va_t to, va_t from)
{
    assert_int_equal(to.value % PAGE_SIZE, 0U);
    fake_record("memory_copy_page", to.value, from.value, 0U);
    memory_copy(to, from, PAGE_SIZE);
    memory_clean_invalidate(to, PAGE_SIZE);
}

void memory_copy(va_t to, va_t from, uint64_t size)
{
    assert_int_equal((to.value | from.value | size) % 8U, 0U);
    fake_record("memory_copy", to.value, from.value, size);
    if (size != 0U) {
        memcpy(at(to, size), at(from, size), size);
    }
}

void memory_clean_invalidate(va_t start, uint64_t size)
{
    fake_record("memory_clean_invalidate", start.value, size, 0U);
}
