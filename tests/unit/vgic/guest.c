/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's side of gic.h: CPU interface (4.8, 12.2 of Arm IHI 0069H) and register accesses. */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define IDLE 0xffU
#define ONES 0xffffffffU
#define STATE (GIC_LR_PENDING | GIC_LR_ACTIVE)

static uint32_t running(const struct core_interface *core)
{
    return core->depth == 0U ? IDLE : core->running[core->depth - 1U];
}

/* The most urgent list register that may be signalled: above the mask and the running priority (4.8). */
static uint32_t highest(const struct core_interface *core)
{
    uint32_t best = 16U;
    uint32_t priority = running(core);

    for (uint32_t n = 0U; n < world_lists; n++) {
        uint64_t value = core->list[n];
        uint32_t own = (uint32_t)((value & GIC_LR_PRIORITY_MASK) >> 48);
        uint32_t group = (value & GIC_LR_GROUP1) != 0U ? 2U : 1U;

        if ((value & STATE) == GIC_LR_PENDING && (core->vmcr & group) != 0U && own < (core->vmcr >> 24) &&
            own < priority) {
            best = n;
            priority = own;
        }
    }
    return best;
}

uint32_t guest_acknowledge(uint32_t n)
{
    struct core_interface *core = &world_core[world_core_of(n)];
    uint32_t list;
    uint32_t intid;

    world_be(n);
    list = highest(core);
    if (list == 16U) {
        return SPURIOUS;
    }
    core->list[list] ^= STATE;
    intid = (uint32_t)(core->list[list] & GIC_LR_INTID_MASK);
    assert_true(core->depth < COUNT(core->running));
    core->running[core->depth] = (uint32_t)((core->list[list] & GIC_LR_PRIORITY_MASK) >> 48);
    core->running_group1[core->depth] = (core->list[list] & GIC_LR_GROUP1) != 0U;
    core->depth++;
    world_settle();
    return intid;
}

static void deactivate(struct core_interface *core, uint32_t intid)
{
    for (uint32_t n = 0U; n < world_lists; n++) {
        uint64_t value = core->list[n];

        if ((value & GIC_LR_ACTIVE) != 0U && (value & GIC_LR_INTID_MASK) == intid) {
            core->list[n] = value & ~GIC_LR_ACTIVE;
            if ((value & GIC_LR_HW) != 0U) {
                gic_deactivate((uint32_t)((value & GIC_LR_PHYSICAL_MASK) >> GIC_LR_PHYSICAL_SHIFT));
            }
            return;
        }
    }
    core->hcr += 1ULL << GIC_HCR_EOICOUNT_SHIFT;
}

static bool stands_active(const struct core_interface *core, uint32_t intid)
{
    for (uint32_t n = 0U; n < world_lists; n++) {
        if ((core->list[n] & GIC_LR_ACTIVE) != 0U && (core->list[n] & GIC_LR_INTID_MASK) == intid) {
            return true;
        }
    }
    return false;
}

void guest_eoi_only(uint32_t n, uint32_t intid)
{
    struct core_interface *core = &world_core[world_core_of(n)];

    world_be(n);
    assert_true(core->depth != 0U);
    core->depth--;
    if (!core->eoi_mode) {
        deactivate(core, intid);
    } else if (!stands_active(core, intid)) {
        core->hcr += 1ULL << GIC_HCR_EOICOUNT_SHIFT; /* counted in either mode */
    }
}

void guest_eoi(uint32_t n, uint32_t intid)
{
    guest_eoi_only(n, intid);
    world_settle();
}

void guest_dir(uint32_t n, uint32_t intid)
{
    struct core_interface *core = &world_core[world_core_of(n)];
    struct vcpu_state *vcpu = world_be(n);

    if ((core->hcr & GIC_HCR_TDIR) != 0U) {
        vgic_deactivate(vcpu, intid);
    } else {
        deactivate(core, intid);
    }
    world_settle();
}

void guest_write(uint32_t n, uint64_t offset, uint32_t value)
{
    vgicd_write(world_be(n), offset, 4U, value);
    world_settle();
}

uint32_t guest_read(uint32_t n, uint64_t offset)
{
    uint32_t value = (uint32_t)world_vgicd_read(world_be(n), offset, 4U);

    world_settle();
    return value;
}

void guest_write_private(uint32_t n, uint32_t owner, uint64_t offset, uint32_t value)
{
    vgicr_write(world_be(n), owner * 0x20000U + 0x10000U + offset, 4U, value);
    world_settle();
}

uint32_t guest_read_private(uint32_t n, uint32_t owner, uint64_t offset)
{
    uint32_t value = (uint32_t)world_vgicr_read(world_be(n), owner * 0x20000U + 0x10000U + offset, 4U);

    world_settle();
    return value;
}

void guest_takes(uint32_t n, uint32_t intid)
{
    assert_int_equal(guest_acknowledge(n), intid);
    guest_eoi(n, intid);
}

void guest_takes_nothing(uint32_t n)
{
    assert_int_equal(guest_acknowledge(n), SPURIOUS);
}

void guest_opens(void)
{
    guest_write(0U, 0U, 3U);
    guest_write(0U, 0x84U, ONES);
    guest_write(0U, ISENABLER + 4U, ONES);
    for (uint32_t n = 0U; n < 3U; n++) {
        guest_write_private(n, n, 0x80U, ONES);
        guest_write_private(n, n, ISENABLER, ONES);
    }
}

void guest_sets(uint32_t bank, uint32_t intid)
{
    guest_write(0U, bank + intid / 32U * 4U, 1U << (intid % 32U));
}

bool guest_sees(uint32_t bank, uint32_t intid)
{
    return (guest_read(0U, bank + intid / 32U * 4U) >> (intid % 32U) & 1U) != 0U;
}

void guest_prioritizes(uint32_t intid, uint8_t priority)
{
    vgicd_write(world_be(0U), 0x400U + intid, 1U, priority);
    world_settle();
}

void guest_routes(uint32_t intid, uint64_t affinity)
{
    vgicd_write(world_be(0U), 0x6000U + intid * 8U, 8U, affinity);
    world_settle();
}

void guest_sends(uint32_t n, uint64_t value)
{
    world_send_sgi(world_be(n), value, true);
    world_settle();
}

void device_line(uint32_t intid, bool level)
{
    vgic_set_line(world_be(0U), intid, level);
    world_settle();
}
