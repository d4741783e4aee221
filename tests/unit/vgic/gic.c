/* SPDX-License-Identifier: Apache-2.0 */
/* See gic.h. Section numbers: Arm IHI 0069H. */
#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "arch/arm64/core.h"
#include "partitions/vgic.h"

#define STATE (GIC_LR_PENDING | GIC_LR_ACTIVE)
#define STORM 40U /* rounds after which the world must be quiet */
#define TIMER 27U

struct physical_interrupt world_spi[PHYSICAL_INTIDS];
struct core_interface world_core[CORES];
uint32_t world_lists;
bool world_interrupted;
uint32_t world_maintenance;
uint32_t world_list_writes;
uint32_t world_stride = 1U;

static struct core_interface *mine(void)
{
    return &world_core[this_core()->index];
}

/* The physical interrupt controller (arch/arm64/gic.h). */

static struct physical_interrupt *physical(uint32_t intid)
{
    assert_true(intid == TIMER || (intid >= 32U && intid < PHYSICAL_INTIDS));
    return intid == TIMER ? &mine()->timer : &world_spi[intid];
}

void gic_deactivate(uint32_t intid)
{
    assert_true(physical(intid)->active); /* nobody deactivates what is not active */
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

void gic_spi_route(uint32_t intid, uint64_t mpidr)
{
    physical(intid)->route = mpidr;
}

void gic_spi_reset(uint32_t intid)
{
    physical(intid)->enabled = false;
    physical(intid)->latched = false;
    physical(intid)->active = false;
}

static bool is_pending(const struct physical_interrupt *interrupt)
{
    return interrupt->latched || (interrupt->line && !interrupt->edge);
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

void gic_spi_enable_word(uint32_t word, uint32_t bits)
{
    for (; bits != 0U; bits &= bits - 1U) {
        gic_spi_enable(word * 32U + (uint32_t)__builtin_ctz(bits));
    }
}

void gic_spi_disable_word(uint32_t word, uint32_t bits)
{
    for (; bits != 0U; bits &= bits - 1U) {
        gic_spi_disable(word * 32U + (uint32_t)__builtin_ctz(bits));
    }
}

void gic_send_sgi(uint64_t target, uint32_t id)
{
    assert_int_equal(id, POST_VCPU);
    for (uint32_t core = 0U; core < CORES; core++) {
        if (core_configs[core].sgi == target) {
            world_core[core].posted = true;
        }
    }
}

bool gic_interrupt_pending(void)
{
    return world_interrupted;
}

uint32_t gic_list_count(void)
{
    return world_lists;
}

uint64_t gic_list_read(uint32_t index)
{
    assert_true(index < world_lists);
    return mine()->list[index];
}

/* What 12.4.6 forbids, no list register may ever hold. */
static void check_list(uint64_t value)
{
    uint32_t intid = (uint32_t)(value & GIC_LR_INTID_MASK);

    assert_true((value & STATE) == 0U || intid < MAX_INTIDS);
    if ((value & GIC_LR_HW) != 0U) {
        assert_true((value & STATE) != STATE);
    }
    if ((value & GIC_LR_HW) != 0U && (value & STATE) != 0U) {
        uint32_t linked = (uint32_t)((value & GIC_LR_PHYSICAL_MASK) >> GIC_LR_PHYSICAL_SHIFT);

        assert_true(physical(linked)->active);
    }
}

void gic_list_write(uint32_t index, uint64_t value)
{
    assert_true(index < world_lists);
    check_list(value);
    mine()->list[index] = value;
    world_list_writes++;
    /* The same interrupt in two valid list registers of a core is UNPREDICTABLE. */
    for (uint32_t n = 0U; n < world_lists; n++) {
        uint64_t other = mine()->list[n];

        if (n != index && (other & STATE) != 0U && (value & STATE) != 0U) {
            assert_true((other & GIC_LR_INTID_MASK) != (value & GIC_LR_INTID_MASK));
        }
    }
}

uint64_t gic_hcr_read(void)
{
    return mine()->hcr;
}

uint64_t gic_vmcr_read(void)
{
    return mine()->vmcr | (mine()->eoi_mode ? GIC_VMCR_EOI_MODE : 0U);
}

uint32_t gic_active_read(struct gic_context *context)
{
    memset(context->active, 0, sizeof(context->active));
    for (uint32_t n = 0U; n < mine()->depth; n++) {
        uint32_t level = mine()->running[n] / 8U * world_stride;

        context->active[mine()->running_group1[n] ? 1U : 0U][level / 32U] |= 1U << (level % 32U);
    }
    return world_stride;
}

void gic_hcr_write(uint64_t value)
{
    mine()->hcr = value;
}

void gic_load(const struct gic_context *context)
{
    mine()->vmcr = context->vmcr;
    mine()->hcr = context->hcr;
}

void gic_put(struct gic_context *context)
{
    context->hcr = mine()->hcr;
    context->vmcr = mine()->vmcr;
    memset(mine()->list, 0, sizeof(mine()->list));
    mine()->hcr = 0U;
}

void gic_context_reset(struct gic_context *context)
{
    *context = (struct gic_context){.hcr = GIC_HCR_ENABLE};
}

void gic_list_set_pending(uint32_t index)
{
    gic_list_write(index, gic_list_read(index) | GIC_LR_PENDING);
}

void gic_list_first_write(uint64_t value)
{
    gic_list_write(0U, value);
}

/* The world. */

uint64_t world_vgicd_read(struct vcpu_state *vcpu, uint64_t offset, uint32_t size)
{
    uint64_t value = ~0ULL;

    vgicd_read(&value, offset, size, vcpu);
    return value;
}

uint64_t world_vgicr_read(struct vcpu_state *vcpu, uint64_t offset, uint32_t size)
{
    uint64_t value = ~0ULL;

    vgicr_read(&value, offset, size, vcpu);
    return value;
}

void world_send_sgi(struct vcpu_state *vcpu, uint64_t value, bool group1)
{
    if (group1) {
        vgic_send_sgi(vcpu, value);
    } else {
        vgic_send_sgi_group0(vcpu, value);
    }
}

uint32_t world_core_of(uint32_t n)
{
    return fake_vcpu(IVI, n)->config->core;
}

struct vcpu_state *world_be(uint32_t n)
{
    fake_journal_clear();
    fake_be_core(world_core_of(n));
    return fake_vcpu(IVI, n);
}

/* PMR open, both groups enabled: what a test changes is in vmcr afterwards. */
void world_load(uint32_t n)
{
    struct vcpu_state *vcpu = fake_be_vcpu(IVI, n);

    vcpu->vgic.context.vmcr = 0xf8000003U;
    vgic_load(vcpu);
}

void world_put(uint32_t n)
{
    struct vcpu_state *vcpu = world_be(n);

    vgic_put(vcpu);
    vcpu->loaded = false;
    this_core()->current = NULL;
    while (vgic_route_settle(vcpu)) { /* as partitions/run.c does */
    }
}

void world_power_on(void)
{
    uint32_t step = 0U;

    while (vgic_reset(&fake_partitions[IVI], step)) {
        step++;
        assert_in_range(step, 1U, 32U);
    }
}

static void reset(uint32_t vcpus, uint32_t lists, const struct interrupt_config *interrupts, uint32_t count)
{
    fake_board_reset();
    memset(world_spi, 0, sizeof(world_spi));
    memset(world_core, 0, sizeof(world_core));
    world_lists = lists;
    world_maintenance = 0U;
    world_interrupted = false;
    fake_partition_configs[IVI].vcpu_count = vcpus;
    fake_partition_configs[IVI].interrupts = interrupts;
    fake_partition_configs[IVI].interrupt_count = count;
    for (uint32_t i = 0U; i < count; i++) {
        if (interrupts[i].physical != 0U) {
            world_spi[interrupts[i].physical].edge = interrupts[i].edge;
        }
    }
    world_power_on();
    for (uint32_t n = 0U; n < fake_partition_configs[IVI].vcpu_count; n++) {
        world_load(n);
    }
    world_settle();
}

void world_reset(uint32_t lists, const struct interrupt_config *interrupts, uint32_t count)
{
    reset(3U, lists, interrupts, count);
}

void world_reset_single(uint32_t lists, const struct interrupt_config *interrupts, uint32_t count)
{
    reset(1U, lists, interrupts, count);
}

static bool lists_pending(const struct core_interface *core)
{
    for (uint32_t n = 0U; n < world_lists; n++) {
        if ((core->list[n] & STATE) == GIC_LR_PENDING) {
            return true;
        }
    }
    return false;
}

/* ICH_MISR_EL2 (12.4.7). */
static bool wants_maintenance(const struct core_interface *core)
{
    uint32_t valid = 0U;
    bool ended = false;
    uint64_t groups = (core->vmcr & 1U) != 0U ? GIC_HCR_GROUP0_ON : GIC_HCR_GROUP0_OFF;

    groups |= (core->vmcr & 2U) != 0U ? GIC_HCR_GROUP1_ON : GIC_HCR_GROUP1_OFF;
    for (uint32_t n = 0U; n < world_lists; n++) {
        uint64_t value = core->list[n];

        valid += (value & STATE) != 0U ? 1U : 0U;
        ended = ended || ((value & STATE) == 0U && (value & (GIC_LR_HW | GIC_LR_EOI)) == GIC_LR_EOI);
    }
    return (core->hcr & GIC_HCR_ENABLE) != 0U &&
           (ended || (core->hcr & groups) != 0U ||
            ((core->hcr & GIC_HCR_LRENP) != 0U && (core->hcr & GIC_HCR_EOICOUNT_MASK) != 0U) ||
            ((core->hcr & GIC_HCR_NO_PENDING) != 0U && !lists_pending(core)) ||
            ((core->hcr & GIC_HCR_UNDERFLOW) != 0U && valid <= 1U));
}

bool world_wants_maintenance(uint32_t n)
{
    return wants_maintenance(&world_core[world_core_of(n)]);
}

static bool deliver(struct physical_interrupt *interrupt, uint32_t virtual_intid)
{
    if (!interrupt->enabled || interrupt->active || !is_pending(interrupt)) {
        return false;
    }
    interrupt->active = true;
    interrupt->latched = false;
    vgic_inject_hardware(this_core()->current != NULL && virtual_intid == TIMER ? this_core()->current
                                                                                : fake_vcpu(IVI, 0U),
                         virtual_intid);
    return true;
}

static bool deliver_shared(uint32_t core)
{
    const struct partition_config *config = &fake_partition_configs[IVI];
    bool any = false;

    for (uint32_t i = 0U; i < config->interrupt_count; i++) {
        struct physical_interrupt *interrupt = &world_spi[config->interrupts[i].physical];

        if (config->interrupts[i].physical != 0U && interrupt->route == core_configs[core].mpidr) {
            any = deliver(interrupt, config->interrupts[i].intid) || any;
        }
    }
    return any;
}

/* One round of what core would do at once. False: nothing. */
static bool step(uint32_t core, bool posts)
{
    struct core_interface *interface = &world_core[core];
    struct vcpu_state *vcpu;
    bool any = false;

    fake_be_core(core);
    fake_journal_clear();
    vcpu = this_core()->current;
    if (vcpu != NULL && wants_maintenance(interface)) {
        world_maintenance++;
        vgic_sync(vcpu);
        any = true;
    }
    if (posts && interface->posted) {
        interface->posted = false;
        if (vcpu != NULL && vcpu->config->partition == &fake_partition_configs[IVI]) {
            vgic_look(vcpu);
        }
        any = true;
    }
    any = (vcpu != NULL && deliver(&interface->timer, TIMER)) || any;
    return deliver_shared(core) || any;
}

void world_settle_except(uint32_t n)
{
    uint32_t here = this_core()->index;
    uint32_t deaf = n < fake_partition_configs[IVI].vcpu_count ? world_core_of(n) : CORES;
    bool any = true;

    for (uint32_t round = 0U; any; round++) {
        assert_true(round < STORM);
        any = false;
        for (uint32_t core = 1U; core < CORES; core++) {
            any = step(core, core != deaf) || any;
        }
    }
    fake_be_core(here);
    assert_int_equal(fake_locks_held(), 0U);
}

void world_settle(void)
{
    world_settle_except(~0U);
}

void world_timer(uint32_t n, bool line)
{
    world_core[world_core_of(n)].timer.line = line;
    world_settle();
}

void world_line(uint32_t intid, bool line)
{
    world_spi[intid].line = line;
    world_settle();
}

void world_pulse(uint32_t intid)
{
    world_spi[intid].latched = true;
    world_settle();
}
