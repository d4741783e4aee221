/* SPDX-License-Identifier: Apache-2.0 */
/* What must be so when nothing is on its way any more, and getting there. See play.h. */
#include "tests/fuzz/vgic/compare.h"
#include "tests/fuzz/vgic/machine.h"
#include "tests/fuzz/vgic/play_parts.h"

#define ENDLESS 2000U

/* Where nothing is on its way, the physical interrupts are as the virtual ones say. */
static void check_links(void)
{
    for (uint32_t i = 0U; i < MACHINE_INTERRUPTS; i++) {
        const struct ref_interrupt *interrupt = &ref_shared[machine_interrupts[i].intid];
        const struct machine_physical *physical = &machine_spi[machine_interrupts[i].physical];

        if (machine_interrupts[i].physical == 0U) {
            continue;
        }
        if (physical->enabled != interrupt->enabled) {
            machine_fail("%u is %s, and its physical interrupt is not", interrupt->intid,
                         interrupt->enabled ? "enabled" : "disabled");
        }
        if (interrupt->target != REF_NOBODY && physical->core != interrupt->target) {
            machine_fail("%u goes to vCPU %u, and its physical interrupt to core %u", interrupt->intid,
                         interrupt->target, physical->core);
        }
        if (physical->active && !ref_may_be_active(interrupt) && !ref_may_be_pending(interrupt)) {
            machine_fail("%u is idle, and its physical interrupt stays active", interrupt->intid);
        }
    }
}

static void check_timers(void)
{
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        const struct ref_interrupt *interrupt = ref_find(n, REF_TIMER);
        const struct machine_physical *physical = &machine_core[n].timer;

        if (physical->enabled != (interrupt->enabled && ref_cpu[n].loaded)) {
            machine_fail("the timer of vCPU %u is %s on its core", n, physical->enabled ? "enabled" : "disabled");
        }
        if (physical->active &&
            (!ref_cpu[n].loaded || (!ref_may_be_active(interrupt) && !ref_may_be_pending(interrupt)))) {
            machine_fail("the timer of vCPU %u stays active on its core", n);
        }
    }
}

void play_check_rest(void)
{
    check_links();
    check_timers();
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        if (ref_cpu[n].loaded && machine_running(n) != ref_running(n)) {
            machine_fail("vCPU %u runs at %02x, not %02x", n, machine_running(n), ref_running(n));
        }
    }
}

static void read_all(uint32_t n)
{
    static const uint32_t banks[] = {0x200U, 0x300U};

    for (uint32_t bank = 0U; bank < 2U; bank++) {
        for (uint32_t word = 1U; word < REF_INTIDS / 32U; word++) {
            play_read_at(n, REF_DISTRIBUTOR, banks[bank] + word * 4U, 4U);
        }
        for (uint32_t owner = 0U; owner < ref_vcpus; owner++) {
            play_read_at(n, REF_REDISTRIBUTORS, owner * 0x20000U + 0x10000U + banks[bank], 4U);
        }
    }
}

/* The first round asks other cores to fold; in the second nothing is open any more. */
void play_audit(uint32_t n)
{
    play_settle();
    read_all(n);
    play_settle();
    read_all(n);
    play_settle();
}

/* The device is served: its level drops. */
static void serve(uint32_t n, uint32_t intid)
{
    struct ref_interrupt *interrupt = ref_find(n, intid);

    if (intid == REF_TIMER) {
        play_set_timer(n, false);
    } else if (interrupt->linked && !interrupt->edge) {
        for (uint32_t i = 0U; i < MACHINE_INTERRUPTS; i++) {
            if (machine_interrupts[i].intid == intid) {
                play_set_physical(&machine_interrupts[i], false);
            }
        }
    } else if (!interrupt->linked && interrupt->line) {
        vgic_set_line(machine_be(n), intid, false);
        ref_set_line(interrupt, false);
    }
}

static void end_all(uint32_t n)
{
    struct ref_cpu *cpu = &ref_cpu[n];

    while (cpu->depth != 0U) {
        play_end(n);
        play_settle();
    }
    for (uint32_t at = cpu->dropped_count; at > 0U; at--) {
        if (at <= cpu->dropped_count) {
            play_deactivate(n, cpu->dropped[at - 1U]);
            play_settle();
        }
    }
}

static bool take_one(uint32_t n)
{
    uint32_t intid = play_acknowledge(n);

    if (intid == MACHINE_SPURIOUS) {
        return false;
    }
    serve(n, intid);
    play_settle();
    end_all(n);
    return true;
}

/* Liveness: what is due comes, and comes to an end. That nothing is left is what the last acknowledges show. */
void play_quiesce(void)
{
    uint32_t taken = 0U;
    bool any = true;

    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        if (ref_cpu[n].on && !ref_cpu[n].loaded) {
            play_load(n);
            compare_step(machine_dirty(), 1U << n);
        }
    }
    play_settle();
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        if (ref_cpu[n].loaded) {
            play_open_interface(n);
            end_all(n);
        }
    }
    while (any) {
        any = false;
        for (uint32_t n = 0U; n < ref_vcpus; n++) {
            any = (ref_cpu[n].loaded && take_one(n)) || any;
            taken++;
        }
        if (taken > ENDLESS) {
            machine_fail("there is no end of interrupts");
        }
    }
}
