/* SPDX-License-Identifier: Apache-2.0 */
/* See reference.h. Section numbers: Arm IHI 0069H. */
#include <string.h>

#include "tests/fuzz/vgic/reference.h"

#define IDLE 0xffU
#define ROUTE_ANY (1U << 31)
#define SGI_COUNT 16U

struct ref_interrupt ref_private[REF_VCPUS][32];
struct ref_interrupt ref_shared[REF_INTIDS];
struct ref_cpu ref_cpu[REF_VCPUS];
uint32_t ref_vcpus;
uint32_t ref_control;
struct ref_interrupt *ref_owned[REF_VCPUS * 18U + 64U];
uint32_t ref_owned_count;

struct ref_interrupt *ref_find(uint32_t vcpu, uint32_t intid)
{
    return intid < 32U ? &ref_private[vcpu][intid] : &ref_shared[intid];
}

/* "Any" is the first that is on, or vCPU 0. */
static uint8_t resolve(uint32_t route)
{
    if ((route & ROUTE_ANY) == 0U) {
        return (uint8_t)((route & 0xffffffU) < ref_vcpus ? route : REF_NOBODY);
    }
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        if (ref_cpu[n].on) {
            return (uint8_t)n;
        }
    }
    return 0U;
}

void ref_route_away(uint32_t n)
{
    for (uint32_t intid = 32U; intid < REF_INTIDS; intid++) {
        struct ref_interrupt *interrupt = &ref_shared[intid];

        if (interrupt->owned && (interrupt->route & ROUTE_ANY) != 0U && interrupt->target == n) {
            interrupt->target = resolve(interrupt->route);
        }
    }
}

/* Power-on state (12.9 to 12.11): disabled, inactive, group 0, priority 0; a physical line is as it is. */
static void reset_one(struct ref_interrupt *interrupt)
{
    interrupt->enabled = false;
    interrupt->group1 = false;
    interrupt->line = interrupt->line && interrupt->linked;
    interrupt->priority = 0U;
    interrupt->states = REF_SET_IDLE;
    interrupt->holder = REF_NOBODY;
    interrupt->service = 0U;
    interrupt->ghost = false;
    interrupt->again = false;
    interrupt->meddled = false;
    interrupt->unseen = 0U;
}

void ref_reset_vcpu(uint32_t n)
{
    struct ref_cpu *cpu = &ref_cpu[n];

    for (uint32_t i = 0U; i < cpu->depth; i++) {
        if (cpu->stack[i].intid >= 32U) {
            ref_shared[cpu->stack[i].intid].service--;
        }
    }
    *cpu = (struct ref_cpu){.on = true, .waker = 6U};
    for (uint32_t intid = 0U; intid < 32U; intid++) {
        if (ref_private[n][intid].owned) {
            reset_one(&ref_private[n][intid]);
            ref_touch(&ref_private[n][intid]);
        }
    }
}

static void own(struct ref_interrupt *interrupt, uint32_t intid, uint32_t owner, bool linked, bool edge)
{
    interrupt->intid = (uint16_t)intid;
    interrupt->owner = (uint8_t)owner;
    interrupt->owned = true;
    interrupt->linked = linked;
    interrupt->edge = edge;
    interrupt->route = 0U;
    interrupt->target = 0U;
    reset_one(interrupt);
    ref_owned[ref_owned_count] = interrupt;
    ref_owned_count++;
}

void ref_own(uint32_t intid, bool linked, bool edge)
{
    own(&ref_shared[intid], intid, REF_NOBODY, linked, edge);
}

/* Physical lines keep their level. */
void ref_reset(uint32_t vcpus)
{
    ref_vcpus = vcpus;
    ref_control = 0U;
    ref_owned_count = 0U;
    memset(ref_cpu, 0, sizeof(ref_cpu));
    for (uint32_t n = 0U; n < vcpus; n++) {
        for (uint32_t intid = 0U; intid < SGI_COUNT; intid++) {
            own(&ref_private[n][intid], intid, n, false, true);
        }
        own(&ref_private[n][REF_TIMER], REF_TIMER, n, true, false);
        own(&ref_private[n][REF_PHYSICAL_TIMER], REF_PHYSICAL_TIMER, n, false, false);
        ref_cpu[n].waker = 6U;
    }
}

/* Pending besides a latch (4.1.2, 4.3). */
static bool raised(const struct ref_interrupt *interrupt)
{
    return interrupt->line && !interrupt->edge;
}

bool ref_may_be_pending(const struct ref_interrupt *interrupt)
{
    return raised(interrupt) || interrupt->ghost || (interrupt->states & REF_SET_LATCH) != 0U;
}

bool ref_must_be_pending(const struct ref_interrupt *interrupt)
{
    return raised(interrupt) || (interrupt->states & ~REF_SET_LATCH) == 0U;
}

bool ref_may_be_active(const struct ref_interrupt *interrupt)
{
    return (interrupt->states & REF_SET_ACTIVE) != 0U;
}

static uint8_t programmed(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    uint32_t target = interrupt->owner != REF_NOBODY ? interrupt->owner : interrupt->target;
    uint32_t holds = 0U;

    holds |= interrupt->enabled ? REF_ENABLED : 0U;
    holds |= (ref_control >> (interrupt->group1 ? 1U : 0U) & 1U) != 0U ? REF_GROUP_ON : 0U;
    holds |= target == vcpu ? REF_ROUTED : 0U;
    return (uint8_t)holds;
}

