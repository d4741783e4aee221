/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watches: asks QEMU to call for the instructions that matter, and hands on to the two halves.
 *
 * The exception level of an instruction is CPSR's when QEMU translates it: it translates once for each level. Which core runs
 * is told rightly only with a thread for each. Control registers are followed by their MSRs: asking QEMU at every
 * access would cost as much as all the rest.
 */
#include "tests/silicon/sanitizer/kit.h"
#include "tests/silicon/plugin.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SITES (1U << 24)
#define GENERAL_REGISTERS 31U
#define XZR 31U
#define WALK_SAMPLE 1024U

int qemu_plugin_version = PLUGIN_API;

uint32_t core_count = 1U;

static struct core cores[CORES];
static struct byte_array *values[CORES];
static struct qemu_plugin_register *general[GENERAL_REGISTERS];
static struct qemu_plugin_register *cpsr;
static struct qemu_plugin_register *spsr_el2;
static struct site *sites;
static uint32_t site_count;
static const uint8_t *ram; /* where QEMU has the guest's memory, from the first instruction: that has PA = VA */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static __thread uint32_t this_index;

static void give_up(const char *why)
{
    (void)fprintf(stderr, "sanitizer: %s\n", why);
    abort();
}

void kit_lock(void)
{
    (void)pthread_mutex_lock(&mutex);
}

void kit_unlock(void)
{
    (void)pthread_mutex_unlock(&mutex);
}

void *kit_shadow(size_t size)
{
    void *shadow = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (shadow == MAP_FAILED) {
        give_up("no address space for a shadow");
    }
    return shadow;
}

const struct core *kit_core(uint32_t index)
{
    return &cores[index];
}

const struct site *kit_site(uint32_t number)
{
    return &sites[number];
}

uint32_t kit_site_number(const struct site *site)
{
    return (uint32_t)(site - sites);
}

const uint8_t *ram_at(uint64_t pa)
{
    return ram != NULL && is_ram(pa) ? ram + (pa - ram_first) : NULL;
}

bool ram_read64(uint64_t pa, uint64_t *value)
{
    const uint8_t *at = ram_at(pa);

    if (at == NULL || !is_ram(pa + sizeof(*value) - 1U)) {
        return false;
    }
    memcpy(value, at, sizeof(*value));
    return true;
}

static uint64_t read_value(struct qemu_plugin_register *handle)
{
    struct byte_array *value = values[this_index];
    uint64_t result = 0U;

    (void)g_byte_array_set_size(value, 0U);
    (void)qemu_plugin_read_register(handle, value);
    memcpy(&result, value->data, value->length < sizeof(result) ? value->length : sizeof(result));
    return result;
}

static struct core *core_at(unsigned int index)
{
    if (index != this_index) {
        give_up("cores share a thread; use -accel tcg,thread=multi");
    }
    return &cores[index];
}

static void execute_msr(struct core *core, const struct site *site, uint64_t value)
{
    cache_sysreg(core, site, site->op.reg, value);
    kit_lock();
    tlb_sysreg(core, site, site->op.reg, value);
    core->registers[site->op.reg] = value;
    kit_unlock();
}

static void execute_barrier(struct core *core, const struct site *site)
{
    cache_barrier(core, site);
    kit_lock();
    tlb_barrier(core, site);
    kit_unlock();
}

static void executed(unsigned int index, void *data)
{
    execute_barrier(core_at(index), data);
}

/* SPSR.M: bit 4 is AArch32, which is below EL2; bits 3:2 are the level. */
static void executed_return(unsigned int index, void *data)
{
    const struct site *site = data;
    struct core *core = core_at(index);
    uint64_t spsr = site->level == 2U ? read_value(spsr_el2) : 0U;
    uint32_t target = (spsr & 1U << 4) != 0U ? 0U : (uint32_t)spsr >> 2 & 3U;

    cache_exception_return(core, site, target);
    kit_lock();
    tlb_exception_return(core, site, target);
    kit_unlock();
}

/* DC and IC; EL2's addresses are physical ones. */
static void execute_cache_operation(struct core *core, const struct site *site, uint64_t xt)
{
    cache_op(core, site, xt);
    if (site->op.operation == DC_ZVA) {
        tlb_store(core, site, xt & ~(uint64_t)(LINE - 1U), LINE, 0U);
    } else if (site->op.kind == OP_IC) {
        kit_lock();
        tlb_op(core, site, xt);
        kit_unlock();
    }
}

/* Those with a general register. */
static void executed_with(unsigned int index, void *data)
{
    const struct site *site = data;
    struct core *core = core_at(index);
    uint64_t xt = site->op.rt == XZR ? 0U : read_value(general[site->op.rt]);

    if (site->op.kind == OP_MSR) {
        execute_msr(core, site, xt);
    } else if (site->op.kind == OP_DC || site->op.kind == OP_IC) {
        execute_cache_operation(core, site, xt);
    } else {
        kit_lock();
        tlb_op(core, site, xt);
        kit_unlock();
    }
}

/* Whether walk() finds what QEMU has found, now and then. Tables may change in between, so a few may differ. */
static void check_walk(struct core *core, const struct site *site, uint64_t address, uint64_t pa)
{
    if (core->accesses++ % WALK_SAMPLE == 0U) {
        core->walks++;
        core->walks_wrong += walk(core, site->level, address) != pa ? 1U : 0U;
    }
}

static uint64_t value_of(uint32_t info)
{
    struct plugin_value value = qemu_plugin_mem_get_value(info);

    return value.data.u64; /* the low half of a pair; shorter ones are zero above */
}

