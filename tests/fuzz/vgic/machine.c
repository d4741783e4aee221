/* SPDX-License-Identifier: Apache-2.0 */
/* Cores, the lock, the board and the vCPUs' lives. See machine.h. */
#include <string.h>

#include "tests/fuzz/vgic/machine.h"
#include "arch/arm64/core.h"

#define STORM 64U /* rounds after which a core must be quiet */
#define NO_CORE ~0U

/* The tables that the config compiler would emit: constant for the code under test. */
struct core_config machine_core_configs[MACHINE_CORES] __asm__("core_configs");

uint32_t machine_vcpus;

static struct core_state cores[MACHINE_CORES];
static struct vcpu_state vcpus[MACHINE_CORES];
static struct vcpu_config vcpu_configs[MACHINE_CORES];
static const struct vcpu_config *const core_vcpus[MACHINE_CORES] = {&vcpu_configs[0], &vcpu_configs[1],
                                                                    &vcpu_configs[2], &vcpu_configs[3]};
static struct partition_config partition_config;
static struct partition_state partition;
static uint64_t here; /* TPIDR_EL2 */
static uint32_t drain_at_lock = NO_CORE;
static void (*then_at_lock)(uint32_t core);

/*
 * Lines of virtual devices; linked interrupts whose physical INTID is their own, and others. More of both kinds than any core has
 * list registers.
 */
#define LINE(intid, edge)                                                                                              \
    {                                                                                                                  \
        (intid), 0U, (edge)                                                                                            \
    }
#define SAME(intid, edge)                                                                                              \
    {                                                                                                                  \
        (intid), (intid), (edge)                                                                                       \
    }
const struct interrupt_config machine_interrupts[MACHINE_INTERRUPTS] = {
    LINE(32, false),    LINE(33, false),     LINE(34, false),    LINE(35, true),    LINE(36, true),
    LINE(37, true),     SAME(40, false),     SAME(41, true),     SAME(42, false),   SAME(43, true),
    {48U, 160U, false}, {49U, 161U, true},   {50U, 162U, false}, {51U, 163U, true}, LINE(55, false),
    LINE(56, false),    LINE(57, true),      LINE(58, true),     LINE(59, false),   LINE(60, false),
    LINE(61, true),     LINE(62, true),      LINE(63, false),    LINE(64, false),   LINE(65, true),
    SAME(66, false),    SAME(67, true),      {68U, 164U, false}, {69U, 165U, true}, LINE(95, false),
    LINE(128, true),    {129U, 166U, false}, {159U, 167U, true}, LINE(191, false),  LINE(255, true),
    LINE(256, false),   LINE(257, true),     SAME(258, false),   SAME(259, true),   LINE(287, false),
};

/* System registers (tests/unit/fake/arch/arm64/sysreg.h): there is one. */

uint64_t *fake_sysreg(const char *name)
{
    (void)name;
    return &here;
}

void fake_sysreg_write(const char *name, uint64_t value)
{
    machine_fail("%s is written: %llx", name, (unsigned long long)value);
}

void fake_barrier(const char *kind)
{
    (void)kind;
}

void fake_wfi(void)
{
    machine_fail("a wait");
}

void fake_bug(uint32_t code)
{
    machine_fail("bug %u", code);
}

void ticket_acquire(union ticket_lock *lock)
{
    uint32_t core = drain_at_lock;

    if (lock->half.next != lock->half.owner) {
        machine_fail("the lock is acquired by the core that holds it");
    }
    if (core != NO_CORE) {
        uint64_t self = here;

        drain_at_lock = NO_CORE;
        machine_drain(core);
        then_at_lock(core);
        here = self;
    }
    lock->half.next++;
}

void ticket_release(union ticket_lock *lock)
{
    if (lock->half.next != (uint16_t)(lock->half.owner + 1U)) {
        machine_fail("the lock is released and not held");
    }
    lock->half.owner++;
}

void machine_drain_at_lock(uint32_t core, void (*then)(uint32_t core))
{
    then_at_lock = then;
    drain_at_lock = &cores[core] == this_core() ? NO_CORE : core;
}

bool machine_locked(void)
{
    return partition.lock.half.next != partition.lock.half.owner;
}

void machine_quiet(void)
{
    drain_at_lock = NO_CORE;
    if (machine_locked()) {
        machine_fail("the lock is still held");
    }
}

uint32_t machine_dirty(void)
{
    uint32_t dirty = 0U;

    for (uint32_t core = 0U; core < machine_vcpus; core++) {
        const struct machine_interface *interface = &machine_core[core];

        if (cores[core].current != NULL &&
            (interface->posted || machine_deliverable(&interface->timer) || machine_maintenance(core))) {
            dirty |= 1U << core;
        }
    }
    for (uint32_t i = 0U; i < MACHINE_INTERRUPTS; i++) {
        const struct machine_physical *interrupt = &machine_spi[machine_interrupts[i].physical];

        if (machine_interrupts[i].physical != 0U && machine_deliverable(interrupt)) {
            dirty |= 1U << interrupt->core;
        }
    }
    return dirty;
}

