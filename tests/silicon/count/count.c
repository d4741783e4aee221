/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A QEMU plugin that counts what EL2 does for each exit from a guest, on the image as it ships. A test tool: it is
 * loaded into QEMU's process (hence a licence that goes with the GPL) and is no part of any product.
 *
 *   -plugin count.so,vectors=ADDRESS,out=FILE[,data=FIRST-END]...
 *
 * An exit is from the first instruction of a vector for exceptions from a lower EL to the ERET, both included, on one core;
 * from a core's first instruction to its first ERET it is boot, slot 0. Instructions within a `data` range are
 * also counted apart. A guest says what it is about to do with MOVZ XZR, #0xbeNN, which does nothing, at EL1: exits from
 * then on belong to operation NN, until 0xbe00. Each time, a repetition of NN begins on that core.
 *
 * Counts are of instructions begun. Whether a translated block is EL2's is asked of CPSR when QEMU translates it: it
 * translates once for each exception level. Cores are told apart only with -accel tcg,thread=multi.
 *
 * Lines of the output, counts in the order of enum kind:
 *   repetitions CORE OPERATION NUMBER
 *   exit CORE OPERATION REPETITION SLOT CLASS COUNTS      one for each exit that belongs to an operation, and boot
 *   worst SLOT CLASS EXITS COUNTS                         largest of each, over all exits of a kind and all cores
 */
#include "tests/silicon/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CORES 16U
#define OPERATIONS 256U
#define RANGES 16U
#define SLOTS 16U /* lower-EL vectors 0x400 to 0x780 by 0x80 are 8 to 15; 0 is boot */
#define CLASSES 64U
#define SLOT_SYNC 8U
#define RECORDS 65536U /* for each core; enough for 1,000 repetitions of all that there is */

enum kind { INSTRUCTIONS, SYSREG, MMIO, BARRIER, TLBI, CACHE, DATA, KINDS };

/* What a callback is told of its instruction. */
#define TOLD_KIND 0x0fU
#define TOLD_ERET 0x10U
#define TOLD_DATA 0x20U
#define TOLD_SLOT_SHIFT 8U

struct record {
    uint32_t operation;
    uint32_t repetition;
    uint32_t slot;
    uint32_t exception;
    uint64_t counts[KINDS];
};

struct worst {
    uint64_t exits;
    uint64_t counts[KINDS];
};

/* Written by its core's thread alone; read at the end. */
struct core {
    bool started;
    bool inside;
    struct record now;
    uint32_t operation;
    uint32_t repetitions[OPERATIONS];
    struct record *records;
    uint32_t record_count;
    uint64_t records_lost;
    struct worst worst[SLOTS][CLASSES];
    struct byte_array *value;
};

int qemu_plugin_version = PLUGIN_API;

static struct core cores[CORES];
static struct {
    uint64_t first;
    uint64_t end;
} ranges[RANGES];
static uint32_t range_count;
static uint64_t vectors;
static const char *out;
static struct qemu_plugin_register *cpsr;
static struct qemu_plugin_register *esr_el2;
static __thread struct byte_array *translated;

static uint64_t read_value(struct qemu_plugin_register *handle, struct byte_array *value)
{
    uint64_t result = 0U;

    (void)g_byte_array_set_size(value, 0U);
    (void)qemu_plugin_read_register(handle, value);
    memcpy(&result, value->data, value->length < sizeof(result) ? value->length : sizeof(result));
    return result;
}

static void begin(struct core *core, uint32_t slot, uint32_t exception)
{
    uint32_t operation = slot == 0U ? 0U : core->operation;

    core->now = (struct record){operation, core->repetitions[operation], slot, exception, {0}};
    core->inside = true;
    core->started = true;
}

static void end(struct core *core)
{
    const struct record *now = &core->now;
    struct worst *worst = &core->worst[now->slot][now->exception];

    core->inside = false;
    worst->exits++;
    for (uint32_t kind = 0U; kind < KINDS; kind++) {
        worst->counts[kind] = now->counts[kind] > worst->counts[kind] ? now->counts[kind] : worst->counts[kind];
    }
    if (now->operation == 0U && now->slot != 0U) {
        return;
    }
    if (core->record_count < RECORDS) {
        core->records[core->record_count] = *now;
        core->record_count++;
    } else {
        core->records_lost++;
    }
}

