/* SPDX-License-Identifier: Apache-2.0 */
/* Acknowledges and ends. See compare.h. Quoted are docs/vgic.md's limits. */
#include "tests/fuzz/vgic/compare.h"
#include "tests/fuzz/vgic/machine.h"
#include "tests/fuzz/vgic/views.h"

#define NO_BOUND 0x100U

/* Acknowledges. */

static bool may_contend(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    const struct ref_view *view = &interrupt->view[vcpu];

    return views_concerns(interrupt, vcpu) && view->seen == REF_DUE &&
           (((view->groups & 1U) != 0U && ref_cpu[vcpu].group_on[0]) ||
            ((view->groups & 2U) != 0U && ref_cpu[vcpu].group_on[1]));
}

static bool must_contend(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    const struct ref_view *view = &interrupt->view[vcpu];

    return views_concerns(interrupt, vcpu) && view->missed == 0U && interrupt->cores == 0U &&
           ref_cpu[vcpu].group_on[interrupt->group1 ? 1U : 0U];
}

/* In one of the forms in which the vCPU may see it, it may (or in one, may not) be given. */
static bool preempts(const struct ref_interrupt *interrupt, uint32_t vcpu, bool wanted)
{
    const struct ref_view *view = &interrupt->view[vcpu];

    for (uint32_t group = 0U; group < 2U; group++) {
        if ((view->groups & 1U << group) != 0U && (ref_preempts(vcpu, group == 1U, view->urgent) == wanted ||
                                                   ref_preempts(vcpu, group == 1U, view->lax) == wanted)) {
            return true;
        }
    }
    return false;
}

/*
 * The least urgent that an acknowledge may be: NO_BOUND if nothing must come. Nothing must while a maintenance interrupt waits, with
 * which EL2 would fill the list registers.
 */
static uint32_t bound_of(uint32_t vcpu, bool maintenance)
{
    uint32_t bound = NO_BOUND;

    if (maintenance) {
        return NO_BOUND;
    }
    for (uint32_t i = 0U; i < ref_owned_count; i++) {
        if (must_contend(ref_owned[i], vcpu) && ref_owned[i]->view[vcpu].lax < bound) {
            bound = ref_owned[i]->view[vcpu].lax;
        }
    }
    return bound;
}

/* The highest pending interrupt may be one that may not be given, or there may be none. */
static bool may_be_spurious(uint32_t vcpu, uint32_t bound)
{
    if (bound == NO_BOUND) {
        return true;
    }
    for (uint32_t i = 0U; i < ref_owned_count; i++) {
        if (may_contend(ref_owned[i], vcpu) && ref_owned[i]->view[vcpu].urgent <= bound &&
            preempts(ref_owned[i], vcpu, false)) {
            return true;
        }
    }
    return false;
}

static struct ref_interrupt *given(uint32_t vcpu, uint32_t intid, uint32_t bound)
{
    struct ref_interrupt *interrupt = intid < REF_INTIDS ? ref_find(vcpu, intid) : 0;

    if (interrupt == 0 || !interrupt->owned) {
        machine_fail("vCPU %u is given %u, which it does not have", vcpu, intid);
    }
    if (!may_contend(interrupt, vcpu)) {
        machine_fail("vCPU %u is given %u, which cannot be due (%02x)", vcpu, intid, interrupt->view[vcpu].seen);
    }
    if (interrupt->view[vcpu].urgent > bound) {
        machine_fail("vCPU %u is given %u of priority %02x, and one of %02x is due", vcpu, intid,
                     interrupt->view[vcpu].urgent, bound);
    }
    if (!preempts(interrupt, vcpu, true)) {
        machine_fail("vCPU %u is given %u of priority %02x: masked, or below its running priority", vcpu, intid,
                     interrupt->view[vcpu].urgent);
    }
    return interrupt;
}

static bool is_old(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    return (interrupt->cores & 1U << vcpu) != 0U;
}

/*
 * Pending no more, and active. "A write to ICPENDR, ISACTIVER, ICACTIVER or ICENABLER ... takes effect when that core answers the
 * post": to a vCPU with an old view, the last write may come after its acknowledge. "A physical edge that arrives ... is
 * delivered once more."
 */
