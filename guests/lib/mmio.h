/* SPDX-License-Identifier: Apache-2.0 */
/* Device register accesses: one load or store each, of exactly the size in the name. */
#ifndef GUESTS_LIB_MMIO_H
#define GUESTS_LIB_MMIO_H

#include <stdint.h>

/*
 * In assembly, because a hypervisor decodes only accesses without write-back: the compiler would be free to
 * pick an addressing mode that traps without a syndrome (Arm DDI 0487, ISS encoding for Data Aborts, ISV).
 */
static inline uint32_t mmio_read32(uint64_t address)
{
    uint32_t value;

    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static inline void mmio_write32(uint64_t address, uint32_t value)
{
    __asm__ volatile("str %w0, [%1]" ::"r"(value), "r"(address) : "memory");
}

static inline uint64_t mmio_read64(uint64_t address)
{
    uint64_t value;

    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static inline void mmio_write64(uint64_t address, uint64_t value)
{
    __asm__ volatile("str %0, [%1]" ::"r"(value), "r"(address) : "memory");
}

static inline void mmio_write8(uint64_t address, uint8_t value)
{
    __asm__ volatile("strb %w0, [%1]" ::"r"(value), "r"(address) : "memory");
}

#endif