/* Each instruction at EL2. */
static void executed(unsigned int index, void *data)
{
    struct core *core = &cores[index];
    uint32_t told = (uint32_t)(uintptr_t)data;

    if (!core->started) {
        begin(core, 0U, 0U);
    }
    if (!core->inside) {
        return;
    }
    core->now.counts[INSTRUCTIONS]++;
    if ((told & TOLD_KIND) != INSTRUCTIONS) {
        core->now.counts[told & TOLD_KIND]++;
    }
    if ((told & TOLD_DATA) != 0U) {
        core->now.counts[DATA]++;
    }
    if ((told & TOLD_ERET) != 0U) {
        end(core);
    }
}

/* The first instruction of a vector. */
static void entered(unsigned int index, void *data)
{
    struct core *core = &cores[index];
    uint32_t slot = (uint32_t)(uintptr_t)data >> TOLD_SLOT_SHIFT;
    uint64_t esr = slot == SLOT_SYNC ? read_value(esr_el2, core->value) : 0U;

    begin(core, slot, (uint32_t)(esr >> 26) & 0x3fU);
    executed(index, data);
}

static void accessed(unsigned int index, uint32_t info, uint64_t address, void *data)
{
    const struct qemu_plugin_hwaddr *physical = qemu_plugin_get_hwaddr(info, address);

    (void)data;
    if (cores[index].inside && physical != NULL && qemu_plugin_hwaddr_is_io(physical)) {
        cores[index].now.counts[MMIO]++;
    }
}

static void marked(unsigned int index, void *data)
{
    struct core *core = &cores[index];

    core->operation = (uint32_t)(uintptr_t)data;
    core->repetitions[core->operation]++;
}

/* Encodings: Arm DDI 0487, C4.1, "System instructions". */
static enum kind kind_of(uint32_t opcode)
{
    uint32_t crn = (opcode >> 12) & 0xfU;

    if ((opcode & 0xffd00000U) == 0xd5100000U) {
        return SYSREG; /* MRS, MSR of a register */
    }
    if ((opcode & 0xfffff01fU) == 0xd503301fU && ((opcode >> 5) & 0x7U) >= 4U) {
        return BARRIER; /* DSB, DMB, ISB, SB */
    }
    if ((opcode & 0xfff80000U) != 0xd5080000U) {
        return INSTRUCTIONS;
    }
    if (crn == 8U) {
        return TLBI;
    }
    return crn == 7U && ((opcode >> 8) & 0xfU) != 8U ? CACHE : INSTRUCTIONS; /* DC and IC, not AT */
}

static uint32_t tell(uint64_t address, uint32_t opcode)
{
    uint32_t told = (uint32_t)kind_of(opcode) | (opcode == 0xd69f03e0U ? TOLD_ERET : 0U);
    uint64_t offset = address - vectors;

    for (uint32_t n = 0U; n < range_count; n++) {
        told |= address >= ranges[n].first && address < ranges[n].end ? TOLD_DATA : 0U;
    }
    if (offset >= 0x400U && offset < 0x800U && offset % 0x80U == 0U) {
        told |= (uint32_t)(offset / 0x80U) << TOLD_SLOT_SHIFT;
    }
    return told;
}

static void watch_el2(struct qemu_plugin_insn *instruction, uint32_t opcode)
{
    uint32_t told = tell(qemu_plugin_insn_vaddr(instruction), opcode);
    void *data = (void *)(uintptr_t)told;

    if ((told >> TOLD_SLOT_SHIFT) != 0U) {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, entered, PLUGIN_READS_REGISTERS, data);
    } else {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed, PLUGIN_NO_REGISTERS, data);
    }
    if ((opcode & 0x0a000000U) == 0x08000000U) { /* loads and stores: C4.1 */
        qemu_plugin_register_vcpu_mem_cb(instruction, accessed, PLUGIN_NO_REGISTERS, PLUGIN_LOADS_AND_STORES, NULL);
    }
}

static void watch_guest(struct qemu_plugin_insn *instruction, uint32_t opcode)
{
    if ((opcode & 0xffffe01fU) == (0xd280001fU | (0xbe00U << 5))) {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, marked, PLUGIN_NO_REGISTERS,
                                               (void *)(uintptr_t)((opcode >> 5) & 0xffU));
    }
}

static void translate(plugin_id id, struct qemu_plugin_tb *block)
{
    uint32_t level;

    (void)id;
    if (translated == NULL) {
        translated = g_byte_array_new();
    }
    level = (uint32_t)(read_value(cpsr, translated) >> 2) & 3U;
    for (size_t n = 0U; n < qemu_plugin_tb_n_insns(block); n++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, n);
        uint32_t opcode = 0U;

        (void)qemu_plugin_insn_data(instruction, &opcode, sizeof(opcode));
        if (level == 2U) {
            watch_el2(instruction, opcode);
        } else if (level == 1U) {
            watch_guest(instruction, opcode);
        }
    }
}

