/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A physical GICv3 with virtual CPU interfaces, as far as the virtual GIC touches it, and the guest's view of it:
 * four cores, list registers that behave as chapter 6 and section 12.4 of Arm IHI 0069H say.
 *
 * Time stands still except in gic_world_settle(), which does what the hardware and the other cores would do
 * next until nothing is left: it takes maintenance interrupts, posts and physical interrupts on every core.
 */
#ifndef TESTS_UNIT_VGIC_GIC_H
#define TESTS_UNIT_VGIC_GIC_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/unit/fake/board.h"

#define SPURIOUS 1023U
#define PHYSICAL_INTIDS 256U

struct physical_interrupt {
    bool enabled;
    bool edge;
    bool line;
    bool latched;
    bool active;
    uint64_t route;
};

struct core_interface {
    uint64_t list[16];
    uint64_t hcr;
    uint64_t vmcr;
    uint32_t running[32]; /* priorities acknowledged and not yet dropped, most urgent last */
    bool running_group1[32];
    uint32_t depth;
    bool eoi_mode;
    bool posted;
    struct physical_interrupt timer; /* PPI 27 */
};

extern struct physical_interrupt world_spi[PHYSICAL_INTIDS];
extern struct core_interface world_core[CORES];
extern uint32_t world_lists;       /* list registers that each core has */
extern bool world_interrupted;     /* a look finds an interrupt pending */
extern uint32_t world_maintenance; /* maintenance interrupts taken so far */
extern uint32_t world_stride;      /* active priorities for each five bits: 1, 2 or 4 */
extern uint32_t world_list_writes; /* stores to list registers so far */

/* The board of tests/unit/fake with these interrupts for its three-vCPU partition, every vCPU of it loaded. */
void world_power_on(void); /* the virtual GIC alone */
void world_reset(uint32_t lists, const struct interrupt_config *interrupts, uint32_t count);
void world_reset_single(uint32_t lists, const struct interrupt_config *interrupts, uint32_t count); /* vCPU 0 alone */
uint64_t world_vgicd_read(struct vcpu_state *vcpu, uint64_t offset, uint32_t size);
uint64_t world_vgicr_read(struct vcpu_state *vcpu, uint64_t offset, uint32_t size);
void world_send_sgi(struct vcpu_state *vcpu, uint64_t value, bool group1);
uint32_t world_core_of(uint32_t n);
/* This code is vCPU n of that partition from now on. */
struct vcpu_state *world_be(uint32_t n);
void world_settle(void);
/* As world_settle(), but leaves the posts of this vCPU's core unanswered. */
void world_settle_except(uint32_t n);
void world_put(uint32_t n);
void world_load(uint32_t n);

/* Physical side. */
void world_timer(uint32_t n, bool line);
void world_line(uint32_t physical, bool line);
void world_pulse(uint32_t physical);

/* The guest on vCPU n. */
uint32_t guest_acknowledge(uint32_t n);
void guest_eoi(uint32_t n, uint32_t intid);
void guest_eoi_only(uint32_t n, uint32_t intid); /* nothing else has happened yet */
void guest_dir(uint32_t n, uint32_t intid);
void guest_write(uint32_t n, uint64_t offset, uint32_t value); /* GICD, 32 bits; settles afterwards */
uint32_t guest_read(uint32_t n, uint64_t offset);
void guest_write_private(uint32_t n, uint32_t owner, uint64_t offset, uint32_t value); /* GICR SGI frame of owner */
uint32_t guest_read_private(uint32_t n, uint32_t owner, uint64_t offset);
/* Acknowledges, checks which interrupt it was, and ends it. */
void guest_takes(uint32_t n, uint32_t intid);
void guest_takes_nothing(uint32_t n);

/* Banks of one bit for each interrupt, by offset. */
#define ISENABLER 0x100U
#define ICENABLER 0x180U
#define ISPENDR 0x200U
#define ICPENDR 0x280U
#define ISACTIVER 0x300U
#define ICACTIVER 0x380U

/* vCPU 0: both groups on; every interrupt of word 1 and every private one in group 1 and enabled. */
void guest_opens(void);
/* vCPU 0: one bit of a distributor bank; priority; route. */
void guest_sets(uint32_t bank, uint32_t intid);
bool guest_sees(uint32_t bank, uint32_t intid);
void guest_prioritizes(uint32_t intid, uint8_t priority);
void guest_routes(uint32_t intid, uint64_t affinity);
/* ICC_SGI1R_EL1 of vCPU n. */
void guest_sends(uint32_t n, uint64_t value);
/* The line of a virtual device. */
void device_line(uint32_t intid, bool level);

/* True if the interface of vCPU n's core asks for a maintenance interrupt. */
bool world_wants_maintenance(uint32_t n);

#endif
