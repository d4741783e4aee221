/* SPDX-License-Identifier: Apache-2.0 */
/* System registers, barriers and the interrupt mask, for guests. The only place with MRS, MSR and barriers in C. */
#ifndef GUESTS_LIB_SYSREG_H
#define GUESTS_LIB_SYSREG_H

#include <stdint.h>

#define sysreg_read(name)                                                                                              \
    ({                                                                                                                 \
        uint64_t sysreg_read_value;                                                                                    \
        __asm__ volatile("mrs %0, " #name : "=r"(sysreg_read_value)::"memory");                                        \
        sysreg_read_value;                                                                                             \
    })

#define sysreg_write(name, value) __asm__ volatile("msr " #name ", %0" ::"r"((uint64_t)(value)) : "memory")

static inline void barrier_instructions(void)
{
    __asm__ volatile("isb" ::: "memory");
}

/* Completes all earlier accesses, as seen by every vCPU and device. */
static inline void barrier_full(void)
{
    __asm__ volatile("dsb sy" ::: "memory");
}

static inline void cpu_wait(void)
{
    __asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* This vCPU's number: Aff0, as Bulkhead numbers the vCPUs of a partition from 0. */
static inline uint32_t cpu_index(void)
{
    return (uint32_t)(sysreg_read(mpidr_el1) & 0xffU);
}

/* Masks IRQs; the result is for irq_restore(). */
static inline uint64_t irq_save(void)
{
    uint64_t mask = sysreg_read(daif);

    __asm__ volatile("msr daifset, #2" ::: "memory");
    return mask;
}

static inline void irq_restore(uint64_t mask)
{
    sysreg_write(daif, mask);
}

static inline void irq_unmask(void)
{
    __asm__ volatile("msr daifclr, #2" ::: "memory");
}

static inline void irq_mask(void)
{
    __asm__ volatile("msr daifset, #2" ::: "memory");
}

#endif