static bool deliver(struct machine_physical *interrupt, struct vcpu_state *vcpu, uint32_t intid)
{
    if (!machine_deliverable(interrupt)) {
        return false;
    }
    interrupt->active = true;
    interrupt->latched = false;
    vgic_inject_hardware(vcpu, intid);
    return true;
}

/* As partitions/irq.c does. */
static bool step(uint32_t core)
{
    struct machine_interface *interface = &machine_core[core];
    struct vcpu_state *current = cores[core].current;
    bool any = current != NULL && machine_maintenance(core);

    here = (uint64_t)&cores[core];
    if (any) {
        vgic_sync(current);
    }
    if (interface->posted) {
        interface->posted = false;
        if (current != NULL) {
            vgic_look(current);
            any = true;
        }
    }
    any = (current != NULL && deliver(&interface->timer, current, MACHINE_TIMER)) || any;
    for (uint32_t i = 0U; i < MACHINE_INTERRUPTS; i++) {
        struct machine_physical *interrupt = &machine_spi[machine_interrupts[i].physical];

        if (machine_interrupts[i].physical != 0U && interrupt->core == core) {
            any = deliver(interrupt, &vcpus[0], machine_interrupts[i].intid) || any;
        }
    }
    return any;
}

void machine_drain(uint32_t core)
{
    uint32_t round = 0U;

    while (step(core)) {
        round++;
        if (round == STORM) {
            machine_fail("core %u does not become quiet", core);
        }
    }
}

void machine_settle(void)
{
    uint64_t self = here;
    uint32_t dirty = machine_dirty();

    for (uint32_t round = 0U; dirty != 0U; round++) {
        if (round == STORM) {
            machine_fail("the cores (%x) do not become quiet", dirty);
        }
        for (uint32_t core = 0U; core < MACHINE_CORES; core++) {
            if ((dirty >> core & 1U) != 0U) {
                machine_drain(core);
            }
        }
        dirty = machine_dirty();
    }
    here = self;
}

/* The board and its vCPUs' lives, as partitions/run.c and partitions/partition.c lead them. */

struct vcpu_state *machine_vcpu(uint32_t n)
{
    return &vcpus[n];
}

struct vcpu_state *machine_be(uint32_t n)
{
    here = (uint64_t)&cores[n];
    return &vcpus[n];
}

bool machine_loaded(uint32_t n)
{
    return cores[n].current != NULL;
}

void machine_load(uint32_t n)
{
    machine_be(n);
    vcpus[n].loaded = true;
    cores[n].current = &vcpus[n];
    vgic_load(&vcpus[n]);
}

void machine_put(uint32_t n)
{
    machine_be(n);
    vgic_put(&vcpus[n]);
    cores[n].current = NULL;
    while (vgic_route_settle(&vcpus[n])) {
    }
    vcpus[n].loaded = false;
}

void machine_power_on(uint32_t n)
{
    machine_be(n);
    vgic_reset_vcpu(&vcpus[n]);
    vcpus[n].power = VCPU_ON;
}

void machine_power_off(uint32_t n)
{
    vcpus[n].power = VCPU_OFF;
    machine_put(n);
}

void machine_stop(uint32_t n)
{
    static const uint64_t empty[GIC_MAX_LIST_REGISTERS];

    partition.phase = PARTITION_STOPPING;
    machine_power_off(n);
    if (machine_core[n].timer.active || machine_core[n].timer.enabled || machine_core[n].hcr != 0U ||
        memcmp(machine_core[n].list, empty, sizeof(empty)) != 0) {
        machine_fail("something of vCPU %u stays behind in its core", n);
    }
}

void machine_restart(void)
{
    uint32_t step_number = 0U;

    partition.phase = PARTITION_RUNNING;
    machine_be(0U);
    while (vgic_reset(&partition, step_number)) {
        step_number++;
    }
    machine_power_on(0U);
}

void machine_reset(uint32_t count, uint32_t lists)
{
    memset(machine_spi, 0, sizeof(machine_spi));
    memset(machine_core, 0, sizeof(machine_core));
    memset(vcpus, 0, sizeof(vcpus));
    memset(&partition, 0, sizeof(partition));
    drain_at_lock = NO_CORE;
    machine_lists = lists;
    machine_vcpus = count;
    for (uint32_t n = 0U; n < MACHINE_CORES; n++) {
        vcpu_configs[n] = (struct vcpu_config){&partition_config, &vcpus[n], n, n, 50U};
        machine_core_configs[n] = (struct core_config){
            .mpidr = n << 8, .sgi = n, .vcpu_count = 1U, .vcpus = &core_vcpus[n], .state = &cores[n]};
        cores[n].config = &machine_core_configs[n];
        cores[n].current = NULL;
        cores[n].index = n;
        vcpus[n].config = &vcpu_configs[n];
        vcpus[n].partition = &partition;
    }
    partition_config = (struct partition_config){.name = "fuzzed",
                                                 .state = &partition,
                                                 .vcpu_count = count,
                                                 .vcpus = vcpu_configs,
                                                 .interrupts = machine_interrupts,
                                                 .interrupt_count = MACHINE_INTERRUPTS};
    partition.config = &partition_config;
    for (uint32_t i = 0U; i < MACHINE_INTERRUPTS; i++) {
        machine_spi[machine_interrupts[i].physical].edge = machine_interrupts[i].edge;
    }
    machine_restart();
}
