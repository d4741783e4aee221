/* SPDX-License-Identifier: Apache-2.0 */
/* Cache maintenance by set and way, of a machine without caches. */
#include "arch/arm64/cache.h"
#include "tests/unit/fake/machine.h"

void cache_set_way_of_guest(uint64_t operand)
{
    fake_record("cache_set_way_of_guest", operand, 0U, 0U);
}
