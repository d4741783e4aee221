/* SPDX-License-Identifier: Apache-2.0 */
/* Pseudo-random sequences for the virtual GIC: what guests do, more often than not, and what none would, now and then. */
#include "tests/fuzz/vgic/machine.h"
#include "tests/fuzz/vgic/play.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FOREVER 10000U

#define FOCUS 4U

static uint64_t random_state;

/* Each sequence has a style: a few interrupts that it comes back to, and how long cores may lag. */
static uint32_t focus[FOCUS];
static uint32_t focus_sgi;
static uint32_t settles_in; /* after one operation of so many, at least */
static uint32_t one_focuses_in;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % below;
}

static bool one_in(uint32_t n)
{
    return draw(n) == 0U;
}

static uint64_t word(void)
{
    return (uint64_t)draw(0x10000U) << 16 | draw(0x10000U);
}

static uint32_t any_intid(void)
{
    static const uint32_t private[] = {0U, 1U, 2U, 3U, 7U, 15U, MACHINE_TIMER, MACHINE_PHYSICAL_TIMER};

    if (one_in(64U)) {
        return draw(MAX_INTIDS);
    }
    return one_in(3U) ? private[draw(COUNT(private))] : machine_interrupts[draw(MACHINE_INTERRUPTS)].intid;
}

static uint32_t an_intid(void)
{
    return one_in(one_focuses_in) ? focus[draw(FOCUS)] : any_intid();
}

/* The frame and offset of a word register for an interrupt, and the vCPU whose it is. */
static void place(struct op *op, uint32_t bank, uint32_t intid, bool write)
{
    uint32_t owner = one_in(4U) ? draw(MACHINE_CORES) : op->vcpu;

    op->size = 4U;
    op->kind = (uint8_t)(intid < 32U ? (write ? OP_WRITE_R : OP_READ_R) : (write ? OP_WRITE : OP_READ));
    op->offset = bank + intid / 32U * 4U;
    op->offset += intid < 32U ? owner * 0x20000U + 0x10000U : 0U;
}

static void make_bank_write(struct op *op)
{
    static const uint32_t banks[] = {0x080U, 0x100U, 0x100U, 0x100U, 0x100U, 0x180U, 0x200U,
                                     0x200U, 0x200U, 0x280U, 0x300U, 0x380U, 0x380U};
    uint32_t intid = an_intid();

    place(op, banks[draw(COUNT(banks))], intid, true);
    op->value = one_in(8U) ? word() : 1U << (intid % 32U);
    op->value = one_in(64U) ? 0xffffffffU : op->value;
}

static void make_bank_read(struct op *op)
{
    static const uint32_t banks[] = {0x080U, 0x100U, 0x180U, 0x200U, 0x200U, 0x280U, 0x300U, 0x300U, 0x380U};

    place(op, banks[draw(COUNT(banks))], an_intid(), false);
}

static void make_priority(struct op *op)
{
    uint32_t intid = an_intid();

    place(op, 0U, intid, true);
    op->offset = intid < 32U ? (op->offset & ~0xffU) + 0x400U + intid : 0x400U + intid;
    op->size = one_in(4U) ? 4U : 1U;
    op->value = op->size == 4U ? word() : one_in(3U) ? draw(256U) : draw(8U) * 0x20U;
    op->kind = (uint8_t)(op->kind + (one_in(6U) ? 1U : 0U));
}

static void make_trigger(struct op *op)
{
    op->kind = (uint8_t)(one_in(3U) ? OP_READ : OP_WRITE);
    op->size = 4U;
    op->offset = 0xc00U + an_intid() / 16U * 4U;
    op->value = word();
}

static void make_route(struct op *op)
{
    uint32_t target = draw(MACHINE_CORES + 2U);

    op->kind = (uint8_t)(one_in(6U) ? OP_READ : OP_WRITE);
    op->size = one_in(4U) ? 4U : 8U;
    op->offset = 0x6000U + an_intid() * 8U;
    op->value = target == MACHINE_CORES + 1U ? 1U << 31 : target;
    op->value = one_in(16U) ? word() << 32 | word() : op->value;
}

static void make_control(struct op *op)
{
    op->kind = OP_WRITE;
    op->size = 4U;
    op->offset = 0U;
    op->value = one_in(3U) ? draw(4U) : 3U;
}

static void make_waker(struct op *op)
{
    op->kind = (uint8_t)(one_in(2U) ? OP_WRITE_R : OP_READ_R);
    op->size = 4U;
    op->offset = draw(MACHINE_CORES) * 0x20000U + 0x14U;
    op->value = draw(8U);
}

/* Any offset, size and value. */
static void make_wild(struct op *op)
{
    static const uint32_t near[] = {0x0U,   0x4U,   0x8U,   0xcU,    0x14U,   0x80U,   0xc00U,
                                    0xd00U, 0xe00U, 0xf00U, 0x6000U, 0x6100U, 0xffd0U, 0xffe8U};

    op->kind = (uint8_t)draw(OP_SGI);
    op->size = (uint8_t)(1U << draw(4U));
    op->offset = one_in(2U) ? near[draw(COUNT(near))] + draw(16U) : draw(0x10000U);
    op->offset += op->kind >= OP_WRITE_R ? draw(MACHINE_CORES * 2U) * 0x10000U : 0U;
    op->value = word() << 32 | word();
}

