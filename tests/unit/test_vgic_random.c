/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC against the architecture (tests/unit/vgic/model.h): random operations of three vCPUs, of devices and
 * of the scheduler on both; what the guest acknowledges and reads must be what the architecture allows.
 *
 * Usage: test_vgic_random [seed [steps]]. Without a seed, fixed ones. A failure prints seed and step.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c tests/unit/vgic/model.c
 * sources: tests/unit/vgic/gic.c tests/unit/vgic/guest.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "tests/unit/vgic/model.h"
#include "partitions/vgic.h"

#define STEPS 40000U
#define SEEDS 8U
#define MAX_ACKNOWLEDGED 32U

/* Word 1: lines of virtual devices, levels and edges; 48 and 50 level, 49 and 51 edge by hardware; two in word 2. */
static const struct interrupt_config interrupts[] = {
    {33U, 0U, false}, {34U, 0U, false},  {35U, 0U, true},  {36U, 0U, true},  {48U, 60U, false},
    {49U, 61U, true}, {50U, 62U, false}, {51U, 63U, true}, {64U, 0U, false}, {70U, 0U, true},
};

struct guest {
    uint32_t acknowledged[MAX_ACKNOWLEDGED]; /* priority not yet dropped */
    uint32_t count;
    uint32_t dropped[MAX_ACKNOWLEDGED]; /* EOImode 1: to be deactivated */
    uint32_t dropped_count;
    bool loaded;
};

static struct guest guests[MODEL_VCPUS];
static uint64_t random_state;
static unsigned long long chosen_seed;
static uint32_t chosen_steps = STEPS;
static uint32_t seed_now;
static uint32_t step_now;

static uint32_t draw(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % below;
}

#define require(condition, ...)                                                                                        \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            print_error("seed %u, step %u: ", seed_now, step_now);                                                     \
            print_error(__VA_ARGS__);                                                                                  \
            print_error("\n");                                                                                         \
            fail();                                                                                                    \
        }                                                                                                              \
    } while (0)

static uint32_t a_loaded_vcpu(void)
{
    uint32_t n = draw(MODEL_VCPUS);

    while (!guests[n].loaded) {
        n = (n + 1U) % MODEL_VCPUS;
    }
    return n;
}

static uint32_t an_intid(void)
{
    static const uint32_t private[] = {0U, 1U, 2U, 3U, 7U, 15U, 27U, 30U};

    return draw(2U) == 0U ? private[draw(COUNT(private))] : interrupts[draw(COUNT(interrupts))].intid;
}

/* What some guest acknowledged and has not ended: software that meddles with it gets what it asked for. */
static uint32_t in_service(uint32_t owner, uint32_t index)
{
    uint32_t bits = 0U;

    for (uint32_t v = 0U; v < MODEL_VCPUS; v++) {
        for (uint32_t i = 0U; i < guests[v].count + guests[v].dropped_count; i++) {
            uint32_t intid = i < guests[v].count ? guests[v].acknowledged[i] : guests[v].dropped[i - guests[v].count];

            if (intid / 32U == index && (index != 0U || v == owner)) {
                bits |= 1U << (intid % 32U);
            }
        }
    }
    return bits;
}

static void write_bank(uint32_t bank)
{
    uint32_t n = a_loaded_vcpu();
    uint32_t owner = draw(4U) == 0U ? draw(MODEL_VCPUS) : n;
    uint32_t intid = an_intid();
    uint32_t index = intid / 32U;
    uint32_t bits = 1U << (intid % 32U);

    if (draw(8U) == 0U) {
        bits = draw(1U << 16) << 16 | draw(1U << 16);
    }
    if (bank == 0x380U) {
        bits &= ~in_service(owner, index);
    }
    model_write(owner, bank, index, bits);
    if (index == 0U) {
        guest_write_private(n, owner, bank, bits);
    } else {
        guest_write(n, bank + index * 4U, bits);
    }
}

