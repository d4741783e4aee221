/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 aborts. An access without a valid syndrome is never decoded (EL2 maps no guest RAM); the IPA is
 * taken from HPFAR_EL2 only for the faults that define it. ISS encoding: D17.2.37, Arm DDI 0487.
 * @implements REQ-EXIT-003
 * @implements REQ-EXIT-004
 */
#include "partitions/abort.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "partitions/health.h"
#include "partitions/inject.h"
#include "partitions/source.h"

#define ISS_VALID (1U << 24)
#define ISS_SIZE(iss) (1U << (((iss) >> 22) & 3U))
#define ISS_SIGNED (1U << 21)
#define ISS_REGISTER(iss) (((iss) >> 16) & 31U)
#define ISS_64BIT (1U << 15)
#define ISS_CACHE_OP (1U << 8)
#define ISS_WALK (1U << 7) /* S1PTW */
#define ISS_WRITE (1U << 6)
#define ISS_STATUS(iss) ((iss)&0x3cU) /* fault status without its level */
#define STATUS_TRANSLATION 0x04U
#define STATUS_PERMISSION 0x0cU
#define STATUS_ADDRESS_SIZE 0x00U
#define STATUS_ACCESS_FLAG 0x08U
#define STATUS_UNSUPPORTED 0x34U /* 0x34 and 0x35: lockdown, unsupported exclusive or atomic */
#define EC(syndrome) ((uint32_t)((syndrome) >> 26) & 0x3fU)
#define EC_DATA_ABORT 0x24U
#define IPA_UNKNOWN IPA(~0ULL)
#define ZERO_REGISTER 31U
#define SPSR_MODE 0xfU
#define SPSR_AARCH32 (1U << 4)
#define SPSR_E (1U << 9) /* AArch32: data is big-endian */
#define SCTLR_EE (1ULL << 25)
#define SCTLR_E0E (1ULL << 24)

struct access {
    ipa_t ipa;
    uint32_t size; /* bytes */
    uint32_t reg;
    bool write;
    bool swap; /* the guest's data is big-endian */
};

static const struct mmio_config *find_device(const struct partition_config *partition, ipa_t ipa)
{
    for (uint32_t n = 0U; n < partition->mmio_count; n++) {
        if (ipa.value - partition->mmio[n].ipa.value < partition->mmio[n].size) {
            return &partition->mmio[n];
        }
    }
    return NULL;
}

static bool guest_is_big_endian(void)
{
    uint64_t spsr = sysreg_read(spsr_el2);

    if ((spsr & SPSR_AARCH32) != 0U) {
        return (spsr & SPSR_E) != 0U;
    }
    return (sysreg_read(sctlr_el1) & ((spsr & SPSR_MODE) == 0U ? SCTLR_E0E : SCTLR_EE)) != 0U;
}

static uint64_t swap_bytes(uint64_t value, uint32_t size)
{
    return __builtin_bswap64(value) >> (64U - size * 8U);
}

static uint64_t device_read(struct vcpu_state *vcpu, const struct mmio_config *device, uint64_t offset, uint32_t size)
{
    switch (device->kind) {
    case MMIO_VGICD:
        return vgicd_read(vcpu, offset, size);
    case MMIO_VGICR:
        return vgicr_read(vcpu, offset, size);
    case MMIO_VUART:
    default:
        return vuart_read(vcpu, offset);
    }
}

static void device_write(struct vcpu_state *vcpu, const struct mmio_config *device, uint64_t offset, uint32_t size,
                         uint64_t value)
{
    switch (device->kind) {
    case MMIO_VGICD:
        vgicd_write(vcpu, offset, size, value);
        break;
    case MMIO_VGICR:
        vgicr_write(vcpu, offset, size, value);
        break;
    case MMIO_VUART:
    default:
        vuart_write(vcpu, offset, (uint32_t)value);
        break;
    }
}

