/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's CPU interface, on list registers: 4.8 and the pseudocode of 12.4 of Arm IHI 0069H. See machine.h. */
#include "tests/fuzz/vgic/machine.h"

#define STATE (GIC_LR_PENDING | GIC_LR_ACTIVE)
#define IDLE 0xffU
#define NONE GIC_MAX_LIST_REGISTERS
#define MASK_SHIFT 24U
#define BINARY_POINT0_SHIFT 21U
#define BINARY_POINT1_SHIFT 18U
#define LEAST_BINARY_POINT0 2U /* five preemption bits */

static struct machine_interface *interface_of(uint32_t n)
{
    return &machine_core[machine_vcpu(n)->config->core];
}

static uint32_t field(uint32_t vmcr, uint32_t shift, uint32_t least)
{
    uint32_t value = vmcr >> shift & 7U;

    return value < least ? least : value;
}

uint32_t machine_group_priority(uint32_t vmcr, bool group1, uint32_t priority)
{
    uint32_t below = field(vmcr, BINARY_POINT0_SHIFT, LEAST_BINARY_POINT0) + 1U;

    if (group1 && (vmcr & VMCR_CBPR) == 0U) {
        below = field(vmcr, BINARY_POINT1_SHIFT, LEAST_BINARY_POINT0 + 1U);
    }
    return priority >> below << below;
}

static uint32_t priority_of(uint64_t list)
{
    return (uint32_t)((list & GIC_LR_PRIORITY_MASK) >> 48);
}

static uint32_t running(const struct machine_interface *interface)
{
    uint32_t active = interface->active0 | interface->active1;

    return active == 0U ? IDLE : (uint32_t)__builtin_ctz(active) * 8U;
}

uint32_t machine_running(uint32_t n)
{
    return running(interface_of(n));
}

/* The most urgent pending one of the groups that are on. */
static uint32_t highest(const struct machine_interface *interface)
{
    uint32_t best = NONE;

    for (uint32_t n = 0U; n < machine_lists; n++) {
        uint64_t list = interface->list[n];
        uint32_t group = (list & GIC_LR_GROUP1) != 0U ? VMCR_GROUP1 : VMCR_GROUP0;

        if ((list & STATE) == GIC_LR_PENDING && (interface->vmcr & group) != 0U &&
            (best == NONE || priority_of(list) < priority_of(interface->list[best]))) {
            best = n;
        }
    }
    return best;
}

static bool preempts(const struct machine_interface *interface, uint64_t list)
{
    bool group1 = (list & GIC_LR_GROUP1) != 0U;

    return priority_of(list) < interface->vmcr >> MASK_SHIFT &&
           machine_group_priority(interface->vmcr, group1, priority_of(list)) < running(interface);
}

uint32_t machine_acknowledge(uint32_t n)
{
    struct machine_interface *interface = interface_of(n);
    uint32_t at = highest(interface);
    bool group1;
    uint32_t level;

    if ((interface->hcr & GIC_HCR_ENABLE) == 0U || at == NONE || !preempts(interface, interface->list[at])) {
        return MACHINE_SPURIOUS;
    }
    group1 = (interface->list[at] & GIC_LR_GROUP1) != 0U;
    level = machine_group_priority(interface->vmcr, group1, priority_of(interface->list[at])) / 8U;
    interface->active0 |= group1 ? 0U : 1U << level;
    interface->active1 |= group1 ? 1U << level : 0U;
    interface->list[at] ^= STATE;
    return (uint32_t)(interface->list[at] & GIC_LR_INTID_MASK);
}

static uint32_t find_active(const struct machine_interface *interface, uint32_t intid)
{
    for (uint32_t n = 0U; n < machine_lists; n++) {
        if ((interface->list[n] & GIC_LR_ACTIVE) != 0U && (interface->list[n] & GIC_LR_INTID_MASK) == intid) {
            return n;
        }
    }
    return NONE;
}

static void deactivate(struct machine_interface *interface, uint32_t at)
{
    uint64_t list = interface->list[at];

    interface->list[at] = list & ~GIC_LR_ACTIVE;
    if ((list & GIC_LR_HW) != 0U) {
        gic_deactivate((uint32_t)((list & GIC_LR_PHYSICAL_MASK) >> GIC_LR_PHYSICAL_SHIFT));
    }
}

/* Saturates, as a counter of five bits may (12.4.4 leaves it open what follows 31). */
static void count(struct machine_interface *interface)
{
    if ((interface->hcr & GIC_HCR_EOICOUNT_MASK) != GIC_HCR_EOICOUNT_MASK) {
        interface->hcr += 1ULL << GIC_HCR_EOICOUNT_SHIFT;
    }
}

/* The highest active priority, and of which group: group 0 if both have it. */
static uint32_t drop(struct machine_interface *interface, bool *group1)
{
    uint32_t priority = running(interface);
    uint32_t bit = 1U << (priority / 8U);

    *group1 = (interface->active0 & bit) == 0U;
    if (*group1) {
        interface->active1 &= ~bit;
    } else {
        interface->active0 &= ~bit;
    }
    return priority;
}

void machine_eoi(uint32_t n, uint32_t intid)
{
    struct machine_interface *interface = interface_of(n);
    uint32_t at = find_active(interface, intid);
    uint32_t dropped;
    bool group1;

    if (running(interface) == IDLE) {
        machine_fail("EOI of %u on vCPU %u while its running priority is idle", intid, n);
    }
    dropped = drop(interface, &group1);
    if (at == NONE) {
        count(interface); /* in either mode */
    } else if ((interface->vmcr & VMCR_EOIM) == 0U && group1 == ((interface->list[at] & GIC_LR_GROUP1) != 0U) &&
               dropped == machine_group_priority(interface->vmcr, group1, priority_of(interface->list[at]))) {
        deactivate(interface, at);
    }
}

void machine_dir(uint32_t n, uint32_t intid)
{
    struct machine_interface *interface = interface_of(n);
    uint32_t at = find_active(interface, intid);

    if ((interface->hcr & GIC_HCR_TDIR) != 0U) {
        vgic_deactivate(machine_vcpu(n), intid);
    } else if (at != NONE) {
        deactivate(interface, at);
    } else {
        count(interface);
    }
}

static void replace(struct machine_interface *interface, uint32_t mask, uint32_t shift, uint32_t value)
{
    interface->vmcr = (interface->vmcr & ~(mask << shift)) | (value & mask) << shift;
}

void machine_set_mask(uint32_t n, uint32_t priority)
{
    replace(interface_of(n), 0xf8U, MASK_SHIFT, priority);
}

void machine_set_binary_point(uint32_t n, bool group1, uint32_t value)
{
    replace(interface_of(n), 7U, group1 ? BINARY_POINT1_SHIFT : BINARY_POINT0_SHIFT, value);
}

void machine_set_control(uint32_t n, uint32_t bits, bool on)
{
    struct machine_interface *interface = interface_of(n);

    interface->vmcr = on ? interface->vmcr | bits : interface->vmcr & ~bits;
}