static uint32_t read_once(uint32_t n, uint32_t owner, uint32_t bank, uint32_t index)
{
    return index == 0U ? guest_read_private(n, owner, bank) : guest_read(n, bank + index * 4U);
}

/*
 * The physical pending state of another core's timer interrupt cannot be read, so that bit is the one's own business
 * (docs/vgic.md). Read twice: the first read makes other cores fold what only they can see. */
static void read_bank(uint32_t bank)
{
    uint32_t n = a_loaded_vcpu();
    uint32_t owner = draw(2U) == 0U ? n : draw(MODEL_VCPUS);
    uint32_t index = draw(3U);
    uint32_t visible = index == 0U && n != owner ? ~(1U << 27) : ~0U;
    uint32_t value;
    uint32_t expected = model_read(owner, bank, index) & visible;

    (void)read_once(n, owner, bank, index);
    value = read_once(n, owner, bank, index) & visible;
    require(value == expected, "bank %03x word %u of %u reads %08x, not %08x", bank, index, owner, value, expected);
}

static void write_priority(void)
{
    uint32_t n = a_loaded_vcpu();
    uint32_t intid = an_intid();
    uint32_t owner = draw(2U) == 0U ? n : draw(MODEL_VCPUS);
    uint8_t priority = (uint8_t)(draw(8U) * 0x20U);

    if ((in_service(owner, intid / 32U) >> (intid % 32U) & 1U) != 0U) {
        return;
    }
    model_find(owner, intid)->priority = priority;
    if (intid < 32U) {
        vgicr_write(world_be(n), owner * 0x20000U + 0x10400U + intid, 1U, priority);
    } else {
        vgicd_write(world_be(n), 0x400U + intid, 1U, priority);
    }
    world_settle();
}

static void write_trigger(void)
{
    uint32_t intid = interrupts[draw(COUNT(interrupts))].intid;
    uint32_t offset = 0xc00U + intid / 16U * 4U;
    uint32_t n = a_loaded_vcpu();
    uint32_t value = guest_read(n, offset) ^ 2U << (intid % 16U * 2U);

    if (!model_find(n, intid)->hardware) {
        model_find(n, intid)->edge = !model_find(n, intid)->edge;
    }
    guest_write(n, offset, value);
}

static void write_route(void)
{
    uint32_t intid = interrupts[draw(COUNT(interrupts))].intid;
    uint32_t target = draw(MODEL_VCPUS + 2U);

    model_find(0U, intid)->target = target < MODEL_VCPUS ? target : target == MODEL_VCPUS ? MODEL_NOBODY : 0U;
    vgicd_write(world_be(a_loaded_vcpu()), 0x6000U + intid * 8U, 8U, target == MODEL_VCPUS + 1U ? 1U << 31 : target);
    world_settle();
}

static void write_control(void)
{
    model_control = draw(4U) == 0U ? draw(4U) : 3U;
    guest_write(a_loaded_vcpu(), 0U, model_control);
}

static void set_line(void)
{
    static const uint32_t lines[] = {33U, 34U, 35U, 36U, 64U, 70U, 30U};
    uint32_t intid = lines[draw(COUNT(lines))];
    uint32_t n = a_loaded_vcpu();
    bool level = draw(2U) == 0U;

    model_line(model_find(n, intid), level);
    vgic_set_line(world_be(n), intid, level);
    world_settle();
}

/*
 * EL2 does not see the level of a physical interrupt drop that it has accepted and that still waits; that limit is
 * documented. Here levels drop when the guest has taken the interrupt, or EL2 has not.
 */
