/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exception entry to EL1, done by hand.
 * @implements REQ-EXIT-003
 */
#include "partitions/inject.h"
#include "arch/arm64/sysreg.h"

#define SPSR_MODE 0xfU
#define SPSR_AARCH32 (1U << 4)
#define MODE_EL0 0U
#define MODE_EL1T 4U
#define SPSR_KEEP ((0xfULL << 28) | (1ULL << 24) | (1ULL << 22)) /* NZCV, DIT, PAN */
#define SPSR_PAN (1ULL << 22)
#define SPSR_SSBS (1ULL << 12)
#define SPSR_EL1H_MASKED 0x3c5ULL
#define SCTLR_SPAN (1ULL << 23)
#define SCTLR_DSSBS (1ULL << 44) /* SSBS on exception entry; RES0 in a core without it, as SPSR's bit is */

/* ESR_EL1. Of the two aborts' classes, 0x20 and 0x24, the lowest bit says that it came from the same level. */
#define ESR_UNKNOWN 0ULL
#define ESR_EC (0x3fULL << 26)
#define ESR_EC_DATA (1ULL << 28)
#define ESR_EC_SAME (1ULL << 26)
#define ESR_IL (1ULL << 25)
#define ESR_CM (1ULL << 8)
#define ESR_WNR (1ULL << 6)

static uint64_t vector_offset(uint64_t spsr)
{
    if ((spsr & SPSR_AARCH32) != 0U) {
        return 0x600U;
    }
    if ((spsr & SPSR_MODE) == MODE_EL0) {
        return 0x400U;
    }
    return (spsr & SPSR_MODE) == MODE_EL1T ? 0x000U : 0x200U;
}

static void enter_el1(uint64_t syndrome)
{
    uint64_t spsr = sysreg_read(spsr_el2);
    uint64_t pan = (sysreg_read(sctlr_el1) & SCTLR_SPAN) == 0U ? SPSR_PAN : 0U;
    uint64_t ssbs = (sysreg_read(sctlr_el1) & SCTLR_DSSBS) != 0U ? SPSR_SSBS : 0U;

    sysreg_write(spsr_el1, spsr);
    sysreg_write(elr_el1, sysreg_read(elr_el2));
    sysreg_write(esr_el1, syndrome);
    sysreg_write(elr_el2, sysreg_read(vbar_el1) + vector_offset(spsr));
    if ((sysreg_read(id_aa64mmfr1_el1) >> 20 & 0xfU) == 0U) {
        pan = 0U;
    }
    sysreg_write(spsr_el2, (spsr & SPSR_KEEP) | pan | ssbs | SPSR_EL1H_MASKED);
}

static bool from_el1(void)
{
    return (sysreg_read(spsr_el2) & (SPSR_AARCH32 | SPSR_MODE)) >= MODE_EL1T &&
           (sysreg_read(spsr_el2) & SPSR_AARCH32) == 0U;
}

/* ITSTATE after a Thumb instruction in an IT block: IT[7:5] in SPSR[15:13], IT[4:2] in [12:10], IT[1:0] in [26:25]. */
static uint64_t advance_it(uint64_t spsr)
{
    uint64_t it = (spsr >> 8 & 0xfcU) | (spsr >> 25 & 3U);

    it = (it & 7U) == 0U ? 0U : (it & 0xe0U) | (it << 1 & 0x1fU);
    return (spsr & ~(0xfc00ULL | 3ULL << 25)) | (it & 0xfcU) << 8 | (it & 3U) << 25;
}

void inject_nothing(uint64_t syndrome)
{
    uint64_t spsr = sysreg_read(spsr_el2) & ~SPSR_SS;

    sysreg_write(elr_el2, sysreg_read(elr_el2) + ((syndrome & ESR_IL) != 0U ? 4U : 2U));
    sysreg_write(spsr_el2, (spsr & SPSR_AARCH32) != 0U ? advance_it(spsr) : spsr & ~SPSR_BTYPE);
}

void inject_undefined(void)
{
    enter_el1(ESR_UNKNOWN | ESR_IL);
}

/*
 * What stays of EL2's syndrome: the class, and of a data abort which way it went and whether it was cache maintenance. The
 * rest speaks of stage 2 alone: ISV and what is valid with it, S1PTW. EA and SET are 0, FAR_EL1 is valid (FnV = 0).
 */
void inject_external_abort(uint64_t far, uint64_t syndrome, uint32_t status)
{
    uint64_t keep = (syndrome & ESR_EC_DATA) != 0U ? ESR_EC | ESR_CM | ESR_WNR : ESR_EC;

    sysreg_write(far_el1, far);
    enter_el1((syndrome & keep) | (from_el1() ? ESR_EC_SAME : 0U) | ESR_IL | status);
}
