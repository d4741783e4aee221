/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A QEMU plugin that counts what EL2 does for each exit from a guest, on the image as it ships. A test tool: it is
 * loaded into QEMU's process (hence a licence that goes with the GPL) and is no part of any product.
 *
 *   -plugin count.so,table=FILE,out=FILE
 *
 * An exit is from the first instruction of a vector for exceptions from a lower EL to the ERET, both included, on one core;
 * from a core's first instruction to its first ERET it is boot, slot 0. A section is the part of an exit between two
 * places where EL2 looks for interrupts. A guest says what it is about to do with MOVZ XZR, #0xbeNN, which does nothing,
 * at EL1: exits from then on belong to operation NN, until 0xbe00. Each time, a repetition of NN begins on that core.
 *
 * Counts are of instructions begun, in runs that end with a load or store or with QEMU's block: at EL2, where interrupts
 * are masked, a run that is begun is finished. (What follows a device access in a block QEMU may begin twice.) Whether a
 * translated block is EL2's is asked of CPSR when QEMU translates it: it translates once for each
 * exception level. Cores are told apart only with -accel tcg,thread=multi.
 *
 * Lines of the output, counts in the order of enum kind:
 *   repetitions CORE OPERATION NUMBER
 *   exit CORE OPERATION REPETITION VECTOR CLASS COUNTS       one for each exit that belongs to an operation, and boot
 *   area CORE AREA ENTRIES BYTES COUNTS                      parts of boot
 *   worst CORE SLOT CLASS DETAIL SECTIONS WHEN END FUNCTION COUNTS   largest of each, over all sections of a kind
 */
#include "tests/silicon/count/table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define EC(syndrome) ((uint32_t)((syndrome) >> 26) & 0x3fU)
#define EC_HVC 0x16U
#define EC_SMC 0x17U
#define EC_REGISTER 0x18U
#define EC_DATA_ABORT 0x24U
#define ABORT_WRITE (1U << 6)
#define ACKNOWLEDGES 16U
#define GENERAL 31U

int qemu_plugin_version = PLUGIN_API;

static const char *out;
static struct qemu_plugin_register *cpsr;
static struct qemu_plugin_register *esr_el2;
static struct qemu_plugin_register *far_el2;
static struct qemu_plugin_register *hpfar_el2;
static struct qemu_plugin_register *spsr_el2;
static struct qemu_plugin_register *general[GENERAL];
static struct byte_array *values[CORES];
static __thread struct byte_array *translated;

/* After these instructions a register holds the INTID that was acknowledged. Found when a block is translated. */
static pthread_mutex_t acknowledge_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    uint64_t next;
    uint32_t target;
} acknowledges[ACKNOWLEDGES];
static uint32_t acknowledge_count;

static uint64_t read_value(struct qemu_plugin_register *handle, struct byte_array *value)
{
    uint64_t result = 0U;

    (void)g_byte_array_set_size(value, 0U);
    (void)qemu_plugin_read_register(handle, value);
    memcpy(&result, value->data, value->length < sizeof(result) ? value->length : sizeof(result));
    return result;
}

static void executed(unsigned int core, void *data)
{
    tally_block(core, data);
}

static uint32_t detail_of(unsigned int core, uint32_t exception, uint64_t syndrome)
{
    uint64_t page;

    switch (exception) {
    case EC_HVC:
    case EC_SMC:
        return table_detail_call(read_value(general[0], values[core]));
    case EC_REGISTER:
        return table_detail_register(syndrome);
    case EC_DATA_ABORT:
        page = (read_value(hpfar_el2, values[core]) & ~0xfULL) << 8;
        return table_detail_access(page | (read_value(far_el2, values[core]) & 0xfffU), (syndrome & ABORT_WRITE) != 0U);
    default:
        return 0U;
    }
}

static void entered(unsigned int core, void *data)
{
    const struct block *block = data;
    uint64_t syndrome = block->slot == SLOT_SYNC ? read_value(esr_el2, values[core]) : 0U;
    uint32_t exception = EC(syndrome);

    tally_enter(core, (struct section_class){block->slot, exception, detail_of(core, exception, syndrome)});
    tally_block(core, block);
}

