/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vCPUs may know of each interrupt: struct ref_view. A view is fresh when its core has nothing left to do; until
 * then it grows by all that becomes of the interrupt.
 */
#ifndef TESTS_FUZZ_VGIC_VIEWS_H
#define TESTS_FUZZ_VGIC_VIEWS_H

#include "tests/fuzz/vgic/reference.h"

/*
 * Known deviation: "If the pending interrupts of a group that is off at the CPU interface fill all list registers, less
 * urgent interrupts of the other group wait until the guest turns the group on or disables them." vCPUs where they may.
 */
extern uint32_t views_crowded;
/* vCPUs an EOI of which, not counted yet, may be taken for one of another interrupt. */
extern uint32_t views_uncounted;

bool views_is_private(const struct ref_interrupt *interrupt);
/* Only its own core has a view of a private one. */
bool views_concerns(const struct ref_interrupt *interrupt, uint32_t vcpu);
/* It may be active there. */
bool views_held_by(const struct ref_interrupt *interrupt, uint32_t vcpu);
/* More may be active or due than there are list registers. */
bool views_overflows(uint32_t vcpu);
void views_refresh(struct ref_interrupt *interrupt, uint32_t vcpu);

#endif
