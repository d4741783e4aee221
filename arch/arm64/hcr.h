/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of HCR_EL2 (D19.2.47, Arm DDI 0487) and its values here. */
#ifndef ARCH_ARM64_HCR_H
#define ARCH_ARM64_HCR_H

#define HCR_VM (1 << 0)   /* stage 2 on */
#define HCR_SWIO (1 << 1) /* set/way invalidation cleans too */
#define HCR_PTW (1 << 2)  /* a stage-1 walk through device memory faults */
#define HCR_FMO (1 << 3)  /* physical interrupts and errors come to EL2 */
#define HCR_IMO (1 << 4)
#define HCR_AMO (1 << 5)
#define HCR_TID1 (1 << 16)    /* SMIDR_EL1 is denied; REVIDR_EL1 and AIDR_EL1 come with it */
#define HCR_TID3 (1 << 18)    /* feature registers are emulated */
#define HCR_TSC (1 << 19)     /* SMC is emulated */
#define HCR_TIDCP (1 << 20)   /* implementation-defined registers are denied */
#define HCR_TACR (1 << 21)    /* auxiliary control is denied */
#define HCR_TSW (1 << 22)     /* cache maintenance by set and way is emulated */
#define HCR_RW (1ULL << 31)   /* EL1 is AArch64 */
#define HCR_TLOR (1ULL << 35) /* limited ordering regions are denied */
#define HCR_TERR (1ULL << 36) /* error records are denied */
#define HCR_APK (1ULL << 40)  /* pointer authentication belongs to the guest */
#define HCR_API (1ULL << 41)
#define HCR_TID5 (1ULL << 58) /* GMID_EL1 is denied */

#endif
