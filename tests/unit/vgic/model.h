/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GICv3 as the architecture describes it, one interrupt at a time, without list registers, cores that lag or
 * anything else that an implementation needs: what the virtual GIC is compared with. Written from Arm IHI 0069H
 * (4.1, 4.7, 4.8), not from the code under test.
 */
#ifndef TESTS_UNIT_VGIC_MODEL_H
#define TESTS_UNIT_VGIC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_VCPUS 3U
#define MODEL_INTIDS 288U
#define MODEL_NOBODY 255U
#define MODEL_SPURIOUS 1023U

struct model_interrupt {
    bool owned;
    bool hardware;
    bool enabled;
    bool latch;
    bool line;
    bool edge;
    bool active;
    bool group1;
    uint8_t priority;
    uint32_t target; /* shared ones */
};

extern struct model_interrupt model_private[MODEL_VCPUS][32];
extern struct model_interrupt model_shared[MODEL_INTIDS];
extern uint32_t model_control;

void model_reset(void);
struct model_interrupt *model_find(uint32_t vcpu, uint32_t intid);
bool model_pending(const struct model_interrupt *interrupt);
void model_line(struct model_interrupt *interrupt, bool level);
/* True if vCPU n may be given `intid` now: there is none more urgent, and it is above `running`. */
bool model_may_acknowledge(uint32_t n, uint32_t intid, uint32_t running);
void model_acknowledge(uint32_t n, uint32_t intid);
/* Bits of one register bank (offset of its word 0 in GICD), for word `index`. */
uint32_t model_read(uint32_t n, uint32_t bank, uint32_t index);
void model_write(uint32_t n, uint32_t bank, uint32_t index, uint32_t bits);

#endif
