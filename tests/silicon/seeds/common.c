/* SPDX-License-Identifier: Apache-2.0 */
/* What a seed need not have. */
#include "seed.h"

__attribute__((weak)) void second_main(void)
{
}