/* What a load leaves in its register: sign-extended to 32 or 64 bits, or zero-extended. */
static uint64_t extend(uint64_t value, uint32_t size, uint32_t iss)
{
    uint32_t unused = 64U - size * 8U;

    if ((iss & ISS_SIGNED) == 0U) {
        return value;
    }
    value = (uint64_t)((int64_t)(value << unused) >> unused);
    return (iss & ISS_64BIT) != 0U ? value : (uint32_t)value;
}

static void emulate(struct vcpu_state *vcpu, struct frame *frame, const struct mmio_config *device,
                    const struct access *access, uint32_t iss)
{
    uint64_t offset = access->ipa.value - device->ipa.value;
    uint64_t value;

    if (access->write) {
        value = access->reg == ZERO_REGISTER ? 0U : frame->x[access->reg];
        value &= ~0ULL >> (64U - access->size * 8U);
        value = access->swap ? swap_bytes(value, access->size) : value;
        device_write(vcpu, device, offset, access->size, value);
    } else {
        value = device_read(vcpu, device, offset, access->size);
        value = access->swap ? swap_bytes(value, access->size) : value;
        if (access->reg != ZERO_REGISTER) {
            frame->x[access->reg] = extend(value, access->size, iss);
        }
    }
}

/* A naturally aligned access to a virtual device that the syndrome describes in full. */
static bool can_emulate(uint32_t iss, ipa_t ipa)
{
    return (iss & ISS_VALID) != 0U && (iss & (ISS_WALK | ISS_CACHE_OP)) == 0U &&
           ISS_STATUS(iss) == STATUS_TRANSLATION && (ipa.value & (ISS_SIZE(iss) - 1U)) == 0U;
}

/* Nobody's address: the bus would answer with an external abort, and so does EL2. */
static void refuse(const struct vcpu_state *vcpu, uint64_t syndrome, ipa_t ipa)
{
    bool fetch = EC(syndrome) != EC_DATA_ABORT;

    health_note(vcpu, BULKHEAD_EVENT_ABORT, (uint32_t)syndrome, ipa.value);
    inject_external_abort(sysreg_read(far_el2), fetch, !fetch && (syndrome & ISS_WRITE) != 0U);
}

/* HPFAR_EL2 is UNKNOWN after a permission fault that was not on a table walk (D19.2.56). */
static ipa_t faulting_ipa(uint32_t iss)
{
    uint64_t page = (sysreg_read(hpfar_el2) & 0xfffffffff0U) << 8;
    uint64_t within = sysreg_read(far_el2) & 0xfffU;

    if (ISS_STATUS(iss) == STATUS_PERMISSION && (iss & ISS_WALK) == 0U) {
        return IPA_UNKNOWN;
    }
    return IPA(page | within);
}

/*
 * What a guest can bring about. The rest (an external abort or an error on a walk of EL2's tables, a TLB conflict) means
 * that stage 2 itself is broken, which is no guest's fault.
 */
static bool is_the_guests(uint32_t iss)
{
    switch (ISS_STATUS(iss)) {
    case STATUS_ADDRESS_SIZE:
    case STATUS_TRANSLATION:
    case STATUS_ACCESS_FLAG:
    case STATUS_PERMISSION:
    case STATUS_UNSUPPORTED:
        return true;
    default:
        return false;
    }
}

void abort_answer(struct vcpu_state *vcpu, struct frame *frame, uint64_t syndrome)
{
    uint32_t iss = (uint32_t)syndrome & 0x1ffffffU;
    bool data = EC(syndrome) == EC_DATA_ABORT;
    ipa_t ipa = faulting_ipa(iss);
    const struct mmio_config *device = find_device(vcpu->config->partition, ipa);
    struct access access = {ipa, ISS_SIZE(iss), ISS_REGISTER(iss), (iss & ISS_WRITE) != 0U, guest_is_big_endian()};

    if (!is_the_guests(iss)) {
        bug(BUG_STAGE2);
    }
    trace_exit(BULKHEAD_TRACE_MMIO, source_of(vcpu), (uint32_t)syndrome, ipa.value);
    if (!data || device == NULL || !can_emulate(iss, ipa)) {
        refuse(vcpu, syndrome, ipa);
        return;
    }
    emulate(vcpu, frame, device, &access, iss);
    inject_nothing(syndrome);
}
