/* SPDX-License-Identifier: Apache-2.0 */
/* See dma_fixture.h. */
#include "tests/unit/smmu/dma_fixture.h"
#include "tests/unit/fake/test.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "partitions/deadline.h"
#include "partitions/dma.h"
#include "partitions/partition.h"
#include "partitions/pci.h"
#include "partitions/supervise.h"
#include "smmu/smmu.h"

#define HZ 1000000U /* a tick is a microsecond */

const uint32_t smmu_count = 2U;
const struct smmu_config smmu_configs[] = {
    {.event_intid = EVENT_INTID, .error_intid = ERROR_INTID, .event_edge = true, .error_edge = true},
    {.event_intid = 110U, .error_intid = 110U},
};
static const struct stream_config ivi_streams[] = {{.smmu = 0U, .id = 8U}, {.smmu = 0U, .id = 9U}};
static const struct stream_config aux_streams[] = {{.smmu = 1U, .id = 8U}};
static const struct pci_function_config ivi_functions[] = {{.rid = 8U}, {.rid = 9U}};

struct dma_device dma_device;

const char *smmu_init(uint32_t smmu, uint64_t *found, uint64_t *expected)
{
    fake_record("smmu_init", smmu, 0U, 0U);
    *found = 1U;
    *expected = 2U;
    return dma_device.difference;
}

bool smmu_attach(const struct partition_config *partition, const struct stream_config *stream)
{
    fake_record("smmu_attach", partition->index, stream->smmu, stream->id);
    return !dma_device.full;
}

bool smmu_detach(const struct stream_config *stream)
{
    fake_record("smmu_detach", stream->smmu, stream->id, 0U);
    return !dma_device.full;
}

bool smmu_forget(uint32_t smmu, const struct partition_config *partition)
{
    fake_record("smmu_forget", smmu, partition->index, 0U);
    return true;
}

void smmu_begin(uint32_t smmu, struct smmu_ticket *ticket)
{
    (void)smmu;
    *ticket = (struct smmu_ticket){0};
}

bool smmu_sync(uint32_t smmu, struct smmu_ticket *ticket)
{
    (void)ticket;
    fake_record("smmu_sync", smmu, 0U, 0U);
    return true;
}

enum smmu_answer smmu_sync_poll(uint32_t smmu, const struct smmu_ticket *ticket)
{
    (void)ticket;
    fake_record("smmu_sync_poll", smmu, 0U, 0U);
    if (dma_device.failing) {
        return SMMU_FAILED;
    }
    return dma_device.stuck ? SMMU_BUSY : SMMU_DONE;
}

bool smmu_next_event(uint32_t smmu, struct smmu_event *event)
{
    if (smmu != 0U || dma_device.event_next == dma_device.event_count) {
        return false;
    }
    *event = dma_device.events[dma_device.event_next % COUNT(dma_device.events)];
    dma_device.event_next++;
    return true;
}

enum smmu_trouble smmu_check(uint32_t smmu, uint64_t *more)
{
    enum smmu_trouble trouble = smmu == 0U ? dma_device.trouble : SMMU_WELL;

    *more = 0x55U;
    return trouble;
}

void smmu_stop(void)
{
    fake_record("smmu_stop", 0U, 0U, 0U);
}

void pci_quiesce(const struct pci_function_config *function)
{
    fake_record("pci_quiesce", function->rid, 0U, 0U);
}

bool pci_idle(const struct pci_function_config *function)
{
    fake_record("pci_idle", function->rid, 0U, 0U);
    return !dma_device.busy_device;
}

uint32_t pci_reset(const struct pci_function_config *function, uint32_t step)
{
    fake_record("pci_reset", function->rid, step, 0U);
    return step == 0U && function->rid == 9U ? 100000U : 0U;
}

uint32_t pci_prepare(const struct pci_function_config *function)
{
    fake_record("pci_prepare", function->rid, 0U, 0U);
    return dma_device.pci_fault;
}

uint64_t dma_now(void)
{
    return *fake_sysreg("cntpct_el0");
}

/* The service core does what it is asked to by itself, until it only waits. */
void dma_serve(void)
{
    uint32_t core = this_core()->index;

    fake_be_core(SERVICE_CORE);
    for (uint32_t n = 0U; fake_posts(SERVICE_CORE, POST_DMA) != 0U; n++) {
        assert_in_range(n, 0U, 1000U);
        fake_posts_reset();
        dma_service();
    }
    fake_be_core(core);
}

/* Its timer comes. False: nothing is waited for. */
bool dma_timer(void)
{
    uint32_t core = this_core()->index;

    if (*fake_sysreg("cnthp_ctl_el2") == 0U) {
        return false;
    }
    assert_true(*fake_sysreg("cnthp_cval_el2") > dma_now());
    *fake_sysreg("cntpct_el0") = *fake_sysreg("cnthp_cval_el2");
    fake_be_core(SERVICE_CORE);
    deadline_timer();
    fake_be_core(core);
    dma_serve();
    return true;
}

int dma_set_up(void **state)
{
    (void)state;
    fake_gic_reset();
    fake_vgic_reset();
    fake_board_reset();
    fake_uart_reset();
    memset(&dma_device, 0, sizeof(dma_device));
    fake_partition_configs[IVI].stream_count = COUNT(ivi_streams);
    fake_partition_configs[IVI].streams = ivi_streams;
    fake_partition_configs[IVI].function_count = COUNT(ivi_functions);
    fake_partition_configs[IVI].functions = ivi_functions;
    fake_partition_configs[IVI].idle_us = IDLE_US;
    fake_partition_configs[AUX].stream_count = COUNT(aux_streams);
    fake_partition_configs[AUX].streams = aux_streams;
    *fake_sysreg("cntfrq_el0") = HZ;
    *fake_sysreg("cntpct_el0") += 10000000U; /* past the periods of the test before */
    fake_be_core(SERVICE_CORE);
    dma_start_service();
    dma_serve();
    while (dma_timer()) {
    }
    fake_journal_clear();
    fake_posts_reset();
    this_core()->events.written = 0U;
    *fake_sysreg("cnthp_ctl_el2") = 0U;
    return 0;
}