static bool may_drop(uint32_t n, uint32_t intid)
{
    const struct vgic_bank *bank =
        intid < 32U ? &fake_vcpu(IVI, n)->vgic.bank : &fake_partitions[IVI].vgic.bank[intid / 32U];

    for (uint32_t core = 1U; core < CORES; core++) {
        for (uint32_t list = 0U; list < world_lists; list++) {
            uint64_t value = world_core[core].list[list];

            if ((value & GIC_LR_INTID_MASK) == intid && (value & GIC_LR_PENDING) != 0U &&
                (intid >= 32U || core == fake_vcpu(IVI, n)->config->core)) {
                return false;
            }
        }
    }
    return (bank->line >> (intid % 32U) & 1U) == 0U;
}

static void set_hardware(void)
{
    uint32_t i = 4U + draw(4U);
    struct model_interrupt *interrupt = model_find(0U, interrupts[i].intid);
    bool level = draw(2U) == 0U;

    if (interrupt->edge && !interrupt->latch) {
        interrupt->latch = true;
        world_pulse(interrupts[i].physical);
    } else if (!interrupt->edge && (level || may_drop(0U, interrupts[i].intid))) {
        interrupt->line = level;
        world_line(interrupts[i].physical, level);
    }
}

static void set_timer(void)
{
    uint32_t n = draw(MODEL_VCPUS);
    struct model_interrupt *timer = model_find(n, 27U);
    bool level = draw(2U) == 0U;

    if (level || may_drop(n, 27U)) {
        timer->line = level;
        world_timer(n, level);
    }
}

static void send_sgi(void)
{
    uint32_t n = a_loaded_vcpu();
    uint64_t intid = draw(2U) == 0U ? draw(4U) : draw(16U);
    bool all = draw(4U) == 0U;
    bool group1 = draw(4U) != 0U;
    uint32_t list = draw(1U << 16);

    for (uint32_t v = 0U; v < MODEL_VCPUS; v++) {
        struct model_interrupt *sgi = model_find(v, (uint32_t)intid);

        if ((all ? v != n : (list >> v & 1U) != 0U) && (group1 || !sgi->group1)) {
            sgi->latch = true;
        }
    }
    world_send_sgi(world_be(n), intid << 24 | (all ? 1ULL << 40 : 0U) | list, group1);
    world_settle();
}

static void acknowledge(void)
{
    uint32_t n = a_loaded_vcpu();
    struct guest *guest = &guests[n];
    struct core_interface *core = &world_core[fake_vcpu(IVI, n)->config->core];
    uint32_t running = core->depth == 0U ? 0xffU : core->running[core->depth - 1U];
    uint32_t intid;

    if (guest->count + guest->dropped_count >= MAX_ACKNOWLEDGED) {
        return;
    }
    intid = guest_acknowledge(n);
    require(model_may_acknowledge(n, intid, running), "vCPU %u was given %u", n, intid);
    if (intid != SPURIOUS) {
        model_acknowledge(n, intid);
        guest->acknowledged[guest->count] = intid;
        guest->count++;
    }
}

static void end(void)
{
    uint32_t n = a_loaded_vcpu();
    struct guest *guest = &guests[n];
    uint32_t intid;

    if (guest->count == 0U) {
        return;
    }
    guest->count--;
    intid = guest->acknowledged[guest->count];
    if (world_core[fake_vcpu(IVI, n)->config->core].eoi_mode) {
        guest->dropped[guest->dropped_count] = intid;
        guest->dropped_count++;
    } else {
        model_find(n, intid)->active = false;
    }
    guest_eoi(n, intid);
}

/* EOImode 1: in any order, and a shared one from any vCPU. */
static void deactivate(void)
{
    uint32_t n = a_loaded_vcpu();
    struct guest *guest = &guests[n];
    uint32_t i = guest->dropped_count == 0U ? 0U : draw(guest->dropped_count);
    uint32_t intid = guest->dropped[i];

    if (guest->dropped_count == 0U) {
        return;
    }
    guest->dropped_count--;
    guest->dropped[i] = guest->dropped[guest->dropped_count];
    model_find(n, intid)->active = false;
    guest_dir(intid < 32U ? n : a_loaded_vcpu(), intid);
}

