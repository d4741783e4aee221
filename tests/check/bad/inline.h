/* SPDX-License-Identifier: Apache-2.0 */
/* A finding that stands in a header. */
#ifndef TESTS_CHECK_BAD_INLINE_H
#define TESTS_CHECK_BAD_INLINE_H

static inline int twice(int value)
{
    if (value > 3)
        return 2 * value;
    return 0;
}

#endif
