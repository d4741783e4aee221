/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of reference.h's GICv3: 12.9 (distributor), 12.10 and 12.11 (redistributors) of Arm IHI 0069H. */
#include "tests/fuzz/vgic/reference.h"

#define STRIDE 0x20000U
#define SGI_FRAME 0x10000U
#define LINES 9U /* words of 32 INTIDs */
#define BANK_SIZE 0x80U
#define PRIORITIES 0x400U
#define TRIGGERS 0xc00U
#define TRIGGERS_END 0xd00U
#define ROUTES 0x6000U
#define ROUTE_FIELDS 0x80ffffffU

enum bank { GROUP = 1, SET_ENABLE, CLEAR_ENABLE, SET_PENDING, CLEAR_PENDING, SET_ACTIVE, CLEAR_ACTIVE };

/* Where an access goes: the vCPU whose private interrupts it means, and the offset within a frame. */
struct place {
    uint32_t vcpu;
    uint32_t offset;
    bool shared;
};

/* Interrupt `intid` of that frame, or NULL: word 0 is in the redistributors alone (affinity routing). */
static struct ref_interrupt *interrupt_at(struct place at, uint32_t intid)
{
    struct ref_interrupt *interrupt;

    if (at.shared ? intid < 32U || intid >= REF_INTIDS : intid >= 32U) {
        return 0;
    }
    interrupt = ref_find(at.vcpu, intid);
    return interrupt->owned ? interrupt : 0;
}

static void write_bit(struct ref_interrupt *interrupt, enum bank bank, bool one)
{
    if (bank == GROUP && interrupt->group1 != one) {
        interrupt->group1 = one;
        ref_touch(interrupt);
    }
    if (!one) {
        return;
    }
    switch (bank) {
    case SET_ENABLE:
    case CLEAR_ENABLE:
        interrupt->enabled = bank == SET_ENABLE;
        ref_touch(interrupt);
        break;
    case SET_PENDING:
        ref_pend(interrupt);
        break;
    case CLEAR_PENDING:
        ref_unpend(interrupt);
        break;
    case SET_ACTIVE:
        ref_activate(interrupt);
        break;
    case CLEAR_ACTIVE:
        ref_deactivate(interrupt);
        break;
    case GROUP:
    default:
        break;
    }
}

static void write_bits(struct place at, uint32_t value)
{
    for (uint32_t n = 0U; n < 32U; n++) {
        struct ref_interrupt *interrupt = interrupt_at(at, at.offset % BANK_SIZE * 8U + n);

        if (interrupt != 0) {
            write_bit(interrupt, (enum bank)(at.offset / BANK_SIZE), (value >> n & 1U) != 0U);
        }
    }
}

static uint32_t bit_of(struct ref_interrupt *interrupt, uint32_t reader, enum bank bank)
{
    switch (bank) {
    case GROUP:
        return interrupt->group1 ? 1U : 0U;
    case SET_ENABLE:
    case CLEAR_ENABLE:
        return interrupt->enabled ? 1U : 0U;
    case SET_PENDING:
    case CLEAR_PENDING:
        return ref_visible(interrupt, reader, false);
    case SET_ACTIVE:
    case CLEAR_ACTIVE:
    default:
        return ref_visible(interrupt, reader, true);
    }
}

static uint32_t read_bits(struct place at, uint32_t reader, uint64_t *either)
{
    uint32_t value = 0U;

    for (uint32_t n = 0U; n < 32U; n++) {
        struct ref_interrupt *interrupt = interrupt_at(at, at.offset % BANK_SIZE * 8U + n);
        uint32_t bit = interrupt != 0 ? bit_of(interrupt, reader, (enum bank)(at.offset / BANK_SIZE)) : 0U;

        value |= (bit & 1U) << n;
        *either |= (uint64_t)(bit >> 1) << n;
    }
    return value;
}