uint8_t ref_may(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    uint32_t holds = programmed(interrupt, vcpu);

    holds |= ref_may_be_pending(interrupt) ? REF_PENDING : 0U;
    holds |= (interrupt->states & ~REF_SET_ACTIVE) != 0U ? REF_INACTIVE : 0U;
    return (uint8_t)holds;
}

uint8_t ref_must(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    uint32_t holds = programmed(interrupt, vcpu);

    holds |= ref_must_be_pending(interrupt) ? REF_PENDING : 0U;
    holds |= !ref_may_be_active(interrupt) ? REF_INACTIVE : 0U;
    return (uint8_t)holds;
}

/* Five bits of preemption: a binary point below 2, or 3 of group 1, acts as that. */
uint32_t ref_group_priority(uint32_t vcpu, bool group1, uint32_t priority)
{
    const struct ref_cpu *cpu = &ref_cpu[vcpu];
    bool own_point = group1 && !cpu->common;
    uint32_t point = own_point ? cpu->binary_point[1] : cpu->binary_point[0];
    uint32_t least = own_point ? 3U : 2U;
    uint32_t subpriority_bits = (point < least ? least : point) + (own_point ? 0U : 1U);

    return priority & ~((1U << subpriority_bits) - 1U) & 0xffU;
}

uint32_t ref_running(uint32_t vcpu)
{
    const struct ref_cpu *cpu = &ref_cpu[vcpu];

    return cpu->depth == 0U ? IDLE : cpu->stack[cpu->depth - 1U].running;
}

bool ref_preempts(uint32_t vcpu, bool group1, uint32_t priority)
{
    return ref_cpu[vcpu].group_on[group1 ? 1U : 0U] && priority < ref_cpu[vcpu].mask &&
           ref_group_priority(vcpu, group1, priority) < ref_running(vcpu);
}

/* Events. */

static void record(struct ref_interrupt *interrupt, bool active, enum ref_last last)
{
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        uint8_t *what = active ? &interrupt->view[n].activated : &interrupt->view[n].pended;

        *what = (uint8_t)last;
    }
}

/* Each state of the set with these bits set, or clear. */
static uint8_t all_with(uint8_t states, uint32_t bit, bool set)
{
    uint32_t result = 0U;

    for (uint32_t state = 0U; state < 4U; state++) {
        if ((states & 1U << state) != 0U) {
            result |= 1U << (set ? state | bit : state & ~bit);
        }
    }
    return (uint8_t)result;
}

void ref_pend(struct ref_interrupt *interrupt)
{
    interrupt->states = all_with(interrupt->states, REF_LATCH, true);
    record(interrupt, false, REF_LAST_SET);
    ref_touch(interrupt);
}

void ref_unpend(struct ref_interrupt *interrupt)
{
    interrupt->states = all_with(interrupt->states, REF_LATCH, false);
    interrupt->ghost = false;
    interrupt->again = false;
    record(interrupt, false, REF_LAST_CLEAR);
    ref_touch(interrupt);
}

void ref_activate(struct ref_interrupt *interrupt)
{
    bool is_active = (interrupt->states & ~REF_SET_ACTIVE) == 0U;

    interrupt->states = all_with(interrupt->states, REF_ACTIVE, true);
    interrupt->meddled = interrupt->meddled || (interrupt->service != 0U && !is_active);
    record(interrupt, true, REF_LAST_SET);
    ref_touch(interrupt);
}

void ref_deactivate(struct ref_interrupt *interrupt)
{
    interrupt->states = all_with(interrupt->states, REF_ACTIVE, false);
    interrupt->meddled = interrupt->meddled || interrupt->service != 0U;
    record(interrupt, true, REF_LAST_CLEAR);
    ref_touch(interrupt);
}

/*
 * A rising edge latches. Two documented freedoms begin here: a level that EL2 has accepted and that drops may be delivered all the
 * same (ghost), and an edge that comes while the same is pending may be delivered once more (again).
 */
void ref_set_line(struct ref_interrupt *interrupt, bool level)
{
    bool rises = level && !interrupt->line;

    if (interrupt->linked && raised(interrupt) && !level) {
        bool off_core = interrupt->owner != REF_NOBODY && !ref_cpu[interrupt->owner].loaded;

        interrupt->ghost = interrupt->enabled || interrupt->cores != 0U || ref_may_be_active(interrupt) || off_core;
    }
    interrupt->line = level;
    if (rises && interrupt->edge) {
        interrupt->again = interrupt->again || (interrupt->linked && (interrupt->states & REF_SET_LATCH) != 0U);
        ref_pend(interrupt);
    }
    ref_touch(interrupt);
}

/*
 * ICC_SGI1R_EL1 and its like (12.2.12): all but the sender, or a list of values of Aff0. vCPUs have Aff3.2.1 = 0 and
 * fewer than 16 values of Aff0. With one security state ICC_SGI1R_EL1 reaches SGIs of both groups (4.6).
 */
void ref_send_sgi(uint32_t sender, uint64_t value, bool group1_register)
{
    bool all = (value >> 40 & 1U) != 0U;
    bool nobody = !all && ((value & 0x00ff00ff00ff0000ULL) != 0U || (value >> 44 & 0xfU) != 0U);

    for (uint32_t n = 0U; n < ref_vcpus && !nobody; n++) {
        struct ref_interrupt *sgi = ref_find(n, (uint32_t)(value >> 24) & 0xfU);
        bool meant = all ? n != sender : (value >> n & 1U) != 0U;

        if (meant && (group1_register || !sgi->group1)) {
            ref_pend(sgi);
        }
    }
}
