/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 aborts. An access without a valid syndrome is never decoded (EL2 maps no guest RAM); the IPA is
 * taken from HPFAR_EL2 only for the faults that define it. ISS encoding: D17.2.37, Arm DDI 0487.
 *
 * The common access - 32 bits, aligned, little-endian, zero-extended - is told by one comparison and answered in
 * exit_data_abort(); every other one goes through emulate_carefully() or refuse().
 * @implements REQ-EXIT-003
 * @implements REQ-EXIT-004
 * @implements REQ-EXIT-006
 */
#include "partitions/abort.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"
#include "partitions/exit.h"
#include "partitions/health.h"
#include "partitions/inject.h"
#include "partitions/pci.h"
#include "partitions/walk.h"

#define ISS(syndrome) ((uint32_t)(syndrome)&0x1ffffffU)
#define ISS_VALID (1U << 24)
#define ISS_SIZE(iss) (1U << (((iss) >> 22) & 3U))
#define ISS_SIGNED (1U << 21)
#define ISS_64BIT (1U << 15)
#define ISS_CACHE_OP (1U << 8)
#define ISS_WALK (1U << 7) /* S1PTW */
#define ISS_WRITE (1U << 6)
#define ISS_STATUS(iss) ((iss)&0x3cU) /* fault status without its level */
#define STATUS_MASK 0x3cU
#define STATUS_TRANSLATION 0x04U
#define STATUS_PERMISSION 0x0cU
#define STATUS_ADDRESS_SIZE 0x00U
#define STATUS_ACCESS_FLAG 0x08U
#define STATUS_ALIGNMENT 0x20U /* unaligned, and the memory is a device by stage 2 */
#define STATUS_CONFLICT 0x30U /* in the TLB; or an update of a table by the hardware that is not supported */
#define STATUS_UNSUPPORTED 0x34U /* 0x34 and 0x35: lockdown, unsupported exclusive or atomic */
#define DESCRIBED_MASK (ISS_VALID | ISS_CACHE_OP | ISS_WALK | STATUS_MASK)
#define DESCRIBED (ISS_VALID | STATUS_TRANSLATION)
#define ISS_FORM(iss) ((iss) >> 21 & 0xfU) /* valid, size, sign */
#define FORM_32 0xcU                       /* valid, 32 bits, zero-extended */
#define IPA_UNKNOWN IPA(~0ULL)
#define SPSR_MODE 0xfU
#define SPSR_AARCH32 (1U << 4)
#define SPSR_E (1U << 9) /* AArch32: data is big-endian */
#define SCTLR_EE (1ULL << 25)
#define SCTLR_E0E (1ULL << 24)

struct access {
    ipa_t ipa;
    const struct mmio_config *device;
    uint64_t *slot;
    uint64_t syndrome;
};

/* The list ends with an entry of no bytes. */
static const struct mmio_config *find_device(const struct core_state *self, uint64_t ipa)
{
    const struct mmio_config *device = self->mmio;

    while (ipa - device->ipa.value >= device->size) {
        if (device->size == 0U) {
            return NULL;
        }
        device++;
    }
    return device;
}

static void device_read(struct vcpu_state *vcpu, const struct mmio_config *device, uint64_t offset, uint32_t size,
                        uint64_t *value)
{
    switch (device->kind) {
    case MMIO_VGICD:
        vgicd_read(value, offset, size, vcpu);
        break;
    case MMIO_VGICR:
        vgicr_read(value, offset, size, vcpu);
        break;
    case MMIO_VUART:
    case MMIO_VPCI: /* not in the list */
    default:
        vuart_read(value, offset, vcpu);
        break;
    }
}

