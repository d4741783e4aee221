/* SPDX-License-Identifier: Apache-2.0 */
/* Device registers in unit tests: a test that has a device defines the two functions; else they are memory (fake/mmio.c). */
#ifndef ARCH_ARM64_MMIO_H
#define ARCH_ARM64_MMIO_H

#include "lib/types.h"

uint64_t fake_mmio_read(uint64_t address, uint32_t size);
void fake_mmio_write(uint64_t address, uint32_t size, uint64_t value);

static inline uint32_t mmio_read32(uint64_t address)
{
    return (uint32_t)fake_mmio_read(address, 4U);
}

static inline void mmio_write32(uint64_t address, uint32_t value)
{
    fake_mmio_write(address, 4U, value);
}

static inline uint64_t mmio_read64(uint64_t address)
{
    return fake_mmio_read(address, 8U);
}

static inline void mmio_write64(uint64_t address, uint64_t value)
{
    fake_mmio_write(address, 8U, value);
}

#endif
