/* SPDX-License-Identifier: Apache-2.0 */
/* See board.h. The tables have the shape config/compiler emits, but stay writable. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake/board.h"
#include "tests/unit/fake/machine.h"
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"

struct core_state fake_cores[CORES];
struct partition_state fake_partitions[3];
struct vuart_state fake_vuarts[2];
static uint32_t posts[CORES][POST_KINDS];
static struct vcpu_state safety_state[1];
static struct vcpu_state ivi_state[3];
static struct vcpu_state aux_state[1];

static const struct vcpu_config safety_vcpus[] = {
    {&fake_partition_configs[SAFETY], &safety_state[0], 0U, 0U, 200U},
};
static const struct vcpu_config ivi_vcpus[] = {
    {&fake_partition_configs[IVI], &ivi_state[0], 0U, 1U, 50U},
    {&fake_partition_configs[IVI], &ivi_state[1], 1U, 2U, 50U},
    {&fake_partition_configs[IVI], &ivi_state[2], 2U, 3U, 50U},
};
static const struct vcpu_config aux_vcpus[] = {
    {&fake_partition_configs[AUX], &aux_state[0], 0U, 1U, 20U},
};

static const struct vcpu_config *const core0[] = {&safety_vcpus[0]};
static const struct vcpu_config *const core1[] = {&ivi_vcpus[0], &aux_vcpus[0]};
static const struct vcpu_config *const core2[] = {&ivi_vcpus[1]};
static const struct vcpu_config *const core3[] = {&ivi_vcpus[2]};

static const struct interrupt_config safety_interrupts[] = {{33U, 0U, false}, {40U, 40U, true}, {41U, 41U, false}};
static const struct interrupt_config ivi_interrupts[] = {{33U, 0U, false}, {45U, 50U, false}};
static const struct mmio_config virt_devices[] = {
    {{0x08000000U}, 0x10000U, MMIO_VGICD},
    {{0x080a0000U}, 0x60000U, MMIO_VGICR},
    {{0x09000000U}, 0x1000U, MMIO_VUART},
    {{0U}, 0U, MMIO_VUART},
};

struct board_config fake_board_config;
const char boot_line[] = "bulkhead: EL2 up, 4 cores, 3 partitions; a notice";
struct core_config fake_core_configs[CORES];
struct partition_config fake_partition_configs[3];
uint32_t fake_core_count;
uint32_t fake_route_count;
uint32_t fake_vuart_count;
const uint32_t partition_count = 3U;
const uint64_t el2_root = 0x40201000U;
const uint64_t el2_tcr = 0x80823519U;
const struct partition_config *const vuart_owners[] = {&fake_partition_configs[SAFETY], &fake_partition_configs[IVI]};
const struct route_config route_configs[] = {
    {40U, 40U, true, &fake_partition_configs[SAFETY]},
    {41U, 41U, false, &fake_partition_configs[SAFETY]},
    {50U, 45U, false, &fake_partition_configs[IVI]},
};

static const struct partition_config partitions[] = {
    {.name = "safety",
     .state = &fake_partitions[SAFETY],
     .index = 0U,
     .vmid = 1U,
     .vtcr = 0x80023558U,
     .vttbr = 0x1000040300000U,
     .load_root = {0x40202000U},
     .on_fault = FAULT_RESTART,
     .vcpu_count = 1U,
     .interrupt_count = 3U,
     .vcpus = safety_vcpus,
     .mmio = virt_devices,
     .interrupts = safety_interrupts,
     .entry = {0x40000000U},
     .device_tree = {0x40700000U},
     .vuart = &fake_vuarts[0]},
    {.name = "ivi",
     .state = &fake_partitions[IVI],
     .index = 1U,
     .vmid = 2U,
     .vtcr = 0x80023558U,
     .vttbr = 0x2000040310000U,
     .load_root = {0x40203000U},
     .on_fault = FAULT_STOP,
     .vcpu_count = 3U,
     .interrupt_count = 2U,
     .vcpus = ivi_vcpus,
     .mmio = virt_devices,
     .interrupts = ivi_interrupts,
     .entry = {0x40200000U},
     .device_tree = {0x48000000U},
     .vuart = &fake_vuarts[1]},
    {.name = "aux",
     .state = &fake_partitions[AUX],
     .index = 2U,
     .vmid = 3U,
     .vtcr = 0x80023558U,
     .vttbr = 0x3000040320000U,
     .load_root = {0x40204000U},
     .on_fault = FAULT_STOP,
     .vcpu_count = 1U,
     .vcpus = aux_vcpus,
     .entry = {0x40000000U},
     .vuart = NULL},
};

static void reset_tables(void)
{
    static const struct vcpu_config *const *const vcpus[] = {core0, core1, core2, core3};

    fake_board_config = (struct board_config){.gicd = {0x08000000U},
                                              .gicr = {0x080a0000U},
                                              .gicr_size = 0x80000U,
                                              .uart = {0x09000000U},
                                              .uart_intid = UART_INTID,
                                              .service_core = SERVICE_CORE,
                                              .safe_state = SAFE_HALT};
    fake_core_count = CORES;
    fake_route_count = 3U;
    fake_vuart_count = 2U;
    memcpy(fake_partition_configs, partitions, sizeof(partitions));
    for (uint32_t n = 0U; n < CORES; n++) {
        fake_core_configs[n] = (struct core_config){.mpidr = n << 8,
                                                    .sgi = 1U | n << 16,
                                                    .vcpu_count = n == 1U ? 2U : 1U,
                                                    .vcpus = vcpus[n],
                                                    .state = &fake_cores[n]};
    }
}

static void reset_state(void)
{
    memset(fake_cores, 0, sizeof(fake_cores));
    memset(fake_partitions, 0, sizeof(fake_partitions));
    memset(fake_vuarts, 0, sizeof(fake_vuarts));
    memset(safety_state, 0, sizeof(safety_state));
    memset(ivi_state, 0, sizeof(ivi_state));
    memset(aux_state, 0, sizeof(aux_state));
    for (uint32_t n = 0U; n < CORES; n++) {
        fake_cores[n].config = &fake_core_configs[n];
        fake_cores[n].index = n;
        fake_cores[n].online = 1U;
    }
    for (uint32_t p = 0U; p < partition_count; p++) {
        const struct partition_config *config = &fake_partition_configs[p];

        fake_partitions[p].config = config;
        fake_partitions[p].phase = PARTITION_RUNNING;
        for (uint32_t v = 0U; v < config->vcpu_count; v++) {
            config->vcpus[v].state->config = &config->vcpus[v];
            config->vcpus[v].state->partition = config->state;
        }
        config->vcpus[0].state->power = VCPU_ON;
    }
}

void fake_board_reset(void)
{
    fake_machine_reset();
    fake_posts_reset();
    reset_tables();
    reset_state();
    (void)fake_be_vcpu(IVI, 0U);
    (void)fake_be_vcpu(SAFETY, 0U);
}

void fake_be_core(uint32_t core)
{
    *fake_sysreg("tpidr_el2") = (uint64_t)&fake_cores[core];
}

struct vcpu_state *fake_vcpu(uint32_t partition, uint32_t index)
{
    assert_true(index < fake_partition_configs[partition].vcpu_count);
    return fake_partition_configs[partition].vcpus[index].state;
}

struct vcpu_state *fake_be_vcpu(uint32_t partition, uint32_t index)
{
    struct vcpu_state *vcpu = fake_vcpu(partition, index);

    fake_be_core(vcpu->config->core);
    vcpu->power = VCPU_ON;
    vcpu->loaded = true;
    this_core()->current = vcpu;
    this_core()->mmio = vcpu->config->partition->mmio;
    this_core()->trace.source = trace_source_bits((struct trace_source){(uint8_t)partition, (uint8_t)index});
    return vcpu;
}

void fake_posts_reset(void)
{
    memset(posts, 0, sizeof(posts));
}

void fake_count_post(uint64_t target, uint32_t kind)
{
    for (uint32_t core = 0U; core < CORES; core++) {
        posts[core][kind] += fake_core_configs[core].sgi == target ? 1U : 0U;
    }
}

uint32_t fake_posts(uint32_t core, enum post_kind kind)
{
    return posts[core][kind];
}

uint64_t fake_events(void)
{
    return this_core()->events.written;
}

const struct bulkhead_trace *fake_event(uint64_t n)
{
    assert_true(n < fake_events());
    return &this_core()->events.entries[n % BULKHEAD_EVENT_ENTRIES].record;
}
