/* SPDX-License-Identifier: Apache-2.0 */
/* The lives of the partition and its vCPUs, and their first steps. See play.h. */
#include "tests/fuzz/vgic/compare.h"
#include "tests/fuzz/vgic/machine.h"
#include "tests/fuzz/vgic/play_parts.h"

/* As a guest's first steps are. */
void play_open_interface(uint32_t n)
{
    play_set_mask(n, 0xf8U);
    play_set_group(n, 0U, true);
    play_set_group(n, 1U, true);
}

void play_load(uint32_t n)
{
    machine_load(n);
    ref_cpu[n].loaded = true;
    play_touch_all();
}

void play_put(uint32_t n)
{
    machine_put(n);
    ref_cpu[n].loaded = false;
    play_touch_all();
    play_drained |= 1U << n;
}

void play_power_on(uint32_t n)
{
    machine_power_on(n);
    ref_reset_vcpu(n);
    play_load(n);
}

void play_power_off(uint32_t n)
{
    machine_power_off(n);
    ref_cpu[n].on = false;
    ref_cpu[n].loaded = false;
    ref_route_away(n);
    play_touch_all();
    play_drained |= 1U << n;
}

void play_reset_reference(uint32_t vcpus)
{
    ref_reset(vcpus);
    for (uint32_t i = 0U; i < MACHINE_INTERRUPTS; i++) {
        ref_own(machine_interrupts[i].intid, machine_interrupts[i].physical != 0U, machine_interrupts[i].edge);
    }
    ref_cpu[0].on = true;
}

void play_turn_on(uint32_t which)
{
    play_load(0U);
    play_open_interface(0U);
    for (uint32_t n = 1U; n < ref_vcpus; n++) {
        if ((which >> n & 1U) != 0U) {
            play_power_on(n);
            play_open_interface(n);
        }
    }
    compare_begin();
    play_settle();
}

/* A stop takes every vCPU off its core; then the virtual GIC is reset and vCPU 0 starts. */
void play_restart(const struct op *op)
{
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        if (ref_cpu[n].loaded) {
            machine_stop(n);
        }
    }
    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        machine_vcpu(n)->power = VCPU_OFF;
    }
    machine_restart();
    play_reset_reference(ref_vcpus);
    play_turn_on((uint32_t)op->value);
}