/* Five bits of priority (4.8). */
static void write_priorities(struct place at, uint32_t size, uint32_t value)
{
    for (uint32_t n = 0U; n < size; n++) {
        struct ref_interrupt *interrupt = interrupt_at(at, at.offset - PRIORITIES + n);
        uint8_t priority = (uint8_t)(value >> (n * 8U) & 0xf8U);

        if (interrupt != 0 && interrupt->priority != priority) {
            interrupt->priority = priority;
            ref_touch(interrupt);
        }
    }
}

static uint32_t read_priorities(struct place at, uint32_t size)
{
    uint32_t value = 0U;

    for (uint32_t n = 0U; n < size; n++) {
        const struct ref_interrupt *interrupt = interrupt_at(at, at.offset - PRIORITIES + n);

        value |= interrupt != 0 ? (uint32_t)interrupt->priority << (n * 8U) : 0U;
    }
    return value;
}

/* Two bits each, of which the upper says edge; only lines of virtual devices can be chosen (docs/vgic.md). */
static void write_triggers(struct place at, uint32_t value)
{
    for (uint32_t n = 0U; n < 16U && at.shared; n++) {
        struct ref_interrupt *interrupt = interrupt_at(at, (at.offset - TRIGGERS) * 4U + n);
        bool edge = (value >> (n * 2U + 1U) & 1U) != 0U;

        if (interrupt != 0 && !interrupt->linked && interrupt->edge != edge) {
            interrupt->edge = edge;
            ref_touch(interrupt);
        }
    }
}

static uint32_t read_triggers(struct place at)
{
    uint32_t value = 0U;

    for (uint32_t n = 0U; n < 16U; n++) {
        const struct ref_interrupt *interrupt = interrupt_at(at, (at.offset - TRIGGERS) * 4U + n);

        value |= interrupt != 0 && interrupt->edge ? 2U << (n * 2U) : 0U;
    }
    return value;
}

static bool in(uint32_t offset, uint32_t from, uint32_t to)
{
    return offset >= from && offset < to;
}

/* The registers that both frames have. True if it was one. */
static bool write_common(struct place at, uint32_t size, uint32_t value)
{
    if (in(at.offset, BANK_SIZE, PRIORITIES) && size == 4U) {
        write_bits(at, value);
    } else if (in(at.offset, PRIORITIES, 0x800U) && (size == 1U || size == 4U)) {
        write_priorities(at, size, value);
    } else if (in(at.offset, TRIGGERS, TRIGGERS_END) && size == 4U) {
        write_triggers(at, value);
    } else {
        return false;
    }
    return true;
}

static uint64_t read_common(struct place at, uint32_t reader, uint32_t size, uint64_t *either)
{
    if (in(at.offset, BANK_SIZE, PRIORITIES) && size == 4U) {
        return read_bits(at, reader, either);
    }
    if (in(at.offset, PRIORITIES, 0x800U) && (size == 1U || size == 4U)) {
        return read_priorities(at, size);
    }
    return in(at.offset, TRIGGERS, TRIGGERS_END) && size == 4U ? read_triggers(at) : 0U;
}

/* GICD_IROUTER<n>: 64 bits, or the lower half; there is no Aff3. */
static struct ref_interrupt *route_at(uint32_t offset, uint32_t size)
{
    struct place at = {0U, 0U, true};

    if (!in(offset, ROUTES, ROUTES + 8U * REF_INTIDS) || offset % 8U != 0U || size < 4U) {
        return 0;
    }
    return interrupt_at(at, (offset - ROUTES) / 8U);
}

static void write_route(struct ref_interrupt *interrupt, uint32_t value)
{
    interrupt->route = value & ROUTE_FIELDS;
    interrupt->target = (uint8_t)((value & 0xffffffU) < ref_vcpus ? value & 0xffffffU : REF_NOBODY);
    if ((value & 1U << 31) != 0U) {
        interrupt->target = 0U;
        for (uint32_t n = ref_vcpus; n > 0U; n--) {
            interrupt->target = ref_cpu[n - 1U].on ? (uint8_t)(n - 1U) : interrupt->target;
        }
    }
    ref_touch(interrupt);
}

