/* SPDX-License-Identifier: Apache-2.0 */
/* What cores may know of each interrupt, and reads of its state. See views.h. Quoted are docs/vgic.md's limits. */
#include "tests/fuzz/vgic/compare.h"
#include "tests/fuzz/vgic/views.h"
#include "tests/fuzz/vgic/machine.h"

#define EITHER 2U

/* Interrupts that were touched, or of which some core's view may be old. */
static struct ref_interrupt *moving[sizeof(ref_owned) / sizeof(ref_owned[0])];
static uint32_t moving_count;

/* What the read under way could tell exactly: by bit of the register. */
static struct ref_interrupt *told[32];
static bool told_active;

bool views_is_private(const struct ref_interrupt *interrupt)
{
    return interrupt->owner != REF_NOBODY;
}

/* Only its own core has a view of a private one. */
bool views_concerns(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    return !views_is_private(interrupt) || interrupt->owner == vcpu;
}

void ref_touch(struct ref_interrupt *interrupt)
{
    uint32_t all = (1U << ref_vcpus) - 1U;

    interrupt->cores = (uint8_t)(views_is_private(interrupt) ? 1U << interrupt->owner : all);
    if (!interrupt->listed) {
        interrupt->listed = true;
        moving[moving_count] = interrupt;
        moving_count++;
    }
}

static uint8_t missed_by(const struct ref_interrupt *interrupt, uint32_t vcpu)
{
    return (uint8_t)(REF_DUE & ~(uint32_t)ref_must(interrupt, vcpu));
}

void views_refresh(struct ref_interrupt *interrupt, uint32_t vcpu)
{
    interrupt->view[vcpu] = (struct ref_view){
        .seen = ref_may(interrupt, vcpu),
        .missed = missed_by(interrupt, vcpu),
        .urgent = interrupt->priority,
        .lax = interrupt->priority,
        .groups = interrupt->group1 ? 2U : 1U,
    };
}

static void look_too(struct ref_interrupt *interrupt, uint32_t vcpu)
{
    struct ref_view *view = &interrupt->view[vcpu];

    view->seen |= ref_may(interrupt, vcpu);
    view->missed |= missed_by(interrupt, vcpu);
    view->urgent = interrupt->priority < view->urgent ? interrupt->priority : view->urgent;
    view->lax = interrupt->priority > view->lax ? interrupt->priority : view->lax;
    view->groups = (uint8_t)(view->groups | (interrupt->group1 ? 2U : 1U));
}

static void tidy(struct ref_interrupt *interrupt)
{
    if (!ref_may_be_active(interrupt)) {
        interrupt->holder = REF_NOBODY;
    }
    if (interrupt->service == 0U && !ref_may_be_active(interrupt)) {
        interrupt->meddled = false;
    }
    /* "One that is pending and disabled goes back to the physical distributor": a timer's on its own core, so when its vCPU is there. */
    if (interrupt->cores == 0U && !interrupt->enabled && !ref_may_be_active(interrupt) &&
        (!views_is_private(interrupt) || ref_cpu[interrupt->owner].loaded)) {
        interrupt->ghost = false;
    }
}

/* A core that drains may pass on to others what it had: their view is old then as well. */
static void step_one(struct ref_interrupt *interrupt, uint32_t dirty, uint32_t drained)
{
    uint32_t cores = interrupt->cores;

    cores |= (cores & drained) != 0U && !views_is_private(interrupt) ? dirty : 0U;
    interrupt->cores = (uint8_t)(cores & dirty);
    tidy(interrupt);
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        if (views_concerns(interrupt, n) && (interrupt->cores & 1U << n) != 0U) {
            look_too(interrupt, n);
        } else if (views_concerns(interrupt, n)) {
            views_refresh(interrupt, n);
        }
    }
}

void compare_step(uint32_t dirty, uint32_t drained)
{
    uint32_t kept = 0U;

    for (uint32_t i = 0U; i < moving_count; i++) {
        step_one(moving[i], dirty, drained);
        if (moving[i]->cores != 0U) {
            moving[kept] = moving[i];
            kept++;
        } else {
            moving[i]->listed = false;
        }
    }
    moving_count = kept;
}

void compare_begin(void)
{
    for (uint32_t i = 0U; i < moving_count; i++) {
        moving[i]->listed = false;
    }
    moving_count = 0U;
    for (uint32_t n = 0U; n < 32U; n++) {
        told[n] = 0;
    }
    for (uint32_t i = 0U; i < ref_owned_count; i++) {
        ref_touch(ref_owned[i]);
    }
    compare_step(0U, 0U);
}

/* Reads of pending and active state. */

uint32_t ref_visible(struct ref_interrupt *interrupt, uint32_t vcpu, bool active)
{
    uint32_t set = active ? REF_SET_ACTIVE : REF_SET_LATCH;
    uint32_t others = interrupt->unseen & ~(1U << vcpu);
    bool old = interrupt->cores != 0U || others != 0U;

    told_active = active;
    /* "What another vCPU's list register holds can only be read on its core. ... asks it to fold." */
    if (others != 0U) {
        uint32_t cores = interrupt->cores;

        ref_touch(interrupt);
        interrupt->cores = (uint8_t)(cores | others);
        interrupt->unseen = (uint8_t)(interrupt->unseen & ~others);
    }
    /* "The pending state of another vCPU's timer is known only as far as EL2 has accepted its interrupt." */
    if (old || (!active && interrupt->linked && views_is_private(interrupt) && interrupt->owner != vcpu)) {
        return EITHER;
    }
    told[interrupt->intid % 32U] = interrupt;
    if (!active && (ref_must_be_pending(interrupt) || interrupt->ghost)) {
        return ref_must_be_pending(interrupt) ? 1U : EITHER;
    }
    if ((interrupt->states & ~set) != 0U) {
        return (interrupt->states & set) != 0U ? EITHER : 0U;
    }
    return 1U;
}

static void told_one(struct ref_interrupt *interrupt, bool one)
{
    uint32_t set = told_active ? REF_SET_ACTIVE : REF_SET_LATCH;

    if (!told_active && one && (interrupt->ghost || interrupt->line)) {
        return;
    }
    if (!told_active && !one) {
        interrupt->ghost = false;
    }
    if ((!told_active && interrupt->line && !interrupt->edge) || (interrupt->states & (one ? ~set : set)) == 0U) {
        return;
    }
    interrupt->states = (uint8_t)(interrupt->states & (one ? set : ~set));
    if (interrupt->states == 0U) {
        machine_fail("model: no state of %u is left", interrupt->intid);
    }
    ref_touch(interrupt);
    interrupt->cores = 0U;
}

void compare_saw(uint32_t value)
{
    for (uint32_t n = 0U; n < 32U; n++) {
        if (told[n] != 0) {
            told_one(told[n], (value >> n & 1U) != 0U);
            told[n] = 0;
        }
    }
}