static inline void device_write(struct vcpu_state *vcpu, const struct mmio_config *device, uint64_t offset,
                                uint32_t size, uint64_t value)
{
    switch (device->kind) {
    case MMIO_VGICD:
        vgicd_write(vcpu, offset, size, value);
        break;
    case MMIO_VGICR:
        vgicr_write(vcpu, offset, size, value);
        break;
    case MMIO_VUART:
    case MMIO_VPCI: /* not in the list */
    default:
        vuart_write(vcpu, offset, (uint32_t)value);
        break;
    }
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

/* PCI's configuration space is not in the list: it is never looked for on the path of the common access. */
static const struct mmio_config *find_any_device(const struct core_state *self, uint64_t ipa)
{
    const struct mmio_config *device = find_device(self, ipa);
    const struct mmio_config *window = self->current->config->partition->pci_window;

    return device == NULL && window != NULL && ipa - window->ipa.value < window->size ? window : device;
}

static void any_read(struct vcpu_state *vcpu, const struct mmio_config *device, uint64_t offset, uint32_t size,
                     uint64_t *value)
{
    if (device->kind == MMIO_VPCI) {
        pci_read(value, offset, size, vcpu);
    } else {
        device_read(vcpu, device, offset, size, value);
    }
}

static void any_write(struct vcpu_state *vcpu, const struct mmio_config *device, uint64_t offset, uint32_t size,
                      uint64_t value)
{
    if (device->kind == MMIO_VPCI) {
        pci_write(vcpu, offset, size, value);
    } else {
        device_write(vcpu, device, offset, size, value);
    }
}

static void emulate_carefully(struct vcpu_state *vcpu, const struct access *access)
{
    uint32_t iss = ISS(access->syndrome);
    uint32_t size = ISS_SIZE(iss);
    uint64_t offset = access->ipa.value - access->device->ipa.value;
    bool swap = guest_is_big_endian();
    uint64_t value;

    if ((iss & ISS_WRITE) != 0U) {
        value = *access->slot & ~0ULL >> (64U - size * 8U);
        value = swap ? swap_bytes(value, size) : value;
        any_write(vcpu, access->device, offset, size, value);
    } else {
        any_read(vcpu, access->device, offset, size, &value);
        value &= ~0ULL >> (64U - size * 8U);
        value = swap ? swap_bytes(value, size) : value;
        *access->slot = extend(value, size, iss);
    }
}

/* A naturally aligned access to a virtual device that the syndrome describes in full. */
static bool can_emulate(uint32_t iss, ipa_t ipa)
{
    return (iss & DESCRIBED_MASK) == DESCRIBED && (ipa.value & (ISS_SIZE(iss) - 1U)) == 0U;
}

/* Nobody's address: the bus would answer with an external abort, and so does EL2. `ipa` may be unknown. */
static void refuse(const struct vcpu_state *vcpu, uint64_t syndrome, ipa_t ipa)
{
    uint64_t far = sysreg_read(far_el2);
    uint32_t status = (syndrome & ISS_WALK) != 0U ? walk_status(far, ipa) : INJECT_EXTERNAL;

    health_note(vcpu, BULKHEAD_EVENT_ABORT, (uint32_t)syndrome, ipa.value);
    inject_external_abort(far, syndrome, status);
}

/* HPFAR_EL2 holds bits 47:12 of the IPA from its bit 4 up (D19.2.56). */
static inline ipa_t reported_ipa(void)
{
    uint64_t page = sysreg_read(hpfar_el2) >> 4;
    uint64_t far = sysreg_read(far_el2);

    return IPA(page << 12 | (far & 0xfffU));
}

/*
 * HPFAR_EL2 is UNKNOWN except after these faults, or any on a table walk of stage 1 (D19.2.56). FAR_EL2 is not the address of
 * the walk: of the descriptor only the page is known.
 */
static ipa_t faulting_ipa(uint32_t iss)
{
    bool known = ISS_STATUS(iss) == STATUS_TRANSLATION || ISS_STATUS(iss) == STATUS_ACCESS_FLAG ||
                 ISS_STATUS(iss) == STATUS_ADDRESS_SIZE;

    if ((iss & ISS_WALK) != 0U) {
        return IPA(reported_ipa().value & ~0xfffULL);
    }
    return known ? reported_ipa() : IPA_UNKNOWN;
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
    case STATUS_ALIGNMENT:
    case STATUS_UNSUPPORTED:
        return true;
    default:
        return false;
    }
}

/*
 * A guest that changes its own tables without break-before-make may bring about a conflict in the TLB, and the entries may
 * be combined ones (D8.13.1). It cannot go on: the stop that this asks for is taken before its next instruction.
 */