static void make_sgi(struct op *op)
{
    uint64_t intid = one_in(one_focuses_in) ? focus_sgi : one_in(2U) ? draw(16U) : draw(4U);
    uint64_t target = one_in(3U) ? draw(0x10000U) : 1U << (one_in(3U) ? op->vcpu : draw(MACHINE_CORES));

    op->kind = OP_SGI;
    op->offset = one_in(5U) ? 1U : 0U;
    op->value = intid << 24 | target | (one_in(6U) ? 1ULL << 40 : 0U);
    op->value |= one_in(32U) ? word() << 32 : 0U;
}

static void make_interface(struct op *op)
{
    op->kind = OP_INTERFACE;
    op->offset = draw(7U);
    op->value = op->offset < 2U    ? (one_in(3U) ? 0U : 1U)
                : op->offset == 2U ? (one_in(3U) ? draw(256U) : 0xf8U)
                                   : draw(8U);
}

static void make_line(struct op *op)
{
    op->kind = (uint8_t)(one_in(2U) ? OP_LINE : OP_PHYSICAL);
    op->kind = (uint8_t)(one_in(8U) ? OP_TIMER : op->kind);
    op->offset = draw(72U);
    op->value = one_in(3U) ? 0U : 1U;
}

static void make_life(struct op *op)
{
    op->kind = (uint8_t)(one_in(3U) ? OP_POWER : OP_SWITCH);
    op->value = one_in(6U) ? 0U : 1U;
    if (one_in(24U)) {
        op->kind = OP_RESTART;
        op->value = one_in(2U) ? 0xfU : draw(16U);
    }
}

/* Otherwise everything settles at once. */
static uint8_t a_lag(void)
{
    uint32_t lag = 0U;

    if (!one_in(settles_in)) {
        lag = one_in(3U) ? LAG_ALL : draw(16U);
    }
    if (one_in(4U)) {
        lag |= LAG_HOOK | draw(4U) << 4;
    }
    return (uint8_t)lag;
}

static void make(struct op *op)
{
    uint32_t kind = draw(1000U);

    *op = (struct op){.vcpu = (uint8_t)draw(MACHINE_CORES), .lag = a_lag()};
    if (kind < 200U) {
        make_bank_write(op);
    } else if (kind < 250U) {
        make_bank_read(op);
    } else if (kind < 290U) {
        make_priority(op);
    } else if (kind < 300U) {
        make_trigger(op);
    } else if (kind < 325U) {
        make_route(op);
    } else if (kind < 332U) {
        make_control(op);
    } else if (kind < 335U) {
        make_waker(op);
    } else if (kind < 350U) {
        make_wild(op);
    } else if (kind < 440U) {
        make_line(op);
    } else if (kind < 520U) {
        make_sgi(op);
    } else if (kind < 540U) {
        make_interface(op);
    } else if (kind < 560U) {
        make_life(op);
    } else if (kind < 780U) {
        op->kind = OP_ACKNOWLEDGE;
    } else if (kind < 930U) {
        op->kind = OP_END;
    } else if (kind < 990U) {
        op->kind = OP_DEACTIVATE;
        op->size = one_in(8U) ? 1U : 0U;
        op->offset = op->size != 0U ? an_intid() : draw(FOREVER);
    } else {
        op->kind = (uint8_t)(one_in(8U) ? OP_QUIESCE : OP_AUDIT);
    }
}

/* A guest's first writes: everything on, in group 1, and no two words alike. */
static size_t open_all(struct op *ops, size_t count)
{
    size_t n = 0U;

    for (uint32_t index = 0U; index < MAX_INTIDS / 32U && n + 3U <= count; index++) {
        ops[n++] = (struct op){OP_WRITE, 0U, 4U, 0U, 0x80U + index * 4U, one_in(3U) ? word() : 0xffffffffU};
        ops[n++] = (struct op){OP_WRITE, 0U, 4U, 0U, 0x100U + index * 4U, one_in(3U) ? word() : 0xffffffffU};
        ops[n++] =
            (struct op){OP_WRITE, 0U, 4U, 0U, index == 0U ? 0U : 0x400U + index * 32U, index == 0U ? 3U : word()};
    }
    for (uint32_t vcpu = 0U; vcpu < MACHINE_CORES && n + 2U <= count; vcpu++) {
        ops[n++] = (struct op){OP_WRITE_R, 0U, 4U, 0U, vcpu * 0x20000U + 0x10080U, one_in(3U) ? word() : 0xffffffffU};
        ops[n++] = (struct op){OP_WRITE_R, 0U, 4U, 0U, vcpu * 0x20000U + 0x10100U, 0xffffffffU};
    }
    return n;
}

void random_sequence(uint64_t seed, struct op *ops, size_t count)
{
    size_t n;

    random_state = 0x9e3779b97f4a7c15ULL * (seed + 1U);
    one_focuses_in = one_in(2U) ? 2U : 16U;
    settles_in = 1U + draw(5U);
    focus_sgi = draw(16U);
    focus[0] = focus_sgi;
    for (uint32_t i = 1U; i < FOCUS; i++) {
        focus[i] = any_intid();
    }
    n = one_in(8U) ? 0U : open_all(ops, count);
    for (; n < count; n++) {
        make(&ops[n]);
    }
    if (count != 0U) {
        ops[count - 1U] = (struct op){.kind = OP_QUIESCE};
    }
}
