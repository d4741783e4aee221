/* SPDX-License-Identifier: Apache-2.0 */
/* See play.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/vgic/compare.h"
#include "tests/fuzz/vgic/machine.h"
#include "tests/fuzz/vgic/play.h"
#include "tests/fuzz/vgic/play_parts.h"

#define DISTRIBUTOR_SIZE 0x10000U

unsigned long long play_steps;
unsigned long long play_kinds[OP_KINDS];

static jmp_buf failed;
static char reason[200];
static const char *what;
uint32_t play_drained;

void machine_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);
    what = format;
    longjmp(failed, 1);
}

/* The vCPU that is meant: the first from that one on which is loaded. */
static uint32_t loaded_from(uint32_t n)
{
    n %= ref_vcpus;
    while (!ref_cpu[n].loaded) {
        n = (n + 1U) % ref_vcpus;
    }
    return n;
}

static uint32_t loaded_count(void)
{
    uint32_t count = 0U;

    for (uint32_t n = 0U; n < ref_vcpus; n++) {
        count += ref_cpu[n].loaded ? 1U : 0U;
    }
    return count;
}

void play_touch_all(void)
{
    for (uint32_t i = 0U; i < ref_owned_count; i++) {
        ref_touch(ref_owned[i]);
    }
}

void play_settle(void)
{
    machine_settle();
    compare_step(0U, 0xfU);
    play_check_rest();
}

/* What the cores do after an operation. */
static void follow(uint32_t lag)
{
    uint32_t dirty = machine_dirty();

    machine_quiet();
    compare_step(dirty, play_drained);
    play_drained = 0U;
    if ((lag & LAG_ALL) != 0U) {
        return;
    }
    if ((lag & LAG_CORES) == 0U) {
        play_settle();
        return;
    }
    for (uint32_t core = 0U; core < ref_vcpus; core++) {
        if ((dirty & ~lag & 1U << core) != 0U) {
            machine_drain(core);
            compare_step(machine_dirty(), 1U << core);
        }
    }
}

/* Register accesses: aligned, and of a size that a load or store has. */
static uint32_t size_of(const struct op *op)
{
    return op->size == 1U || op->size == 2U || op->size == 8U ? op->size : 4U;
}

static uint64_t offset_of(const struct op *op, uint64_t window)
{
    return op->offset % window & ~(uint64_t)(size_of(op) - 1U);
}

static void write_register(const struct op *op, enum ref_frame frame)
{
    uint32_t n = loaded_from(op->vcpu);
    uint32_t size = size_of(op);
    uint64_t value = size == 8U ? op->value : op->value & ((1ULL << (size * 8U)) - 1U);

    if (frame == REF_DISTRIBUTOR) {
        uint64_t offset = offset_of(op, DISTRIBUTOR_SIZE);

        vgicd_write(machine_be(n), offset, size, value);
        ref_write(n, frame, offset, size, value);
    } else {
        uint64_t offset = offset_of(op, (uint64_t)ref_vcpus * 0x20000U);

        vgicr_write(machine_be(n), offset, size, value);
        ref_write(n, frame, offset, size, value);
    }
}

void play_read_at(uint32_t n, enum ref_frame frame, uint64_t offset, uint32_t size)
{
    uint64_t value = ~0ULL;
    uint64_t either;
    uint64_t expected;

    if (frame == REF_DISTRIBUTOR) {
        vgicd_read(&value, offset, size, machine_be(n));
    } else {
        vgicr_read(&value, offset, size, machine_be(n));
    }
    expected = ref_read(n, frame, offset, size, &either);
    if (((value ^ expected) & ~either) != 0U) {
        machine_fail("vCPU %u reads %llx, not %llx (but for %llx), from %s+%llx", n, (unsigned long long)value,
                     (unsigned long long)expected, (unsigned long long)either,
                     frame == REF_DISTRIBUTOR ? "GICD" : "GICR", (unsigned long long)offset);
    }
    compare_saw((uint32_t)value);
}

static void read_register(const struct op *op, enum ref_frame frame)
{
    uint64_t window = frame == REF_DISTRIBUTOR ? DISTRIBUTOR_SIZE : (uint64_t)ref_vcpus * 0x20000U;

    play_read_at(loaded_from(op->vcpu), frame, offset_of(op, window), size_of(op));
}

static void send_sgi(const struct op *op)
{
    uint32_t n = loaded_from(op->vcpu);

    if (op->offset == 0U) {
        vgic_send_sgi(machine_be(n), op->value);
    } else {
        vgic_send_sgi_group0(machine_be(n), op->value);
    }
    ref_send_sgi(n, op->value, op->offset == 0U);
}

