/* SPDX-License-Identifier: Apache-2.0 */
/* The physical GICv3 and the list registers, as arch/arm64/gic.h has them. See machine.h. Section numbers: Arm IHI 0069H. */
#include <string.h>

#include "tests/fuzz/vgic/machine.h"
#include "arch/arm64/core.h"

#define STATE (GIC_LR_PENDING | GIC_LR_ACTIVE)

struct machine_physical machine_spi[MAX_INTIDS];
struct machine_interface machine_core[MACHINE_CORES];
uint32_t machine_lists;

static struct machine_interface *mine(void)
{
    return &machine_core[this_core()->index];
}

static struct machine_physical *physical(uint32_t intid)
{
    if (intid != MACHINE_TIMER && (intid < 32U || intid >= MAX_INTIDS)) {
        machine_fail("physical interrupt %u is nobody's", intid);
    }
    return intid == MACHINE_TIMER ? &mine()->timer : &machine_spi[intid];
}

static bool is_pending(const struct machine_physical *interrupt)
{
    return interrupt->latched || (interrupt->line && !interrupt->edge);
}

void gic_deactivate(uint32_t intid)
{
    if (!physical(intid)->active) {
        machine_fail("physical interrupt %u is deactivated and not active", intid);
    }
    physical(intid)->active = false;
}

void gic_spi_enable(uint32_t intid)
{
    physical(intid)->enabled = true;
}

void gic_spi_disable(uint32_t intid)
{
    physical(intid)->enabled = false;
}

static void set_enabled(uint32_t word, uint32_t bits, bool enabled)
{
    for (; bits != 0U; bits &= bits - 1U) {
        physical(word * 32U + (uint32_t)__builtin_ctz(bits))->enabled = enabled;
    }
}

void gic_spi_enable_word(uint32_t word, uint32_t bits)
{
    set_enabled(word, bits, true);
}

void gic_spi_disable_word(uint32_t word, uint32_t bits)
{
    set_enabled(word, bits, false);
}

void gic_spi_route(uint32_t intid, uint64_t mpidr)
{
    for (uint32_t core = 0U; core < MACHINE_CORES; core++) {
        if (core_configs[core].mpidr == mpidr) {
            physical(intid)->core = core;
            return;
        }
    }
    machine_fail("physical interrupt %u is routed to %llx", intid, (unsigned long long)mpidr);
}

/* It keeps its line and its trigger. */
void gic_spi_reset(uint32_t intid)
{
    physical(intid)->enabled = false;
    physical(intid)->latched = false;
    physical(intid)->active = false;
}

bool gic_spi_pending(uint32_t intid)
{
    return is_pending(physical(intid));
}

void gic_spi_set_pending(uint32_t intid)
{
    physical(intid)->latched = true;
}

void gic_spi_clear_pending(uint32_t intid)
{
    physical(intid)->latched = false;
}

void gic_ppi_enable(uint32_t intid)
{
    physical(intid)->enabled = true;
}

void gic_ppi_disable(uint32_t intid)
{
    physical(intid)->enabled = false;
}

void gic_ppi_set_active(uint32_t intid, bool active)
{
    physical(intid)->active = active;
}

bool gic_ppi_pending(uint32_t intid)
{
    return is_pending(physical(intid));
}

void gic_send_sgi(uint64_t target, uint32_t id)
{
    if (id != (uint32_t)POST_VCPU || target >= MACHINE_CORES) {
        machine_fail("a post %u to %llx", id, (unsigned long long)target);
    }
    if (machine_locked()) {
        machine_fail("a post under the lock");
    }
    machine_core[target].posted = true;
}

/* List registers. */

bool gic_interrupt_pending(void)
{
    return false;
}

uint32_t gic_list_count(void)
{
    return machine_lists;
}

uint64_t gic_list_read(uint32_t index)
{
    return mine()->list[index];
}

