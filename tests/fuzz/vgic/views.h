/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vCPUs may know of each interrupt: struct ref_view. A view is fresh when its core has nothing left to do; until
 * then it grows by all that becomes of the interrupt.
 */
#ifndef TESTS_FUZZ_VGIC_VIEWS_H
#define TESTS_FUZZ_VGIC_VIEWS_H

#include "tests/fuzz/vgic/reference.h"

bool views_is_private(const struct ref_interrupt *interrupt);
/* Only its own core has a view of a private one. */
bool views_concerns(const struct ref_interrupt *interrupt, uint32_t vcpu);
void views_refresh(struct ref_interrupt *interrupt, uint32_t vcpu);

#endif