/* The n-th interrupt of that kind; n is taken modulo how many there are. */
static const struct interrupt_config *nth(uint32_t n, bool linked)
{
    uint32_t count = 0U;

    for (uint32_t i = 0U; i < MACHINE_INTERRUPTS; i++) {
        count += (machine_interrupts[i].physical != 0U) == linked ? 1U : 0U;
    }
    n %= count;
    for (uint32_t i = 0U;; i++) {
        if ((machine_interrupts[i].physical != 0U) == linked) {
            if (n == 0U) {
                return &machine_interrupts[i];
            }
            n--;
        }
    }
}

/* One in nine is the vCPU's emulated physical timer. */
static void set_line(const struct op *op)
{
    uint32_t n = loaded_from(op->vcpu);
    uint32_t intid = op->offset % 9U == 0U ? REF_PHYSICAL_TIMER : nth(op->offset, false)->intid;

    vgic_set_line(machine_be(n), intid, (op->value & 1U) != 0U);
    ref_set_line(ref_find(n, intid), (op->value & 1U) != 0U);
}

void play_set_physical(const struct interrupt_config *config, bool level)
{
    struct machine_physical *physical = &machine_spi[config->physical];
    struct ref_interrupt *interrupt = &ref_shared[config->intid];

    if (config->edge) {
        physical->latched = true;
        interrupt->line = false; /* a pulse */
        ref_set_line(interrupt, true);
        interrupt->line = false;
    } else {
        physical->line = level;
        ref_set_line(interrupt, level);
    }
}

void play_set_timer(uint32_t n, bool level)
{
    machine_core[n].timer.line = level;
    ref_set_line(ref_find(n, REF_TIMER), level);
}

static bool has_room(uint32_t n)
{
    return ref_cpu[n].depth < REF_STACK && ref_cpu[n].dropped_count + ref_cpu[n].depth < REF_STACK;
}

uint32_t play_acknowledge(uint32_t n)
{
    bool maintenance = machine_maintenance(n);
    uint32_t intid;

    if (!has_room(n)) {
        return MACHINE_SPURIOUS;
    }
    machine_be(n);
    intid = machine_acknowledge(n);
    compare_acknowledged(n, intid, maintenance, machine_running(n));
    return intid;
}

void play_end(uint32_t n)
{
    struct ref_cpu *cpu = &ref_cpu[n];

    if (cpu->depth != 0U) {
        uint32_t intid = cpu->stack[cpu->depth - 1U].intid;

        machine_be(n);
        machine_eoi(n, intid);
        compare_ended(n);
    }
}

/* What was acknowledged and not ended may not be deactivated by ICC_DIR (4.7.1: after the drop). */
void play_deactivate(uint32_t n, uint32_t intid)
{
    const struct ref_interrupt *interrupt = intid < REF_INTIDS ? ref_find(n, intid) : 0;

    if (interrupt == 0 || interrupt->service == 0U) {
        machine_be(n);
        machine_dir(n, intid);
        compare_deactivated(n, intid);
    }
}

static void deactivate_one(const struct op *op)
{
    uint32_t n = loaded_from(op->vcpu);
    const struct ref_cpu *owner = &ref_cpu[(op->offset >> 8) % ref_vcpus];
    uint32_t intid = op->offset % 0x400U;

    if (!ref_cpu[n].split) {
        return;
    }
    if (op->size == 0U) {
        if (owner->dropped_count == 0U) {
            return;
        }
        intid = owner->dropped[op->offset % owner->dropped_count];
        n = intid < 32U ? (op->offset >> 8) % ref_vcpus : n;
        if (!ref_cpu[n].loaded || !ref_cpu[n].split) {
            return;
        }
    }
    play_deactivate(n, intid);
}

/*
 * ICC_CTLR_EL1.EOImode changes only while nothing is in service: what an EOI means would otherwise be open. An EOI that is counted may
 * wait to be taken from the counter.
 */
static void set_split(uint32_t n, bool on)
{
    struct ref_cpu *cpu = &ref_cpu[n];

    if (cpu->depth == 0U && cpu->dropped_count == 0U) {
        cpu->split = on;
        machine_set_control(n, VMCR_EOIM, on);
    }
}

void play_set_group(uint32_t n, uint32_t group, bool on)
{
    ref_cpu[n].group_on[group] = on;
    machine_set_control(n, group == 0U ? VMCR_GROUP0 : VMCR_GROUP1, on);
}

void play_set_mask(uint32_t n, uint32_t value)
{
    ref_cpu[n].mask = (uint8_t)(value & 0xf8U);
    machine_set_mask(n, value & 0xf8U);
}

static void set_point(uint32_t n, uint32_t group, uint32_t value)
{
    ref_cpu[n].binary_point[group] = (uint8_t)(value & 7U);
    machine_set_binary_point(n, group == 1U, value & 7U);
}

