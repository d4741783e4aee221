/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine that the virtual GIC runs on when it is compared with its model: a physical GICv3, four cores with a virtual
 * CPU interface each, and one partition with a vCPU on each of the first cores. Written from Arm IHI 0069H, sections 4.8,
 * 12.2 and 12.4, for this purpose alone.
 *
 * Nothing happens by itself. A core takes its maintenance interrupt, its posts and its physical interrupts when it is told
 * to (machine_drain()), so that the views which cores have of each other grow as old as a test wants.
 */
#ifndef TESTS_FUZZ_VGIC_MACHINE_H
#define TESTS_FUZZ_VGIC_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "partitions/state.h"

#define MACHINE_CORES 4U
#define MACHINE_SPURIOUS 1023U
#define MACHINE_TIMER 27U
#define MACHINE_PHYSICAL_TIMER 30U
#define MACHINE_INTERRUPTS 40U

struct machine_physical {
    bool enabled;
    bool edge;
    bool line;
    bool latched;
    bool active;
    uint32_t core; /* that it is routed to */
};

/* ICH_VMCR_EL2 as fields, and what else a guest's CPU interface holds. */
struct machine_interface {
    uint64_t list[GIC_MAX_LIST_REGISTERS];
    uint64_t hcr;
    uint32_t vmcr;
    uint32_t active0; /* ICH_AP0R0_EL2: one bit for each priority of five bits */
    uint32_t active1;
    bool posted;
    struct machine_physical timer;
};

extern struct machine_physical machine_spi[MAX_INTIDS];
extern struct machine_interface machine_core[MACHINE_CORES];
extern const struct interrupt_config machine_interrupts[MACHINE_INTERRUPTS];
extern uint32_t machine_lists; /* list registers of each core */
extern uint32_t machine_vcpus;

/* What is wrong, printf-like: ends the sequence that runs (play.h). */
void machine_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Power-on: the board anew, vCPU 0 on, nothing loaded. */
void machine_reset(uint32_t vcpus, uint32_t lists);
/* The partition stops, and so vCPU n, which is loaded, leaves its core. */
void machine_stop(uint32_t n);
/* The partition's virtual GIC alone, as at its restart: no vCPU is loaded. */
void machine_restart(void);
struct vcpu_state *machine_vcpu(uint32_t n);
/* The code under test runs on the core of vCPU n from now on. */
struct vcpu_state *machine_be(uint32_t n);
bool machine_loaded(uint32_t n);
void machine_load(uint32_t n);
void machine_put(uint32_t n);
void machine_power_on(uint32_t n);
void machine_power_off(uint32_t n); /* loaded */

/* One bit for each core that would act by itself if it were let. */
uint32_t machine_dirty(void);
bool machine_maintenance(uint32_t core);
bool machine_deliverable(const struct machine_physical *interrupt);
bool machine_locked(void);
/* The core does all that it would, until there is nothing left. */
void machine_drain(uint32_t core);
void machine_settle(void);
/* At the next acquisition of the lock, before it succeeds, that core drains, and `then` follows. */
void machine_drain_at_lock(uint32_t core, void (*then)(uint32_t core));
void machine_quiet(void); /* no more of that */

/* The guest's CPU interface on vCPU n (machine_guest.c). ICC_CTLR_EL1, BPRs, PMR and IGRPENs are fields of vmcr. */
#define VMCR_GROUP0 (1U << 0)
#define VMCR_GROUP1 (1U << 1)
#define VMCR_CBPR (1U << 4)
#define VMCR_EOIM (1U << 9)
uint32_t machine_acknowledge(uint32_t n); /* by the register of the group that is signalled */
void machine_eoi(uint32_t n, uint32_t intid);
void machine_dir(uint32_t n, uint32_t intid);
uint32_t machine_running(uint32_t n); /* ICC_RPR_EL1 */
void machine_set_mask(uint32_t n, uint32_t priority);
void machine_set_binary_point(uint32_t n, bool group1, uint32_t value);
void machine_set_control(uint32_t n, uint32_t bits, bool on);
/* What a group priority of this vCPU's interface is (4.8.5). */
uint32_t machine_group_priority(uint32_t vmcr, bool group1, uint32_t priority);

#endif