static void take(struct ref_interrupt *interrupt, uint32_t vcpu)
{
    const struct ref_view *view = &interrupt->view[vcpu];
    bool old = is_old(interrupt, vcpu);
    bool latched = interrupt->again || (old && view->pended == REF_LAST_SET);
    bool ended = old && view->activated == REF_LAST_CLEAR;

    interrupt->states = (uint8_t)(1U << REF_ACTIVE | (latched ? 1U << (REF_ACTIVE | REF_LATCH) : 0U));
    interrupt->states |= (uint8_t)(ended ? 1U | (latched ? 1U << REF_LATCH : 0U) : 0U);
    interrupt->ghost = interrupt->ghost && old;
    interrupt->again = false;
    interrupt->meddled = interrupt->service != 0U || ended;
    interrupt->holder = (uint8_t)vcpu;
    interrupt->service++;
    interrupt->unseen |= (uint8_t)(1U << vcpu);
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        struct ref_view before = interrupt->view[n];

        views_refresh(interrupt, n);
        interrupt->view[n].pended = before.pended; /* the last writes may come after an end as well */
        interrupt->view[n].activated = before.activated;
    }
    ref_touch(interrupt);
}

void compare_acknowledged(uint32_t vcpu, uint32_t intid, bool maintenance, uint32_t running)
{
    struct ref_cpu *cpu = &ref_cpu[vcpu];
    uint32_t bound = bound_of(vcpu, maintenance);
    struct ref_interrupt *interrupt;
    uint32_t urgent;
    uint32_t lax;

    if (intid == MACHINE_SPURIOUS) {
        if (!may_be_spurious(vcpu, bound)) {
            machine_fail("vCPU %u is given nothing, and an interrupt of priority %02x is due", vcpu, bound);
        }
        return;
    }
    interrupt = given(vcpu, intid, bound);
    urgent = ref_group_priority(vcpu, false, interrupt->view[vcpu].urgent) &
             ref_group_priority(vcpu, true, interrupt->view[vcpu].urgent);
    lax = interrupt->view[vcpu].lax;
    if (running < urgent || running > lax || running >= ref_running(vcpu)) {
        machine_fail("vCPU %u runs at %02x after it was given %u", vcpu, running, intid);
    }
    take(interrupt, vcpu);
    cpu->stack[cpu->depth] = (struct ref_acknowledged){(uint16_t)intid, (uint8_t)running};
    cpu->depth++;
}

/* Ends. */

static uint8_t without(uint8_t states, uint32_t bit)
{
    uint32_t set = bit == REF_ACTIVE ? REF_SET_ACTIVE : REF_SET_LATCH;

    return (uint8_t)((states & ~set) | (states & set) >> bit);
}

/*
 * "A guest that writes ISACTIVER or ICACTIVER for what it has acknowledged and not ended": whether its EOI ends it. "A write to ... ISACTIVER ...
 * takes effect when that core answers the post": also after its end.
 */
static void end(struct ref_interrupt *interrupt, uint32_t vcpu)
{
    uint8_t ended = without(interrupt->states, REF_ACTIVE);
    bool sure = !interrupt->meddled && (views_is_private(interrupt) || interrupt->holder == vcpu);

    interrupt->states = sure ? ended : (uint8_t)(interrupt->states | ended);
    if (is_old(interrupt, vcpu) && interrupt->view[vcpu].activated == REF_LAST_SET) {
        interrupt->states |= (uint8_t)((ended & 3U) << REF_ACTIVE);
    }
    interrupt->unseen |= (uint8_t)(1U << vcpu);
    ref_touch(interrupt);
}

void compare_ended(uint32_t vcpu)
{
    struct ref_cpu *cpu = &ref_cpu[vcpu];
    struct ref_interrupt *interrupt;

    cpu->depth--;
    interrupt = ref_find(vcpu, cpu->stack[cpu->depth].intid);
    if (cpu->split) {
        cpu->dropped[cpu->dropped_count] = interrupt->intid;
        cpu->dropped_count++;
    } else {
        end(interrupt, vcpu);
    }
    interrupt->service--;
    ref_touch(interrupt);
}

void compare_deactivated(uint32_t vcpu, uint32_t intid)
{
    struct ref_interrupt *interrupt = intid < REF_INTIDS ? ref_find(vcpu, intid) : 0;

    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        struct ref_cpu *cpu = &ref_cpu[n];

        for (uint32_t i = 0U; i < cpu->dropped_count && (intid >= 32U || n == vcpu); i++) {
            if (cpu->dropped[i] == intid) {
                cpu->dropped_count--;
                cpu->dropped[i] = cpu->dropped[cpu->dropped_count];
                break;
            }
        }
    }
    if (interrupt != 0 && interrupt->owned) {
        ref_deactivate(interrupt);
        interrupt->unseen |= (uint8_t)(1U << vcpu);
    }
}
