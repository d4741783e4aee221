/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watches: asks QEMU to call for the instructions that matter, and hands on to the two halves.
 *
 *   -accel tcg,thread=multi -plugin sanitizer.so,out=FILE[,ram=FIRST-END][,zva=BYTES]
 *       [,partition=VMID:FIRST-END]...[,uncached=FIRST-END]...[,dma=FIRST-END]...
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

int qemu_plugin_version = PLUGIN_API;

uint32_t core_count = 1U;
uint64_t ram_first = 0x40000000U;
uint64_t ram_size = 0x40000000U;

static struct core cores[CORES];
static struct byte_array *values[CORES];
static struct qemu_plugin_register *general[GENERAL_REGISTERS];
static struct qemu_plugin_register *cpsr;
static struct qemu_plugin_register *spsr_el2;
static struct site *sites;
static uint32_t site_count;
static const uint8_t *ram; /* where QEMU has the guest's memory, from the first instruction: that has PA = VA */
static const char *out;
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
    (void)id;
    (void)data;
    cache_end();
    tlb_end();
    report_number("instructions watched", site_count);
    report_close();
}

/* FIRST-END */
static bool take_range(const char *text, uint64_t *first, uint64_t *size)
{
    char *rest = NULL;
    uint64_t end;

    *first = strtoull(text, &rest, 0);
    end = *rest == '-' ? strtoull(rest + 1, NULL, 0) : 0U;
    *size = end - *first;
    return end > *first && (*first | end) % PAGE == 0U;
}

static const char *value_for(const char *argument, const char *name)
{
    size_t length = strlen(name);

    return strncmp(argument, name, length) == 0 && argument[length] == '=' ? argument + length + 1U : NULL;
}

/* Ranges of RAM with something special about them. */
static bool take_window(const char *text, void (*take)(uint64_t first, uint64_t size))
{
    uint64_t first = 0U;
    uint64_t size = 0U;

    if (!take_range(text, &first, &size) || !is_ram(first) || !is_ram(first + size - 1U)) {
        return false;
    }
    take(first, size);
    return true;
}

static bool take_partition(const char *text)
{
    char *rest = NULL;
    uint64_t vmid = strtoull(text, &rest, 0);
    uint64_t first = 0U;
    uint64_t size = 0U;

    if (*rest != ':' || vmid == 0U || vmid > UINT8_MAX || !take_range(rest + 1, &first, &size) || !is_ram(first) ||
        !is_ram(first + size - 1U)) {
        return false;
    }
    cache_partition(first, size, (uint32_t)vmid);
    return true;
}

static bool take_argument(const char *argument)
{
    const char *value;

    if ((value = value_for(argument, "out")) != NULL) {
        out = strdup(value);
        return true;
    }
    if ((value = value_for(argument, "ram")) != NULL) {
        return take_range(value, &ram_first, &ram_size);
    }
    if ((value = value_for(argument, "zva")) != NULL) {
        return cache_zva(strtoull(value, NULL, 0));
    }
    if ((value = value_for(argument, "partition")) != NULL) {
        return take_partition(value);
    }
    if ((value = value_for(argument, "uncached")) != NULL) {
        return take_window(value, cache_uncached);
    }
    if ((value = value_for(argument, "dma")) != NULL) {
        return take_window(value, dma_window);
    }
    return false;
}

/* ram= comes first: windows and shadows are made for it. */
static bool take_arguments(int count, char **arguments)
{
    for (int n = 0; n < count; n++) {
        if (value_for(arguments[n], "ram") != NULL && !take_argument(arguments[n])) {
            return false;
        }
    }
    cache_init();
    dma_init();
    tlb_init();
    for (int n = 0; n < count; n++) {
        if (value_for(arguments[n], "ram") == NULL && !take_argument(arguments[n])) {
            (void)fprintf(stderr, "sanitizer: what is %s?\n", arguments[n]);
            return false;
        }
    }
    return true;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count, char **arguments)
{
    core_count = (uint32_t)info->system.vcpus;
    sites = kit_shadow(sizeof(*sites) * SITES);
    if (!take_arguments(count, arguments)) {
        return 1;
    }
    if (out == NULL || !report_open(out)) {
        (void)fprintf(stderr, "sanitizer: out=FILE is needed, and must be writable\n");
        return 1;
    }
    qemu_plugin_register_vcpu_init_cb(id, start_core);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
