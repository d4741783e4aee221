/* SPDX-License-Identifier: Apache-2.0 */
/* Clean itself. */
#include "tests/check/bad/inline.h"

int four_times(int value);

int four_times(int value)
{
    return twice(twice(value));
}