static void end_conflict(struct core_state *self, uint64_t syndrome)
{
    const struct partition_config *partition = self->current->config->partition;
    const struct context_stage2 stage2 = {partition->vtcr, partition->vttbr};

    health_fault(self->current, BULKHEAD_EVENT_ABORT, (uint32_t)syndrome, IPA_UNKNOWN.value);
    context_forget_memory(&stage2);
}

/* Not a device's access. What is not the guest's ends in an EL2 fault. */
static void answer_abort(struct core_state *self, uint64_t syndrome, ipa_t ipa)
{
    if (ISS_STATUS(ISS(syndrome)) == STATUS_CONFLICT) {
        end_conflict(self, syndrome);
        return;
    }
    if (!is_the_guests(ISS(syndrome))) {
        bug(BUG_STAGE2);
    }
    refuse(self->current, syndrome, ipa);
}

/* Whatever is not common. Not inlined: the common access has no frame of this. */
static __attribute__((noinline)) void answer_carefully(uint64_t *slot, uint64_t syndrome)
{
    struct core_state *self = this_core();
    uint32_t iss = ISS(syndrome);
    ipa_t ipa = faulting_ipa(iss);
    struct access access = {.ipa = ipa, .device = find_any_device(self, ipa.value), .syndrome = syndrome};

    access.slot = slot;
    trace_exit(self, BULKHEAD_TRACE_MMIO, (uint32_t)syndrome, ipa.value, sysreg_read(elr_el2));
    if (access.device == NULL || !can_emulate(iss, ipa)) {
        answer_abort(self, syndrome, ipa);
        return;
    }
    emulate_carefully(self->current, &access);
    inject_nothing(syndrome);
}

static inline void device_read32(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu, enum mmio_kind kind)
{
    switch (kind) {
    case MMIO_VGICD:
        vgicd_read32(value, offset, vcpu);
        break;
    case MMIO_VGICR:
        vgicr_read(value, offset, 4U, vcpu);
        break;
    case MMIO_VUART:
    case MMIO_VPCI: /* not in the list */
    default:
        vuart_read(value, offset, vcpu);
        break;
    }
}

static inline bool is_common(uint32_t iss)
{
    return ISS_FORM(iss) == FORM_32 && ISS_STATUS(iss) == STATUS_TRANSLATION && (iss & (ISS_CACHE_OP | ISS_WALK)) == 0U;
}

void exit_data_abort(uint64_t *slot, uint64_t syndrome)
{
    struct core_state *self = this_core();
    uint64_t ipa = reported_ipa().value;
    uint64_t spsr = sysreg_read(spsr_el2);
    uint64_t pc = sysreg_read(elr_el2);
    const struct mmio_config *device = self->mmio;
    uint64_t offset = ipa - device->ipa.value;

    while (offset >= device->size) {
        if (device->size == 0U) {
            answer_carefully(slot, syndrome);
            return;
        }
        device++;
        offset = ipa - device->ipa.value;
    }
    if (!is_common(ISS(syndrome)) || (ipa & 3U) != 0U || (sysreg_read(sctlr_el1) & (SCTLR_EE | SCTLR_E0E)) != 0U ||
        (spsr & SPSR_AARCH32) != 0U) {
        answer_carefully(slot, syndrome);
        return;
    }
    trace_exit(self, BULKHEAD_TRACE_MMIO, (uint32_t)syndrome, ipa, pc);
    inject_step(pc, spsr);
    if ((syndrome & ISS_WRITE) != 0U) {
        device_write(self->current, device, offset, 4U, (uint32_t)*slot);
    } else {
        device_read32(slot, offset, self->current, device->kind);
    }
}

void abort_fetch(uint64_t syndrome)
{
    struct core_state *self = this_core();
    ipa_t ipa = faulting_ipa(ISS(syndrome));

    trace_exit(self, BULKHEAD_TRACE_MMIO, (uint32_t)syndrome, ipa.value, sysreg_read(elr_el2));
    answer_abort(self, syndrome, ipa);
}
