/* SPDX-License-Identifier: Apache-2.0 */
/* What a BRK at EL2 means: its immediate, which the fault record keeps in the syndrome. */
#ifndef ARCH_ARM64_BUGS_H
#define ARCH_ARM64_BUGS_H

#define BUG_STACK_CHECK 1     /* stack protector */
#define BUG_WRONG_CHIP 2      /* the chip is not the one configured */
#define BUG_GIC_WAKE 3        /* a redistributor did not wake */
#define BUG_STAGE2 5          /* error on a walk of stage 2 */
#define BUG_UNREACHABLE 4     /* an invariant of the code is broken */

#endif
