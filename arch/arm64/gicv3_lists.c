/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual CPU interface of GICv3: list registers and what goes with them (Arm IHI 0069H, 12.4).
 * @implements REQ-GIC-002
 */
#include "arch/arm64/gic.h"
#include "arch/arm64/sysreg.h"

uint32_t gic_list_count(void)
{
    return ((uint32_t)sysreg_read(ich_vtr_el2) & 0x1fU) + 1U;
}

/* log2 of the number of active-priority registers: 5, 6 or 7 preemption bits (ICH_VTR_EL2.PREbits). */
static uint32_t active_words(void)
{
    return 1U << (((uint32_t)(sysreg_read(ich_vtr_el2) >> 26) & 7U) - 4U);
}

void gic_list_first_write(uint64_t value)
{
    sysreg_write(ich_lr0_el2, value);
}

uint64_t gic_hcr_read(void)
{
    return sysreg_read(ich_hcr_el2);
}

uint64_t gic_vmcr_read(void)
{
    return sysreg_read(ich_vmcr_el2);
}

void gic_hcr_write(uint64_t value)
{
    sysreg_write(ich_hcr_el2, value);
}

static void active_load(const struct gic_context *context, uint32_t words)
{
    sysreg_write(ich_ap0r0_el2, context->active[0][0]);
    sysreg_write(ich_ap1r0_el2, context->active[1][0]);
    if (words >= 2U) {
        sysreg_write(ich_ap0r1_el2, context->active[0][1]);
        sysreg_write(ich_ap1r1_el2, context->active[1][1]);
    }
    if (words >= 4U) {
        sysreg_write(ich_ap0r2_el2, context->active[0][2]);
        sysreg_write(ich_ap1r2_el2, context->active[1][2]);
        sysreg_write(ich_ap0r3_el2, context->active[0][3]);
        sysreg_write(ich_ap1r3_el2, context->active[1][3]);
    }
}

uint32_t gic_active_read(struct gic_context *context)
{
    uint32_t words = active_words();

    context->active[0][0] = (uint32_t)sysreg_read(ich_ap0r0_el2);
    context->active[1][0] = (uint32_t)sysreg_read(ich_ap1r0_el2);
    if (words >= 2U) {
        context->active[0][1] = (uint32_t)sysreg_read(ich_ap0r1_el2);
        context->active[1][1] = (uint32_t)sysreg_read(ich_ap1r1_el2);
    }
    if (words >= 4U) {
        context->active[0][2] = (uint32_t)sysreg_read(ich_ap0r2_el2);
        context->active[1][2] = (uint32_t)sysreg_read(ich_ap1r2_el2);
        context->active[0][3] = (uint32_t)sysreg_read(ich_ap0r3_el2);
        context->active[1][3] = (uint32_t)sysreg_read(ich_ap1r3_el2);
    }
    return words;
}

void gic_load(const struct gic_context *context)
{
    active_load(context, active_words());
    sysreg_write(icc_sre_el1, 0x7U); /* where EL1 may change it, the last guest may have */
    sysreg_write(ich_vmcr_el2, context->vmcr);
    gic_hcr_write(context->hcr);
}

void gic_put(struct gic_context *context)
{
    uint32_t lists = gic_list_count();

    context->hcr = gic_hcr_read();
    gic_hcr_write(0U);
    context->vmcr = sysreg_read(ich_vmcr_el2);
    for (uint32_t n = 0U; n < lists; n++) {
        gic_list_write(n, 0U);
    }
    (void)gic_active_read(context);
}

void gic_context_reset(struct gic_context *context)
{
    *context = (struct gic_context){0};
    context->hcr = GIC_HCR_ENABLE;
}
