/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System registers of the machine that unit tests run on: variables by name (tests/unit/fake/machine.h). Shadows
 * arch/arm64/sysreg.h by include order.
 */
#ifndef ARCH_ARM64_SYSREG_H
#define ARCH_ARM64_SYSREG_H

#include <stdint.h>

/* The register's value; a register nobody wrote is zero. */
uint64_t *fake_sysreg(const char *name);
void fake_sysreg_write(const char *name, uint64_t value);
void fake_barrier(const char *kind);
void fake_wfi(void);
/* bug() ends the function under test, as the vector would: see fake_stops(). */
void fake_bug(uint32_t code) __attribute__((noreturn));

#define sysreg_read(name) (*fake_sysreg(#name))
#define sysreg_write(name, value) fake_sysreg_write(#name, (value))

#define isb() fake_barrier("isb")
#define dsb_sy() fake_barrier("dsb sy")
#define dsb_ish() fake_barrier("dsb ish")
#define dsb_ishst() fake_barrier("dsb ishst")
#define dsb_nsh() fake_barrier("dsb nsh")
#define wfi() fake_wfi()
#define bug(code) fake_bug(code)

/* TLB maintenance that the code has inline: this machine has no TLB. */
__asm__(".macro tlbi operation\n.endm\n");

#endif