static void looked(unsigned int core, void *data)
{
    const struct block *block = data;

    tally_look(core, block->slot);
    tally_block(core, block);
}

static void begun_area(unsigned int core, void *data)
{
    const struct block *block = data;

    if (tally_booting(core)) {
        tally_area(core, block, read_value(general[30], values[core]),
                   block->way == AREA_CALL_BYTES ? read_value(general[block->bytes], values[core]) : 0U);
    }
    if (block->slot != 0U) {
        tally_look(core, block->slot);
    }
    tally_block(core, block);
}

static void waited(unsigned int core, void *data)
{
    (void)data;
    tally_look(core, SLOT_WAKE);
}

static void acknowledged(unsigned int core, void *data)
{
    tally_acknowledged(core, (uint32_t)read_value(general[(uintptr_t)data], values[core]) & 0xffffffU);
}

/* From an SError that EL2 takes in its window, ERET goes back to EL2. */
static void left(unsigned int core, void *data)
{
    (void)data;
    if (((read_value(spsr_el2, values[core]) >> 2) & 3U) != 2U) {
        tally_leave(core);
    }
}

static void accessed(unsigned int core, uint32_t info, uint64_t address, void *data)
{
    const struct qemu_plugin_hwaddr *physical = qemu_plugin_get_hwaddr(info, address);

    (void)data;
    if (physical != NULL && qemu_plugin_hwaddr_is_io(physical)) {
        tally_device(core);
    }
}

static void marked(unsigned int core, void *data)
{
    tally_mark(core, (uint32_t)(uintptr_t)data);
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

/* MRS of ICC_IAR1_EL1 makes the next instruction one that knows the INTID; that may be in the next block. */
static void watch_acknowledge(struct qemu_plugin_insn *instruction, uint64_t address, uint32_t opcode)
{
    bool known = false;

    (void)pthread_mutex_lock(&acknowledge_lock);
    for (uint32_t n = 0U; n < acknowledge_count; n++) {
        known = known || acknowledges[n].next == address + 4U;
        if (acknowledges[n].next == address) {
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, acknowledged, PLUGIN_READS_REGISTERS,
                                                   (void *)(uintptr_t)acknowledges[n].target);
        }
    }
    if (!known && (opcode & 0xffffffe0U) == 0xd538cc00U && acknowledge_count < ACKNOWLEDGES &&
        (opcode & 0x1fU) != GENERAL) {
        acknowledges[acknowledge_count].next = address + 4U;
        acknowledges[acknowledge_count].target = opcode & 0x1fU;
        acknowledge_count++;
    }
    (void)pthread_mutex_unlock(&acknowledge_lock);
}

static bool is_access(uint32_t opcode)
{
    return (opcode & 0x0a000000U) == 0x08000000U; /* loads and stores: C4.1 */
}

static void watch_el2(struct qemu_plugin_insn *instruction, uint64_t address, uint32_t opcode)
{
    watch_acknowledge(instruction, address, opcode);
    if (opcode == 0xd69f03e0U) {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, left, PLUGIN_READS_REGISTERS, NULL);
    } else if (opcode == 0xd503207fU) {
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, waited, PLUGIN_NO_REGISTERS, NULL);
    } else if (is_access(opcode)) {
        qemu_plugin_register_vcpu_mem_cb(instruction, accessed, PLUGIN_NO_REGISTERS, PLUGIN_LOADS_AND_STORES, NULL);
    }
}

/* A run that begins with this instruction. It is kept for as long as QEMU runs, which does not say when it forgets. */
static struct block *begin_block(struct qemu_plugin_insn *instruction, uint64_t address)
{
    struct block *block = calloc(1U, sizeof(*block));
    plugin_exec callback = executed;

    if (block == NULL) {
        abort();
    }
    table_begin_block(block, address);
    if (block->area != NO_AREA) {
        callback = begun_area;
    } else if (block->slot != 0U) {
        callback = block->slot >= SLOT_SYNC ? entered : looked;
    }
    qemu_plugin_register_vcpu_insn_exec_cb(
        instruction, callback,
        callback == begun_area || callback == entered ? PLUGIN_READS_REGISTERS : PLUGIN_NO_REGISTERS, block);
    return block;
}

