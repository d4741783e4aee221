/* SPDX-License-Identifier: Apache-2.0 */
/* Junk in every register of registers.h, in its order. */
#include "shim.h"

#define REGISTER(name, mask, ones) \
    __asm__ volatile("msr " #name ", %0" : : "r"(junk_of(mask) | (ones)) : "memory");

void registers_junk(void)
{
#include "registers.h"
    __asm__ volatile("isb" : : : "memory");
}
