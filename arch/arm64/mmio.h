/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Device registers by physical address (EL2 maps them at the same virtual address). Loads are load-acquire: a Cortex-A57 up
 * to r1p2 may deadlock when other loads from devices meet exclusives (erratum 832075, docs/errata.md).
 * @implements REQ-ERR-002
 */
#ifndef ARCH_ARM64_MMIO_H
#define ARCH_ARM64_MMIO_H

#include "lib/types.h"

static inline uint32_t mmio_read32(uint64_t address)
{
    return __atomic_load_n((volatile uint32_t *)address, __ATOMIC_ACQUIRE);
}

static inline void mmio_write32(uint64_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

static inline uint64_t mmio_read64(uint64_t address)
{
    return __atomic_load_n((volatile uint64_t *)address, __ATOMIC_ACQUIRE);
}

static inline void mmio_write64(uint64_t address, uint64_t value)
{
    *(volatile uint64_t *)address = value;
}

#endif
