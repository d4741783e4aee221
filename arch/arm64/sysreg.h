/* SPDX-License-Identifier: Apache-2.0 */
/* Access to system registers and barriers. The only place with inline MRS, MSR and barrier instructions. */
#ifndef ARCH_ARM64_SYSREG_H
#define ARCH_ARM64_SYSREG_H

#include <stdint.h>

#define sysreg_read(name)                                                    \
    ({                                                                       \
        uint64_t sysreg_value_;                                              \
        __asm__ volatile("mrs %0, " #name : "=r"(sysreg_value_) : : "memory"); \
        sysreg_value_;                                                       \
    })

#define sysreg_write(name, value)                                                        \
    do {                                                                                 \
        uint64_t sysreg_new_ = (value);                                                  \
        __asm__ volatile("msr " #name ", %0" : : "r"(sysreg_new_) : "memory");           \
    } while (0)

#define isb() __asm__ volatile("isb" : : : "memory")
#define dsb_sy() __asm__ volatile("dsb sy" : : : "memory")
#define dsb_ish() __asm__ volatile("dsb ish" : : : "memory")
#define dsb_ishst() __asm__ volatile("dsb ishst" : : : "memory")
#define dsb_nsh() __asm__ volatile("dsb nsh" : : : "memory")
#define wfi() __asm__ volatile("wfi" : : : "memory")

/* Stops here for good, with a record: the vector turns the breakpoint into the first-fault path (core/fault.c). */
#define bug(code) __asm__ volatile("brk %0" : : "i"(code) : "memory")

#endif
