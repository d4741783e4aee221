/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual distributor's registers (12.9). Offsets and sizes that it does not have read as zero and ignore writes:
 * with them GICD_STATUSR, GICD_TYPER2, GICD_ITARGETSR, GICD_SGIR, GICD_CPENDSGIR, GICD_SPENDSGIR, GICD_IGRPMODR and
 * GICD_NSACR, because affinity routing is always on and there is one security state.
 * @implements REQ-VGIC-001
 * @implements REQ-VGIC-002
 */
#include "partitions/vgic_words.h"

#define GICD_CTLR 0x0000U
#define GICD_TYPER 0x0004U
#define GICD_IIDR 0x0008U
#define GICD_BANKS 0x0080U /* what vgic_frame.c decodes */
#define GICD_BANKS_END 0x0d00U
#define GICD_IROUTER 0x6000U
#define GICD_PIDR2 0xffe8U

#define CTLR_ARE (1U << 4)
#define CTLR_DS (1U << 6)
#define TYPER_LINES (VGIC_WORDS - 1U)
#define TYPER_IDBITS (15U << 19) /* 16 bits, as ICH_VTR_EL2.IDbits gives the CPU interface */
#define TYPER_NO1N (1U << 25)

static uint32_t read_control(const struct vcpu_state *vcpu)
{
    return vgic_partition(vcpu)->vgic.ctlr | CTLR_ARE | CTLR_DS;
}

/* The register of an interrupt, and which half of it; MAX_INTIDS if there is none. Aff3 is not supported. */
static uint32_t route_intid(uint64_t offset, uint32_t size)
{
    uint64_t intid = (offset - GICD_IROUTER) / 8U;

    if (offset < GICD_IROUTER || intid < 32U || intid >= MAX_INTIDS || size < 4U || (offset & 4U) != 0U) {
        return MAX_INTIDS;
    }
    return (uint32_t)intid;
}

static uint64_t read_other(const struct vcpu_state *vcpu, uint64_t offset, uint32_t size)
{
    uint32_t intid = route_intid(offset, size);

    if (intid != MAX_INTIDS) {
        return vgic_partition(vcpu)->vgic.route[intid];
    }
    return offset == GICD_PIDR2 && size == 4U ? VGIC_PIDR2 : 0U;
}

uint64_t vgicd_read(struct vcpu_state *vcpu, uint64_t offset, uint32_t size)
{
    if (offset - GICD_BANKS < GICD_BANKS_END - GICD_BANKS) {
        return vgic_frame_read(vcpu, true, (uint32_t)offset, size);
    }
    if (offset > GICD_IIDR || size != 4U) {
        return read_other(vcpu, offset, size);
    }
    switch (offset) {
    case GICD_CTLR:
        return read_control(vcpu);
    case GICD_TYPER:
        return TYPER_LINES | TYPER_IDBITS | TYPER_NO1N;
    case GICD_IIDR:
        return VGIC_IIDR;
    default:
        return 0U;
    }
}

void vgicd_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value)
{
    uint32_t intid;

    if (offset - GICD_BANKS < GICD_BANKS_END - GICD_BANKS) {
        vgic_frame_write(vcpu, true, (uint32_t)offset, size, (uint32_t)value);
        return;
    }
    if (offset == GICD_CTLR && size == 4U) {
        vgic_set_control(vcpu, (uint32_t)value);
        return;
    }
    intid = route_intid(offset, size);
    if (intid != MAX_INTIDS) {
        vgic_route_write(vcpu, intid, (uint32_t)value);
    }
}
