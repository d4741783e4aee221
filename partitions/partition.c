/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Life of a partition (partition.h has the states).
 * @implements REQ-PART-001
 * @implements REQ-PART-002
 */
#include "partitions/partition.h"
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"
#include "partitions/dma.h"
#include "partitions/vuart.h"

#define RELEASED_AT_ONCE 32U /* interrupts for each step: some 20 instructions each */

static struct trace_source source_of(const struct partition_state *partition)
{
    return (struct trace_source){(uint8_t)partition->config->index, TRACE_NOBODY};
}

void partition_init_all(void)
{
    for (uint32_t p = 0U; p < partition_count; p++) {
        const struct partition_config *config = &partition_configs[p];

        config->state->config = config;
        config->state->phase = PARTITION_LOADING;
        for (uint32_t v = 0U; v < config->vcpu_count; v++) {
            config->vcpus[v].state->config = &config->vcpus[v];
            config->vcpus[v].state->partition = config->state;
        }
    }
    for (uint32_t r = 0U; r < route_count; r++) {
        gic_spi_configure(route_configs[r].physical, route_configs[r].edge);
    }
}

void partition_post_all(const struct partition_state *partition)
{
    for (uint32_t v = 0U; v < partition->config->vcpu_count; v++) {
        core_post(partition->config->vcpus[v].core, POST_VCPU);
    }
}

bool partition_request_stop(struct partition_state *partition, bool restart)
{
    bool running;

    ticket_acquire(&partition->lock);
    running = partition->phase == PARTITION_RUNNING;
    if (running) {
        partition->phase = PARTITION_STOPPING;
        partition->restart = restart;
    }
    ticket_release(&partition->lock);
    if (running) {
        trace_event(BULKHEAD_TRACE_PARTITION_STOP, source_of(partition), restart ? 1U : 0U, 0U, 0U);
        partition_post_all(partition);
    }
    return running;
}

static bool any_loaded(const struct partition_state *partition)
{
    for (uint32_t v = 0U; v < partition->config->vcpu_count; v++) {
        if (partition->config->vcpus[v].state->loaded) {
            return true;
        }
    }
    return false;
}

void partition_settle(struct partition_state *partition)
{
    const struct partition_config *config = partition->config;

    if (partition->phase != PARTITION_STOPPING || any_loaded(partition)) {
        return;
    }
    for (uint32_t v = 0U; v < config->vcpu_count; v++) {
        config->vcpus[v].state->power = VCPU_OFF;
    }
    partition->step = 0U;
    __atomic_store_n(&partition->phase, dma_detach(partition),
                     __ATOMIC_RELEASE); /* the boot core reads it without the lock */
    core_post(config->vcpus[0].core, POST_VCPU);
}

static void change_phase(struct partition_state *partition, enum partition_phase phase)
{
    ticket_acquire(&partition->lock);
    partition->phase = phase;
    ticket_release(&partition->lock);
}

static void release(struct partition_state *partition)
{
    const struct partition_config *config = partition->config;
    uint32_t first = partition->step * RELEASED_AT_ONCE;

    for (uint32_t i = first; i < config->interrupt_count && i < first + RELEASED_AT_ONCE; i++) {
        if (config->interrupts[i].physical != 0U) {
            gic_spi_reset(config->interrupts[i].physical);
        }
    }
    partition->step++;
    if (first + RELEASED_AT_ONCE < config->interrupt_count) {
        return;
    }
    if (!partition->restart) {
        change_phase(partition, PARTITION_STOPPED);
        return;
    }
    partition->restarts++;
    partition->loader = (struct loader_state){0};
    change_phase(partition, PARTITION_LOADING);
}

void partition_loaded(struct partition_state *partition)
{
    partition->step = 0U;
    change_phase(partition, PARTITION_RESETTING);
}

/* Power-on state, vCPU 0 about to start. */
static void start(struct partition_state *partition)
{
    const struct partition_config *config = partition->config;
    struct vcpu_state *boot = config->vcpus[0].state;

    if (config->vuart != NULL) {
        vuart_reset(config->vuart);
    }
    ticket_acquire(&partition->lock);
    partition->generation++;
    boot->entry = config->entry;
    boot->argument = config->device_tree.value;
    boot->power = VCPU_ON_PENDING;
    partition->phase = PARTITION_RUNNING;
    ticket_release(&partition->lock);
    trace_event(BULKHEAD_TRACE_PARTITION_RUN, source_of(partition), partition->restarts, 0U, config->entry.value);
}

void partition_step(struct partition_state *partition)
{
    bool ready;

    if (partition->phase == PARTITION_RELEASING) {
        release(partition);
        return;
    }
    if (partition->phase != PARTITION_RESETTING) {
        ready = dma_answered(partition);
    } else if (vgic_reset(partition, partition->step)) {
        partition->step++;
        return;
    } else {
        ready = !dma_attach(partition);
    }
    if (ready) {
        start(partition);
    }
}

void partition_give_up(struct partition_state *partition)
{
    change_phase(partition, PARTITION_STOPPED);
    trace_event(BULKHEAD_TRACE_PARTITION_STOP, source_of(partition), 0U, 0U, 0U);
}