static void accessed(unsigned int index, uint32_t info, uint64_t address, void *data)
{
    const struct site *site = data;
    struct core *core = core_at(index);
    const struct qemu_plugin_hwaddr *physical = qemu_plugin_get_hwaddr(info, address);
    uint32_t size = 1U << qemu_plugin_mem_size_shift(info);
    bool is_store = qemu_plugin_mem_is_store(info);
    uint64_t pa;

    if (physical == NULL || qemu_plugin_hwaddr_is_io(physical)) {
        return;
    }
    pa = qemu_plugin_hwaddr_phys_addr(physical);
    if (!is_ram(pa) || !is_ram(pa + size - 1U)) {
        return;
    }
    check_walk(core, site, address, pa);
    cache_access(core, site, pa, size, is_store);
    if (is_store) {
        tlb_store(core, site, pa, size, value_of(info));
    }
}

static struct site *keep(const struct site *site)
{
    uint32_t number = __atomic_fetch_add(&site_count, 1U, __ATOMIC_RELAXED);

    if (number >= SITES) {
        give_up("more translated instructions than there is room for");
    }
    sites[number] = *site;
    return &sites[number];
}

static void watch(struct qemu_plugin_insn *instruction, const struct site *seen)
{
    switch (seen->op.kind) {
    case OP_MEMORY:
        qemu_plugin_register_vcpu_mem_cb(instruction, accessed, PLUGIN_NO_REGISTERS, PLUGIN_LOADS_AND_STORES,
                                         keep(seen));
        break;
    case OP_MSR:
    case OP_TLBI:
    case OP_DC:
    case OP_IC:
    case OP_AT:
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed_with, PLUGIN_READS_REGISTERS, keep(seen));
        break;
    case OP_DSB:
    case OP_DMB:
    case OP_ISB:
    case OP_SB:
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed, PLUGIN_NO_REGISTERS, keep(seen));
        break;
    case OP_ERET:
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, executed_return, PLUGIN_READS_REGISTERS, keep(seen));
        break;
    case OP_OTHER:
    case OP_MRS:
    case OP_HVC:
    case OP_SMC:
    default:
        break;
    }
}

/* Where an instruction is fetched from; NO_PA: not from RAM. */
static uint64_t fetched_from(const struct qemu_plugin_insn *instruction)
{
    const uint8_t *host = qemu_plugin_insn_haddr(instruction);

    if (ram == NULL && host != NULL && is_ram(qemu_plugin_insn_vaddr(instruction))) {
        ram = host - (qemu_plugin_insn_vaddr(instruction) - ram_first);
    }
    return host != NULL && ram != NULL && host >= ram && host < ram + ram_size ? ram_first + (uint64_t)(host - ram)
                                                                               : NO_PA;
}

static void translate(plugin_id id, struct qemu_plugin_tb *block)
{
    uint32_t level = (uint32_t)(read_value(cpsr) >> 2) & 3U;
    struct core *core = &cores[this_index];

    (void)id;
    for (size_t n = 0U; n < qemu_plugin_tb_n_insns(block); n++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, n);
        uint32_t opcode = 0U;
        struct site site = {.pc = qemu_plugin_insn_vaddr(instruction), .level = level};
        uint64_t pa = fetched_from(instruction);

        (void)qemu_plugin_insn_data(instruction, &opcode, sizeof(opcode));
        site.op = decode(opcode);
        if (pa != NO_PA) {
            cache_fetch(core, &site, pa, opcode);
        }
        watch(instruction, &site);
    }
}

static void find_register(const struct register_descriptor *found)
{
    char *rest = NULL;
    unsigned long number;

    if (strcmp(found->name, "cpsr") == 0) {
        cpsr = found->handle;
    } else if (strcmp(found->name, "SPSR_EL2") == 0) {
        spsr_el2 = found->handle;
    }
    number = found->name[0] == 'x' ? strtoul(found->name + 1, &rest, 10) : GENERAL_REGISTERS;
    if (number < GENERAL_REGISTERS && rest != found->name + 1 && *rest == '\0') {
        general[number] = found->handle;
    }
}

static void start_core(plugin_id id, unsigned int index)
{
    struct register_array *registers = qemu_plugin_get_registers();

    (void)id;
    if (index >= CORES) {
        give_up("too many cores");
    }
    kit_lock();
    for (uint32_t n = 0U; n < registers->length; n++) {
        find_register(&registers->data[n]);
    }
    kit_unlock();
    if (cpsr == NULL || spsr_el2 == NULL || general[0] == NULL || general[GENERAL_REGISTERS - 1U] == NULL) {
        give_up("no CPSR, SPSR_EL2 or general registers");
    }
    this_index = index;
    cores[index].index = index;
    values[index] = g_byte_array_new();
}

static void finish(plugin_id id, void *data)
{
    uint64_t walks = 0U;
    uint64_t walks_wrong = 0U;

    (void)id;
    (void)data;
    for (uint32_t n = 0U; n < CORES; n++) {
        walks += cores[n].walks;
        walks_wrong += cores[n].walks_wrong;
    }
    report_number("walks checked", walks);
    report_number("walks that QEMU disagrees with", walks_wrong);
    cache_end();
    tlb_end();
    report_number("instructions watched", site_count);
    report_close();
}

int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count, char **arguments)
{
    core_count = (uint32_t)info->system.vcpus;
    sites = kit_shadow(sizeof(*sites) * SITES);
    if (!options_take(count, arguments)) {
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb(id, start_core);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