static void write_distributor(uint32_t vcpu, uint32_t offset, uint32_t size, uint64_t value)
{
    struct ref_interrupt *routed = route_at(offset, size);

    if (routed != 0) {
        write_route(routed, (uint32_t)value);
    } else if (offset == 0U && size == 4U) {
        ref_control = value & 3U;
        for (uint32_t i = 0U; i < ref_owned_count; i++) {
            ref_touch(ref_owned[i]);
        }
    } else {
        (void)write_common((struct place){vcpu, offset, true}, size, (uint32_t)value);
    }
}

static uint64_t read_distributor(uint32_t vcpu, uint32_t offset, uint32_t size, uint64_t *either)
{
    const struct ref_interrupt *routed = route_at(offset, size);

    if (routed != 0) {
        return routed->route;
    }
    if (size == 4U) {
        switch (offset) {
        case 0x0U: /* ARE, DS */
            return ref_control | 1U << 4 | 1U << 6;
        case 0x4U: /* ITLinesNumber, IDbits, No1N */
            return (LINES - 1U) | 15U << 19 | 1U << 25;
        case 0x8U:
            return 0x42000000U;
        case 0xffe8U: /* GICv3 */
            return 0x30U;
        default:
            break;
        }
    }
    return read_common((struct place){vcpu, offset, true}, vcpu, size, either);
}

static uint64_t type_of(uint32_t vcpu)
{
    return (uint64_t)vcpu << 32 | (uint64_t)vcpu << 8 | (vcpu + 1U == ref_vcpus ? 1U << 4 : 0U);
}

static uint64_t read_redistributor(uint32_t reader, uint32_t vcpu, uint32_t offset, uint32_t size, uint64_t *either)
{
    if (offset >= SGI_FRAME) {
        return read_common((struct place){vcpu, offset - SGI_FRAME, false}, reader, size, either);
    }
    if (offset == 0x8U && size == 8U) {
        return type_of(vcpu);
    }
    if (size != 4U) {
        return 0U;
    }
    switch (offset) {
    case 0x4U:
        return 0x42000000U;
    case 0x8U:
        return type_of(vcpu) & 0xffffffffU;
    case 0xcU:
        return type_of(vcpu) >> 32;
    case 0x14U:
        return ref_cpu[vcpu].waker;
    case 0xffe8U:
        return 0x30U;
    default:
        return 0U;
    }
}

void ref_write(uint32_t vcpu, enum ref_frame frame, uint64_t offset, uint32_t size, uint64_t value)
{
    uint32_t owner = (uint32_t)(offset / STRIDE);
    uint32_t within = (uint32_t)(offset % STRIDE);

    if (frame == REF_DISTRIBUTOR) {
        write_distributor(vcpu, (uint32_t)offset, size, value);
    } else if (owner < ref_vcpus && within >= SGI_FRAME) {
        (void)write_common((struct place){owner, within - SGI_FRAME, false}, size, (uint32_t)value);
    } else if (owner < ref_vcpus && within == 0x14U && size == 4U) {
        ref_cpu[owner].waker = (value & 2U) != 0U ? 6U : 0U; /* ChildrenAsleep follows ProcessorSleep */
    }
}

uint64_t ref_read(uint32_t vcpu, enum ref_frame frame, uint64_t offset, uint32_t size, uint64_t *either)
{
    uint32_t owner = (uint32_t)(offset / STRIDE);

    *either = 0U;
    if (frame == REF_DISTRIBUTOR) {
        return read_distributor(vcpu, (uint32_t)offset, size, either);
    }
    return owner < ref_vcpus ? read_redistributor(vcpu, owner, (uint32_t)(offset % STRIDE), size, either) : 0U;
}