static void move(void)
{
    uint32_t n = draw(MODEL_VCPUS);
    uint32_t others = 0U;

    for (uint32_t v = 0U; v < MODEL_VCPUS; v++) {
        others += v != n && guests[v].loaded ? 1U : 0U;
    }
    if (!guests[n].loaded) {
        world_load(n);
        guests[n].loaded = true;
    } else if (others != 0U) {
        world_put(n);
        guests[n].loaded = false;
    }
    fake_be_core(fake_vcpu(IVI, a_loaded_vcpu())->config->core);
    world_settle();
}

static void operate(void)
{
    static const uint32_t banks[] = {0x100U, 0x100U, 0x100U, 0x180U, 0x200U, 0x200U,
                                     0x280U, 0x300U, 0x380U, 0x380U, 0x080U};
    static const uint32_t reads[] = {0x080U, 0x100U, 0x180U, 0x200U, 0x280U, 0x300U, 0x380U};
    uint32_t kind = draw(100U);

    if (kind < 18U) {
        write_bank(banks[draw(COUNT(banks))]);
    } else if (kind < 26U) {
        read_bank(reads[draw(COUNT(reads))]);
    } else if (kind < 30U) {
        write_priority();
    } else if (kind < 31U) {
        write_trigger();
    } else if (kind < 33U) {
        write_route();
    } else if (kind < 34U) {
        write_control();
    } else if (kind < 40U) {
        set_line();
    } else if (kind < 46U) {
        set_hardware();
    } else if (kind < 50U) {
        set_timer();
    } else if (kind < 56U) {
        send_sgi();
    } else if (kind < 80U) {
        acknowledge();
    } else if (kind < 93U) {
        end();
    } else if (kind < 98U) {
        deactivate();
    } else {
        move();
    }
}

static void begin(uint32_t seed, uint32_t lists)
{
    random_state = 0x9e3779b97f4a7c15ULL * (seed + 1U);
    memset(guests, 0, sizeof(guests));
    world_reset(lists, interrupts, COUNT(interrupts));
    model_reset();
    for (uint32_t i = 0U; i < COUNT(interrupts); i++) {
        struct model_interrupt *interrupt = model_find(0U, interrupts[i].intid);

        interrupt->owned = true;
        interrupt->hardware = interrupts[i].physical != 0U;
        interrupt->edge = interrupts[i].edge;
    }
    for (uint32_t v = 0U; v < MODEL_VCPUS; v++) {
        guests[v].loaded = true;
        world_core[fake_vcpu(IVI, v)->config->core].eoi_mode = (seed + v) % 3U == 0U;
    }
}

static void run(uint32_t seed, uint32_t lists, uint32_t steps)
{
    seed_now = seed;
    begin(seed, lists);
    print_message("seed %u, %u list registers, %u steps\n", seed, lists, steps);
    for (step_now = 0U; step_now < steps; step_now++) {
        operate();
    }
}

/* @verifies REQ-VGIC-030 */
static void random_operations_show_the_guest_what_the_architecture_says(void **state)
{
    static const uint32_t lists[] = {4U, 1U, 2U, 3U, 4U, 8U, 16U, 4U};

    (void)state;
    if (chosen_seed != 0U) {
        run((uint32_t)chosen_seed, lists[chosen_seed % SEEDS], chosen_steps);
        return;
    }
    for (uint32_t seed = 0U; seed < SEEDS; seed++) {
        run(seed, lists[seed], STEPS);
    }
}

int main(int count, char **words)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations_show_the_guest_what_the_architecture_says),
    };

    chosen_seed = count > 1 ? strtoull(words[1], NULL, 0) : 0U;
    chosen_steps = count > 2 ? (uint32_t)strtoul(words[2], NULL, 0) : STEPS;
    return cmocka_run_group_tests_name("vgic random", tests, NULL, NULL);
}