static void start_core(plugin_id id, unsigned int index)
{
    struct register_array *registers = qemu_plugin_get_registers();

    (void)id;
    for (uint32_t n = 0U; n < registers->length; n++) {
        if (strcmp(registers->data[n].name, "cpsr") == 0) {
            cpsr = registers->data[n].handle;
        } else if (strcmp(registers->data[n].name, "ESR_EL2") == 0) {
            esr_el2 = registers->data[n].handle;
        }
    }
    if (index >= CORES || cpsr == NULL || esr_el2 == NULL) {
        (void)fprintf(stderr, "count: too many cores, or no CPSR or ESR_EL2\n");
        abort();
    }
    cores[index].value = g_byte_array_new();
    cores[index].records = calloc(RECORDS, sizeof(struct record));
    if (cores[index].records == NULL) {
        abort();
    }
}

static void write_counts(FILE *file, const uint64_t *counts)
{
    for (uint32_t kind = 0U; kind < KINDS; kind++) {
        (void)fprintf(file, " %llu", (unsigned long long)counts[kind]);
    }
    (void)fprintf(file, "\n");
}

static void write_core(FILE *file, uint32_t index)
{
    const struct core *core = &cores[index];

    for (uint32_t operation = 1U; operation < OPERATIONS; operation++) {
        if (core->repetitions[operation] != 0U) {
            (void)fprintf(file, "repetitions %u %u %u\n", index, operation, core->repetitions[operation]);
        }
    }
    for (uint32_t n = 0U; n < core->record_count; n++) {
        const struct record *record = &core->records[n];

        (void)fprintf(file, "exit %u %u %u 0x%x 0x%x", index, record->operation, record->repetition,
                      record->slot * 0x80U, record->exception);
        write_counts(file, record->counts);
    }
    if (core->records_lost != 0U) {
        (void)fprintf(file, "lost %u %llu\n", index, (unsigned long long)core->records_lost);
    }
}

static void write_worst(FILE *file, uint32_t slot, uint32_t exception)
{
    struct worst all = {0U, {0U}};

    for (uint32_t n = 0U; n < CORES; n++) {
        const struct worst *one = &cores[n].worst[slot][exception];

        all.exits += one->exits;
        for (uint32_t kind = 0U; kind < KINDS; kind++) {
            all.counts[kind] = one->counts[kind] > all.counts[kind] ? one->counts[kind] : all.counts[kind];
        }
    }
    if (all.exits != 0U) {
        (void)fprintf(file, "worst 0x%x 0x%x %llu", slot * 0x80U, exception, (unsigned long long)all.exits);
        write_counts(file, all.counts);
    }
}

static void finish(plugin_id id, void *data)
{
    FILE *file = fopen(out, "w");

    (void)id;
    (void)data;
    if (file == NULL) {
        perror(out);
        return;
    }
    for (uint32_t index = 0U; index < CORES; index++) {
        write_core(file, index);
    }
    for (uint32_t slot = 0U; slot < SLOTS; slot++) {
        for (uint32_t exception = 0U; exception < CLASSES; exception++) {
            write_worst(file, slot, exception);
        }
    }
    if (fclose(file) != 0) {
        perror(out);
    }
}

static bool take_argument(const char *argument)
{
    char *rest = NULL;

    if (strncmp(argument, "vectors=", 8U) == 0) {
        vectors = strtoull(argument + 8, NULL, 0);
    } else if (strncmp(argument, "out=", 4U) == 0) {
        out = strdup(argument + 4);
    } else if (strncmp(argument, "data=", 5U) == 0 && range_count < RANGES) {
        ranges[range_count].first = strtoull(argument + 5, &rest, 0);
        ranges[range_count].end = *rest == '-' ? strtoull(rest + 1, NULL, 0) : 0U;
        range_count++;
    } else {
        return false;
    }
    return true;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count, char **arguments)
{
    (void)info;
    for (int n = 0; n < count; n++) {
        if (!take_argument(arguments[n])) {
            (void)fprintf(stderr, "count: what is %s?\n", arguments[n]);
            return 1;
        }
    }
    if (vectors == 0U || out == NULL) {
        (void)fprintf(stderr, "count: vectors= and out= are needed\n");
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb(id, start_core);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
