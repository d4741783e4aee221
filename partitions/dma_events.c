/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of SMMUs. A device that is out of hand can cause one for every four bytes, so what they cost is bounded: a few are taken in
 * a section; after EVENTS_AT_ONCE the SMMUs' interrupts are off until PERIOD_US have passed; in REPORT_US a partition gets
 * RECORDS records, and one with the number of the others. What the SMMU had no room for is one record in REPORT_US, without number.
 * @implements REQ-DMA-007
 * @implements REQ-DMA-008
 */
#include "partitions/dma_events.h"
#include "arch/arm64/gic.h"
#include "arch/arm64/trace.h"
#include "partitions/dma_deadline.h"
#include "smmu/smmu.h"

#define BURST 4U
#define EVENTS_AT_ONCE 64U
#define PERIOD_US 10000U
#define REPORT_US 1000000U
#define RECORDS 8U

#define OWNERS (MAX_PARTITIONS + 1U) /* the last is nobody */

static struct {
    struct smmu_event last; /* what comes again from the same page is counted */
    uint32_t last_smmu;
    uint32_t last_owner;
    uint32_t left;       /* events that may be taken until period_end */
    bool masked;         /* interrupts are off until then */
    bool lost_reported;  /* since the last report */
    uint64_t period_end; /* CNTPCT; 0: no event since the last one */
    uint64_t report_end; /* the same */
    uint32_t recorded[OWNERS];
    uint32_t counted[OWNERS];
} storm;

static bool has_stream(const struct partition_config *partition, uint32_t smmu, uint32_t stream)
{
    for (uint32_t s = 0U; s < partition->stream_count; s++) {
        if (partition->streams[s].id == stream && partition->streams[s].smmu == smmu) {
            return true;
        }
    }
    return false;
}

/* Bound: all streams of the system, for each burst of one. */
static uint32_t owner_of(uint32_t smmu, uint32_t stream)
{
    for (uint32_t p = 0U; p < partition_count; p++) {
        if (has_stream(&partition_configs[p], smmu, stream)) {
            return p;
        }
    }
    return MAX_PARTITIONS;
}

static struct trace_source source_of(uint32_t owner)
{
    return (struct trace_source){owner < partition_count ? (uint8_t)owner : TRACE_NOBODY, TRACE_NOBODY};
}

void dma_events_trouble(uint32_t partition, uint32_t trouble, uint64_t more, uint64_t who)
{
    trace_event(BULKHEAD_EVENT_DMA_DEVICE, source_of(partition), trouble, more, who);
}

static bool is_repeated(uint32_t smmu, const struct smmu_event *event)
{
    return smmu == storm.last_smmu && event->stream == storm.last.stream && event->detail == storm.last.detail &&
           (event->address ^ storm.last.address) < PAGE_SIZE && storm.recorded[storm.last_owner] != 0U;
}

static void account(uint32_t smmu, const struct smmu_event *event)
{
    bool repeated = is_repeated(smmu, event);
    uint32_t owner = storm.last_owner;

    if (smmu != storm.last_smmu || event->stream != storm.last.stream) {
        owner = owner_of(smmu, event->stream);
    }
    storm.last = *event;
    storm.last_smmu = smmu;
    storm.last_owner = owner;
    if (repeated || storm.recorded[owner] == RECORDS) {
        storm.counted[owner]++;
        return;
    }
    storm.recorded[owner]++;
    trace_event(BULKHEAD_EVENT_DMA, source_of(owner), event->detail, event->address,
                event->stream | (uint64_t)smmu << 32);
}

/* Something came: its period, and its report, have an end. */
static void mark(void)
{
    if (storm.period_end == 0U) {
        storm.period_end = deadline_after(PERIOD_US);
    }
    if (storm.report_end == 0U) {
        storm.report_end = deadline_after(REPORT_US);
    }
}

static void check(uint32_t smmu)
{
    uint64_t more;
    enum smmu_trouble trouble = smmu_check(smmu, &more);

    if (trouble == SMMU_WELL || (trouble != SMMU_COMMAND_ERROR && storm.lost_reported)) {
        return;
    }
    storm.lost_reported = storm.lost_reported || trouble != SMMU_COMMAND_ERROR;
    mark();
    dma_events_trouble(TRACE_NOBODY, (uint32_t)trouble, more, smmu);
}

static void interrupt(uint32_t intid, bool on)
{
    if (intid == 0U) {
        return; /* this SMMU has none */
    }
    if (on) {
        gic_spi_route(intid, this_core()->config->mpidr);
        gic_spi_enable(intid);
    } else {
        gic_spi_disable(intid);
    }
}

static void interrupts(bool on)
{
    for (uint32_t n = 0U; n < smmu_count; n++) {
        interrupt(smmu_configs[n].event_intid, on);
        interrupt(smmu_configs[n].error_intid, on);
    }
    storm.masked = !on;
}

static bool is_past(uint64_t at)
{
    return at != 0U && sysreg_read(cntpct_el0) >= at;
}

/* Once in REPORT_US: how many more there were of each partition. */
static void report(void)
{
    for (uint32_t owner = 0U; owner < OWNERS; owner++) {
        if (storm.counted[owner] != 0U) {
            trace_event(BULKHEAD_EVENT_DMA_COUNT, source_of(owner), storm.counted[owner], 0U, 0U);
        }
        storm.counted[owner] = 0U;
        storm.recorded[owner] = 0U;
    }
    storm.lost_reported = false;
    storm.report_end = 0U;
}

static void begin_period(void)
{
    storm.left = EVENTS_AT_ONCE;
    storm.period_end = 0U;
    if (storm.masked) {
        interrupts(true);
    }
}

static uint32_t take_from(uint32_t smmu, uint32_t most)
{
    struct smmu_event event;
    uint32_t taken = 0U;

    while (taken < most && smmu_next_event(smmu, &event)) {
        mark();
        account(smmu, &event);
        taken++;
    }
    return taken;
}

bool dma_events_take(void)
{
    uint32_t burst = storm.left < BURST ? storm.left : BURST;
    uint32_t taken = 0U;

    if (is_past(storm.report_end)) {
        report();
        return true;
    }
    if (is_past(storm.period_end)) {
        begin_period();
        return true;
    }
    for (uint32_t n = 0U; n < smmu_count; n++) {
        check(n);
        taken += take_from(n, burst - taken);
    }
    storm.left -= taken;
    if (storm.left == 0U && !storm.masked) {
        interrupts(false);
    }
    return taken == BURST && storm.left != 0U;
}

static bool is_polled(void)
{
    for (uint32_t n = 0U; n < smmu_count; n++) {
        if (smmu_configs[n].event_intid == 0U) {
            return true;
        }
    }
    return false;
}

uint64_t dma_events_due(void)
{
    if (storm.period_end != 0U) {
        return storm.period_end;
    }
    if (is_polled()) {
        return deadline_after(PERIOD_US);
    }
    return storm.report_end;
}

void dma_events_start(void)
{
    storm.last_owner = MAX_PARTITIONS;
    storm.left = EVENTS_AT_ONCE;
    interrupts(true);
}
