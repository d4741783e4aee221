/* SPDX-License-Identifier: Apache-2.0 */
/* Registers that no test models: the memory of the build machine. */
#include "arch/arm64/mmio.h"

__attribute__((weak)) uint64_t fake_mmio_read(uint64_t address, uint32_t size)
{
    return size == 4U ? *(volatile uint32_t *)address : *(volatile uint64_t *)address;
}

__attribute__((weak)) void fake_mmio_write(uint64_t address, uint32_t size, uint64_t value)
{
    if (size == 4U) {
        *(volatile uint32_t *)address = (uint32_t)value;
    } else {
        *(volatile uint64_t *)address = value;
    }
}