static void add_instruction(struct block *block, uint64_t address, uint32_t opcode)
{
    enum kind kind = kind_of(opcode);

    block->last = address;
    block->counts[INSTRUCTIONS]++;
    block->counts[kind] += kind == INSTRUCTIONS ? 0U : 1U;
    table_instruction(block, address);
}

static void translate_el2(struct qemu_plugin_tb *translation)
{
    struct block *block = NULL;

    for (size_t n = 0U; n < qemu_plugin_tb_n_insns(translation); n++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(translation, n);
        uint64_t address = qemu_plugin_insn_vaddr(instruction);
        uint32_t opcode = 0U;

        (void)qemu_plugin_insn_data(instruction, &opcode, sizeof(opcode));
        if (block == NULL) {
            block = begin_block(instruction, address);
        }
        add_instruction(block, address, opcode);
        watch_el2(instruction, address, opcode);
        if (is_access(opcode)) {
            block = NULL;
        }
    }
}

static void translate_guest(struct qemu_plugin_tb *translation)
{
    for (size_t n = 0U; n < qemu_plugin_tb_n_insns(translation); n++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(translation, n);
        uint32_t opcode = 0U;

        (void)qemu_plugin_insn_data(instruction, &opcode, sizeof(opcode));
        if ((opcode & 0xffffe01fU) == (0xd280001fU | (0xbe00U << 5))) {
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, marked, PLUGIN_NO_REGISTERS,
                                                   (void *)(uintptr_t)((opcode >> 5) & 0xffU));
        }
    }
}

static void translate(plugin_id id, struct qemu_plugin_tb *translation)
{
    uint32_t level;

    (void)id;
    if (translated == NULL) {
        translated = g_byte_array_new();
    }
    level = (uint32_t)(read_value(cpsr, translated) >> 2) & 3U;
    if (level == 2U) {
        translate_el2(translation);
    } else if (level == 1U) {
        translate_guest(translation);
    }
}

static void take_register(const struct register_descriptor *found)
{
    unsigned long number;

    if (strcmp(found->name, "cpsr") == 0) {
        cpsr = found->handle;
    } else if (strcmp(found->name, "ESR_EL2") == 0) {
        esr_el2 = found->handle;
    } else if (strcmp(found->name, "FAR_EL2") == 0) {
        far_el2 = found->handle;
    } else if (strcmp(found->name, "HPFAR_EL2") == 0) {
        hpfar_el2 = found->handle;
    } else if (strcmp(found->name, "SPSR_EL2") == 0) {
        spsr_el2 = found->handle;
    } else if (found->name[0] == 'x') {
        number = strtoul(found->name + 1, NULL, 10);
        if (number < GENERAL) {
            general[number] = found->handle;
        }
    }
}

static void start_core(plugin_id id, unsigned int core)
{
    struct register_array *registers = qemu_plugin_get_registers();

    (void)id;
    for (uint32_t n = 0U; n < registers->length; n++) {
        take_register(&registers->data[n]);
    }
    if (core >= CORES || cpsr == NULL || esr_el2 == NULL || far_el2 == NULL || hpfar_el2 == NULL || spsr_el2 == NULL ||
        general[GENERAL - 1U] == NULL) {
        (void)fprintf(stderr, "count: too many cores, or registers are missing\n");
        abort();
    }
    values[core] = g_byte_array_new();
    tally_start(core);
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
    tally_write(file);
    if (fclose(file) != 0) {
        perror(out);
    }
}

int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count, char **arguments)
{
    const char *table = NULL;

    (void)info;
    for (int n = 0; n < count; n++) {
        if (strncmp(arguments[n], "table=", 6U) == 0) {
            table = arguments[n] + 6;
        } else if (strncmp(arguments[n], "out=", 4U) == 0) {
            out = strdup(arguments[n] + 4);
        }
    }
    if (table == NULL || out == NULL || !table_read(table)) {
        (void)fprintf(stderr, "count: table= and out= are needed\n");
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb(id, start_core);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
