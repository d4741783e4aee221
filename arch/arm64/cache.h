/* SPDX-License-Identifier: Apache-2.0 */
/* Cache maintenance by set and way: none of EL2's own, only what a guest asks for. */
#ifndef ARCH_ARM64_CACHE_H
#define ARCH_ARM64_CACHE_H

#include <stdint.h>

/*
 * DC ISW, CSW or CISW of a guest with this operand (D7.5.9.5 in Arm DDI 0487), on its own core: cleaned and invalidated
 * whatever it asked for, if the level is one that maintenance to the point of coherency has to reach. Complete when this
 * returns.
 */
void cache_set_way_of_guest(uint64_t operand);

#endif