/* Binary points change while the running priority is idle; afterwards a drop could not be told from another. */
static void set_interface(const struct op *op)
{
    uint32_t n = loaded_from(op->vcpu);
    uint32_t value = (uint32_t)op->value;

    switch (op->offset % 7U) {
    case 0U:
    case 1U:
        play_set_group(n, op->offset % 7U, (value & 1U) != 0U);
        break;
    case 2U:
        play_set_mask(n, value);
        break;
    case 3U:
    case 4U:
        if (ref_cpu[n].depth == 0U) {
            set_point(n, op->offset % 7U - 3U, value);
        }
        break;
    case 5U:
        if (ref_cpu[n].depth == 0U) {
            ref_cpu[n].common = (value & 1U) != 0U;
            machine_set_control(n, VMCR_CBPR, (value & 1U) != 0U);
        }
        break;
    case 6U:
    default:
        set_split(n, (value & 1U) != 0U);
        break;
    }
}

static void switch_vcpu(const struct op *op)
{
    uint32_t n = op->vcpu % ref_vcpus;

    if (ref_cpu[n].loaded && loaded_count() > 1U) {
        play_put(n);
    } else if (!ref_cpu[n].loaded && ref_cpu[n].on) {
        play_load(n);
    }
}

static void switch_power(const struct op *op)
{
    uint32_t n = op->vcpu % ref_vcpus;

    if (ref_cpu[n].loaded && loaded_count() > 1U) {
        play_power_off(n);
    } else if (!ref_cpu[n].on) {
        play_power_on(n);
        if (op->value != 0U) {
            play_open_interface(n);
        }
    }
}

static void operate(const struct op *op)
{
    switch ((enum op_kind)(op->kind % OP_KINDS)) {
    case OP_WRITE:
    case OP_WRITE_R:
        write_register(op, op->kind % OP_KINDS == OP_WRITE ? REF_DISTRIBUTOR : REF_REDISTRIBUTORS);
        break;
    case OP_READ:
    case OP_READ_R:
        read_register(op, op->kind % OP_KINDS == OP_READ ? REF_DISTRIBUTOR : REF_REDISTRIBUTORS);
        break;
    case OP_SGI:
        send_sgi(op);
        break;
    case OP_LINE:
        set_line(op);
        break;
    case OP_PHYSICAL:
        play_set_physical(nth(op->offset, true), (op->value & 1U) != 0U);
        break;
    case OP_TIMER:
        play_set_timer(op->vcpu % ref_vcpus, (op->value & 1U) != 0U);
        break;
    case OP_ACKNOWLEDGE:
        (void)play_acknowledge(loaded_from(op->vcpu));
        break;
    case OP_END:
        play_end(loaded_from(op->vcpu));
        break;
    case OP_DEACTIVATE:
        deactivate_one(op);
        break;
    case OP_INTERFACE:
        set_interface(op);
        break;
    case OP_SWITCH:
        switch_vcpu(op);
        break;
    case OP_POWER:
        switch_power(op);
        break;
    case OP_RESTART:
        play_restart(op);
        break;
    case OP_AUDIT:
        play_audit(loaded_from(op->vcpu));
        break;
    case OP_QUIESCE:
    case OP_KINDS:
    default:
        play_quiesce();
        break;
    }
}

/* Another core, while the operation waits for the lock: nothing of that has happened yet. */
static void others_first(uint32_t core)
{
    compare_step(machine_dirty(), 1U << core);
}

static void others_take_first(uint32_t core)
{
    others_first(core);
    if (ref_cpu[core].loaded) {
        (void)play_acknowledge(core);
        compare_step(machine_dirty(), 0U);
    }
}

static void arm(const struct op *op, uint32_t vcpus)
{
    uint32_t core = (op->lag >> 4 & 3U) % vcpus;

    if ((op->lag & LAG_HOOK) != 0U && op->kind % OP_KINDS <= OP_LINE) {
        machine_drain_at_lock(core, (op->lag & LAG_TAKES) != 0U ? others_take_first : others_first);
    }
}

static void begin(const struct sequence *sequence)
{
    machine_reset(sequence->vcpus, sequence->lists);
    memset(ref_shared, 0, sizeof(ref_shared));
    memset(ref_private, 0, sizeof(ref_private));
    ref_owned_count = 0U;
    compare_begin();
    play_reset_reference(sequence->vcpus);
    play_turn_on(0xfU);
    play_drained = 0U;
}

struct outcome play(const struct sequence *sequence)
{
    static struct outcome outcome;

    outcome.at = 0U;
    outcome.why[0] = '\0';
    if (setjmp(failed) != 0) {
        outcome.what = what;
        (void)snprintf(outcome.why, sizeof(outcome.why), "%s", reason);
        return outcome;
    }
    begin(sequence);
    for (; outcome.at < sequence->count; outcome.at++) {
        const struct op *op = &sequence->ops[outcome.at];

        arm(op, sequence->vcpus);
        operate(op);
        follow(op->lag);
        play_steps++;
        play_kinds[op->kind % OP_KINDS]++;
    }
    return outcome;
}