/* What 12.4.6 forbids, no list register may ever hold. */
static void check_list(uint32_t index, uint64_t value)
{
    uint32_t intid = (uint32_t)(value & GIC_LR_INTID_MASK);
    uint32_t linked = (uint32_t)((value & GIC_LR_PHYSICAL_MASK) >> GIC_LR_PHYSICAL_SHIFT);

    if (index >= machine_lists || intid >= MAX_INTIDS) {
        machine_fail("list register %u gets %llx", index, (unsigned long long)value);
    }
    if ((value & STATE) == 0U) {
        return;
    }
    if ((value & GIC_LR_HW) != 0U && (value & STATE) == STATE) {
        machine_fail("a hardware list register for %u is pending and active", intid);
    }
    if ((value & GIC_LR_HW) != 0U && !physical(linked)->active) {
        machine_fail("a hardware list register for %u, whose physical interrupt %u is not active", intid, linked);
    }
    for (uint32_t n = 0U; n < machine_lists; n++) {
        if (n != index && (mine()->list[n] & STATE) != 0U && (mine()->list[n] & GIC_LR_INTID_MASK) == intid) {
            machine_fail("%u stands in two list registers", intid);
        }
    }
}

void gic_list_write(uint32_t index, uint64_t value)
{
    check_list(index, value);
    mine()->list[index] = value;
}

void gic_list_set_pending(uint32_t index)
{
    gic_list_write(index, gic_list_read(index) | GIC_LR_PENDING);
}

void gic_list_first_write(uint64_t value)
{
    gic_list_write(0U, value);
}

uint64_t gic_hcr_read(void)
{
    return mine()->hcr;
}

uint64_t gic_vmcr_read(void)
{
    return mine()->vmcr;
}

uint32_t gic_active_read(struct gic_context *context)
{
    context->active[0][0] = mine()->active0;
    context->active[1][0] = mine()->active1;
    return 1U;
}

void gic_hcr_write(uint64_t value)
{
    mine()->hcr = value;
}

void gic_load(const struct gic_context *context)
{
    struct machine_interface *interface = mine();

    interface->vmcr = (uint32_t)context->vmcr;
    interface->active0 = context->active[0][0];
    interface->active1 = context->active[1][0];
    interface->hcr = context->hcr;
}

void gic_put(struct gic_context *context)
{
    struct machine_interface *interface = mine();

    context->hcr = interface->hcr;
    context->vmcr = interface->vmcr;
    context->active[0][0] = interface->active0;
    context->active[1][0] = interface->active1;
    memset(interface->list, 0, sizeof(interface->list));
    interface->hcr = 0U;
}

void gic_context_reset(struct gic_context *context)
{
    *context = (struct gic_context){.hcr = GIC_HCR_ENABLE};
}

/* ICH_MISR_EL2 (12.4.7), as far as the virtual GIC asks for it. */
bool machine_maintenance(uint32_t core)
{
    const struct machine_interface *interface = &machine_core[core];
    uint32_t valid = 0U;
    uint32_t pending = 0U;
    bool ended = false;
    uint64_t groups = (interface->vmcr & VMCR_GROUP0) != 0U ? GIC_HCR_GROUP0_ON : GIC_HCR_GROUP0_OFF;

    groups |= (interface->vmcr & VMCR_GROUP1) != 0U ? GIC_HCR_GROUP1_ON : GIC_HCR_GROUP1_OFF;
    for (uint32_t n = 0U; n < machine_lists; n++) {
        uint64_t list = interface->list[n];

        valid += (list & STATE) != 0U ? 1U : 0U;
        pending += (list & STATE) == GIC_LR_PENDING ? 1U : 0U;
        ended = ended || ((list & STATE) == 0U && (list & (GIC_LR_HW | GIC_LR_EOI)) == GIC_LR_EOI);
    }
    return (interface->hcr & GIC_HCR_ENABLE) != 0U &&
           (ended || (interface->hcr & groups) != 0U ||
            ((interface->hcr & GIC_HCR_LRENP) != 0U && (interface->hcr & GIC_HCR_EOICOUNT_MASK) != 0U) ||
            ((interface->hcr & GIC_HCR_NO_PENDING) != 0U && pending == 0U) ||
            ((interface->hcr & GIC_HCR_UNDERFLOW) != 0U && valid <= 1U));
}

bool machine_deliverable(const struct machine_physical *interrupt)
{
    return interrupt->enabled && !interrupt->active && is_pending(interrupt);
}
