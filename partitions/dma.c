/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detaching and attaching DMA masters (dma.h): who asked for what, and the end of it. The steps are in dma_steps.c, events of
 * SMMUs in dma_events.c.
 * @implements REQ-DMA-009 REQ-DMA-010 REQ-DMA-011 REQ-DMA-012 REQ-DMA-013
 */
#include "partitions/dma.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"
#include "partitions/console.h"
#include "partitions/deadline.h"
#include "partitions/dma_deadline.h"
#include "partitions/dma_events.h"
#include "partitions/dma_steps.h"
#include "partitions/partition.h"
#include "partitions/pci.h"
#include "partitions/supervise.h"
#include "smmu/smmu.h"

/* The partition whose turn it is. */
static uint32_t turn;

static void init_smmu(uint32_t smmu)
{
    uint64_t found;
    uint64_t expected;
    const char *difference = smmu_init(smmu, &found, &expected);

    if (difference != NULL) {
        console_print("bulkhead: SMMU %u is not the one configured: %s is 0x%lx, should be 0x%lx", smmu, difference,
                      (unsigned long)found, (unsigned long)expected);
        bug(BUG_WRONG_CHIP);
    }
    if (smmu_configs[smmu].event_intid != 0U) {
        gic_spi_configure(smmu_configs[smmu].event_intid, smmu_configs[smmu].event_edge);
    }
    if (smmu_configs[smmu].error_intid != 0U) {
        gic_spi_configure(smmu_configs[smmu].error_intid, smmu_configs[smmu].error_edge);
    }
}

void dma_init(void)
{
    for (uint32_t n = 0U; n < smmu_count; n++) {
        init_smmu(n);
    }
    for (uint32_t p = 0U; p < partition_count; p++) {
        for (uint32_t f = 0U; f < partition_configs[p].function_count; f++) {
            pci_quiesce(&partition_configs[p].functions[f]);
            (void)pci_prepare(
                &partition_configs[p]
                     .functions[f]); /* addresses are set before anybody runs; what is wrong is told later */
        }
    }
}

void dma_start_service(void)
{
    dma_events_start();
    core_post(this_core()->index, POST_DMA); /* what was asked before this core could be interrupted */
}

static bool has_masters(const struct partition_config *config)
{
    return (config->stream_count | config->function_count) != 0U;
}

static bool ask(struct partition_state *partition, enum dma_wanted wanted)
{
    if (!has_masters(partition->config)) {
        return false;
    }
    partition->dma.wanted = wanted;
    __atomic_store_n(&partition->dma.answer, DMA_AWAITED, __ATOMIC_RELEASE);
    core_post(board_config.service_core, POST_DMA);
    return true;
}

enum partition_phase dma_detach(struct partition_state *partition)
{
    return ask(partition, DMA_DETACH) ? PARTITION_DETACHING : PARTITION_RELEASING;
}

static void change_phase(struct partition_state *partition, enum partition_phase phase)
{
    ticket_acquire(&partition->lock);
    partition->phase = phase;
    ticket_release(&partition->lock);
}

bool dma_attach(struct partition_state *partition)
{
    if (!ask(partition, DMA_ATTACH)) {
        return false;
    }
    change_phase(partition, PARTITION_ATTACHING);
    return true;
}

/* With what may still be written to, its memory is not made anew; its interrupts are released all the same. */
static void detached(struct partition_state *partition, bool good)
{
    struct trace_source source = {(uint8_t)partition->config->index, TRACE_NOBODY};

    if (!good) {
        partition->restart = false;
        trace_event(BULKHEAD_TRACE_PARTITION_STOP, source, 0U, 0U, 0U);
    }
    change_phase(partition, PARTITION_RELEASING);
}

bool dma_answered(struct partition_state *partition)
{
    bool good = partition->dma.answer == DMA_GOOD;

    if (partition->phase == PARTITION_DETACHING) {
        detached(partition, good);
        return false;
    }
    if (!good) {
        partition_give_up(partition);
    }
    return good;
}

static bool is_awaited(uint32_t partition)
{
    return __atomic_load_n(&partition_configs[partition].state->dma.answer, __ATOMIC_ACQUIRE) == DMA_AWAITED;
}

static void answer(struct partition_state *partition, enum dma_answer what)
{
    __atomic_store_n(&partition->dma.answer, what, __ATOMIC_RELEASE);
    core_post(partition->config->vcpus[0].core, POST_VCPU);
}

/* One step for the next partition that is not waiting. False: there is none. */
static bool work(void)
{
    for (uint32_t n = 0U; n < partition_count; n++) {
        uint32_t p = (turn + n) % partition_count;
        struct partition_state *partition = partition_configs[p].state;
        enum dma_progress progress;

        if (!is_awaited(p) || !dma_steps_ready(p)) {
            continue;
        }
        turn = p + 1U;
        progress = dma_steps_next(&partition_configs[p], partition->dma.wanted);
        if (progress != DMA_MORE) {
            answer(partition, progress == DMA_FINISHED ? DMA_GOOD : DMA_BAD);
        }
        return true;
    }
    return false;
}

static uint64_t earliest_wait(void)
{
    uint64_t first = dma_events_due();

    for (uint32_t p = 0U; p < partition_count; p++) {
        uint64_t at = is_awaited(p) ? dma_steps_due(p) : 0U;

        if (at - 1U < first - 1U) {
            first = at;
        }
    }
    return first;
}

void dma_service(void)
{
    bool more = dma_events_take();

    more = work() || more;
    if (more) {
        core_post(this_core()->index, POST_DMA);
    } else {
        deadline_set(DEADLINE_DMA, earliest_wait());
    }
}

bool dma_interrupt(uint32_t intid)
{
    for (uint32_t n = 0U; n < smmu_count; n++) {
        if (intid == smmu_configs[n].event_intid || intid == smmu_configs[n].error_intid) {
            gic_deactivate(intid);
            core_post(this_core()->index, POST_DMA);
            return true;
        }
    }
    return false;
}

void dma_look_for_service(void)
{
    bool missing = supervise_missing(board_config.service_core);

    for (uint32_t p = 0U; p < partition_count; p++) {
        if (missing && has_masters(&partition_configs[p])) {
            dma_events_trouble(p, BULKHEAD_DMA_NO_SERVICE, 0U, 0U);
        }
    }
}

void dma_stop(void)
{
    smmu_stop();
}
