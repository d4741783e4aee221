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
#define GICD_BANKS 0x0080U /* what vgic_frame.c decodes: words of one bit for each interrupt, then other fields */
#define GICD_WORDS_END 0x0400U
#define GICD_ENABLERS 0x0100U /* GICD_ISENABLER and GICD_ICENABLER, which read alike */
#define GICD_ENABLERS_END 0x0200U
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

static uint64_t read_route(const struct vcpu_state *vcpu, uint64_t offset, uint32_t size)
{
    uint32_t intid = route_intid(offset, size);

    return intid != MAX_INTIDS ? vgic_partition(vcpu)->vgic.route[intid] : 0U;
}

static uint64_t read_other(const struct vcpu_state *vcpu, uint64_t offset)
{
    switch (offset) {
    case GICD_CTLR:
        return read_control(vcpu);
    case GICD_IIDR:
        return VGIC_IIDR;
    case GICD_PIDR2:
        return VGIC_PIDR2;
    default:
        return read_route(vcpu, offset, 4U);
    }
}

/* Not inlined: the two registers below that are read most need no frame of this. */
static __attribute__((noinline)) void read_rarer(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu)
{
    uint32_t index = vgic_word_index((uint32_t)offset);

    if (offset - GICD_BANKS < GICD_WORDS_END - GICD_BANKS) {
        if (index - 1U < VGIC_WORDS - 1U) {
            vgic_word_read(value, (uint32_t)offset, vcpu, &vgic_partition(vcpu)->vgic.bank[index]);
        } else {
            *value = 0U;
        }
    } else if (offset - GICD_WORDS_END < GICD_BANKS_END - GICD_WORDS_END) {
        vgic_fields_read(value, (uint32_t)offset, 4U, vcpu, true);
    } else {
        *value = read_other(vcpu, offset);
    }
}

void vgicd_read32(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu)
{
    uint32_t index = vgic_word_index((uint32_t)offset);

    if (offset == GICD_TYPER) {
        *value = TYPER_LINES | TYPER_IDBITS | TYPER_NO1N;
    } else if (offset - GICD_ENABLERS < GICD_ENABLERS_END - GICD_ENABLERS && index - 1U < VGIC_WORDS - 1U) {
        *value = vgic_partition(vcpu)->vgic.bank[index].enabled;
    } else {
        read_rarer(value, offset, vcpu);
    }
}

void vgicd_read(uint64_t *value, uint64_t offset, uint32_t size, struct vcpu_state *vcpu)
{
    if (size == 4U) {
        vgicd_read32(value, offset, vcpu);
    } else if (offset - GICD_WORDS_END < GICD_BANKS_END - GICD_WORDS_END) {
        vgic_fields_read(value, (uint32_t)offset, size, vcpu, true);
    } else {
        *value = read_route(vcpu, offset, size);
    }
}

void vgicd_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value)
{
    uint32_t index = vgic_word_index((uint32_t)offset);
    uint32_t intid;

    if (offset - GICD_BANKS < GICD_WORDS_END - GICD_BANKS && size == 4U && index - 1U < VGIC_WORDS - 1U) {
        vgic_word_write((uint32_t)value, (uint32_t)offset, vcpu, &vgic_partition(vcpu)->vgic.bank[index]);
        return;
    }
    if (offset - GICD_WORDS_END < GICD_BANKS_END - GICD_WORDS_END) {
        vgic_fields_write(vcpu, true, (uint32_t)offset, size, (uint32_t)value);
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
