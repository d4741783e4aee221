/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Detach and attach, step by step. A step is about one PCI function, one stream or one SMMU, so it is short; one that has to
 * wait says until when, and is done again then. Each wait has a limit.
 *
 * The order is what makes it safe. New transfers are off first. Then the streams: a synchronisation says that accesses that were
 * looked up before are complete, and that later ones are blocked, so nothing of the old life reaches the memory that is loaded
 * next. What a device was told to do and has not begun yet comes during idle_us, and meets a blocked stream. Last the reset,
 * which makes the device forget. Only then is anything let through again.
 * @implements REQ-DMA-009 REQ-DMA-010 REQ-DMA-011
 */
#include "partitions/dma_steps.h"
#include "arch/arm64/trace.h"
#include "partitions/dma_deadline.h"
#include "partitions/dma_events.h"
#include "partitions/pci.h"
#include "smmu/smmu.h"

#define POLL_US 100U             /* between two looks at something that should have happened */
#define SYNCHRONISED_US 100000U  /* limit of an SMMU's answer */
#define IDLE_LEAST_US 10000U     /* beside idle_us, which is over then: limit of a device that says it is not idle */
#define PRESENT_POLL_US 10000U
#define PRESENT_US 1000000U      /* limit of a function that does not answer after a reset (PCI Express Base 4.0, 6.6.1) */

enum step {
    STEP_START,
    STEP_QUIESCE, /* each function */
    STEP_BLOCK,   /* each stream */
    STEP_SYNC_BLOCKED,
    STEP_BLOCKED, /* each SMMU */
    STEP_FORGET,  /* each SMMU: nothing looks up any more what it is to forget */
    STEP_SYNC_FORGOTTEN,
    STEP_FORGOTTEN, /* each SMMU */
    STEP_LET_IDLE,
    STEP_IDLE,  /* each function */
    STEP_RESET, /* each function */
    STEP_DETACHED,
    STEP_PREPARE, /* each function */
    STEP_ATTACH,  /* each stream */
    STEP_SYNC_ATTACHED,
    STEP_ATTACHED, /* each SMMU */
    STEP_FINISHED,
    STEP_GIVE_UP, /* each stream */
    STEP_GIVEN_UP,
};

static struct work {
    uint64_t wake;    /* CNTPCT; 0: go on at once */
    uint64_t limit;   /* CNTPCT of the step's wait; 0: nothing was waited for yet */
    uint64_t idle_at; /* CNTPCT */
    struct smmu_ticket tickets[MAX_SMMUS];
    enum step step;
    uint32_t index; /* function, stream or SMMU of the step */
    uint32_t part;  /* of a function's reset */
    bool detached;  /* since boot */
} works[MAX_PARTITIONS];

/* What a step has come to. */
enum outcome {
    NEXT_STEP,
    SAME_STEP, /* the next function, stream or SMMU, or the same once more after a wait */
    FAILED,
};

static void trouble(const struct partition_config *partition, uint32_t what, uint64_t more, uint64_t who)
{
    dma_events_trouble(partition->index, what, more, who);
}

/* Once more in `pause_us`; false: `limit_us` are over since the first time. */
static bool wait(struct work *work, uint64_t pause_us, uint64_t limit_us)
{
    if (work->limit == 0U) {
        work->limit = deadline_after(limit_us);
    } else if (sysreg_read(cntpct_el0) >= work->limit) {
        return false;
    }
    work->wake = deadline_after(pause_us);
    return true;
}

/* Of `count` things, one is done. */
static enum outcome done_one(struct work *work)
{
    work->index++;
    work->limit = 0U;
    return SAME_STEP;
}

static enum outcome wait_for_smmu(struct work *work, const struct partition_config *partition, uint32_t smmu)
{
    if (wait(work, POLL_US, SYNCHRONISED_US)) {
        return SAME_STEP;
    }
    trouble(partition, BULKHEAD_DMA_QUEUE_STUCK, 0U, smmu);
    return FAILED;
}

static bool uses(const struct partition_config *partition, uint32_t smmu)
{
    for (uint32_t s = 0U; s < partition->stream_count; s++) {
        if (partition->streams[s].smmu == smmu) {
            return true;
        }
    }
    return false;
}

static enum outcome quiesce(struct work *work, const struct partition_config *partition)
{
    if (work->index < partition->function_count) {
        pci_quiesce(&partition->functions[work->index]);
        return done_one(work);
    }
    work->idle_at = deadline_after(partition->idle_us);
    for (uint32_t n = 0U; n < smmu_count; n++) {
        smmu_begin(n, &work->tickets[n]);
    }
    return NEXT_STEP;
}

static enum outcome block(struct work *work, const struct partition_config *partition)
{
    if (work->index == partition->stream_count) {
        return NEXT_STEP;
    }
    if (smmu_detach(&partition->streams[work->index])) {
        return done_one(work);
    }
    return wait_for_smmu(work, partition, partition->streams[work->index].smmu);
}

static enum outcome attach(struct work *work, const struct partition_config *partition)
{
    if (work->index == partition->stream_count) {
        return NEXT_STEP;
    }
    if (smmu_attach(partition, &partition->streams[work->index])) {
        return done_one(work);
    }
    return wait_for_smmu(work, partition, partition->streams[work->index].smmu);
}

/* Of each SMMU that the partition has a stream of: `command`, and again while there is no room. */
static enum outcome for_smmus(struct work *work, const struct partition_config *partition, bool forget)
{
    uint32_t smmu = work->index;

    if (smmu == smmu_count) {
        return NEXT_STEP;
    }
    if (!uses(partition, smmu) || (forget ? smmu_forget(smmu, partition) : smmu_sync(smmu, &work->tickets[smmu]))) {
        return done_one(work);
    }
    return wait_for_smmu(work, partition, smmu);
}

static enum outcome synchronised(struct work *work, const struct partition_config *partition)
{
    uint32_t smmu = work->index;
    enum smmu_answer answer;

    if (smmu == smmu_count) {
        return NEXT_STEP;
    }
    answer = uses(partition, smmu) ? smmu_sync_poll(smmu, &work->tickets[smmu]) : SMMU_DONE;
    if (answer == SMMU_DONE) {
        return done_one(work);
    }
    if (answer == SMMU_FAILED) {
        trouble(partition, BULKHEAD_DMA_COMMAND_FAILED, 0U, smmu);
        return FAILED;
    }
    return wait_for_smmu(work, partition, smmu);
}

/* Also for masters that cannot be told to be quiet: what they still do is blocked. */
static enum outcome let_idle(struct work *work)
{
    if (sysreg_read(cntpct_el0) >= work->idle_at) {
        return NEXT_STEP;
    }
    work->wake = work->idle_at;
    return SAME_STEP;
}

static enum outcome idle(struct work *work, const struct partition_config *partition)
{
    const struct pci_function_config *function = &partition->functions[work->index];
    uint64_t limit_us = IDLE_LEAST_US + partition->idle_us;

    if (work->index == partition->function_count) {
        return NEXT_STEP;
    }
    if (pci_idle(function)) {
        return done_one(work);
    }
    if (wait(work, POLL_US, limit_us)) {
        return SAME_STEP;
    }
    trouble(partition, BULKHEAD_DMA_NOT_IDLE, 0U, function->rid);
    return FAILED;
}

static enum outcome reset(struct work *work, const struct partition_config *partition)
{
    uint32_t pause;

    if (work->index == partition->function_count) {
        return NEXT_STEP;
    }
    pause = pci_reset(&partition->functions[work->index], work->part);
    if (pause == 0U) {
        work->part = 0U;
        return done_one(work);
    }
    work->part++;
    work->wake = deadline_after(pause);
    return SAME_STEP;
}

static enum outcome prepare(struct work *work, const struct partition_config *partition)
{
    const struct pci_function_config *function = &partition->functions[work->index];
    uint32_t fault;

    if (work->index == partition->function_count) {
        for (uint32_t n = 0U; n < smmu_count; n++) {
            smmu_begin(n, &work->tickets[n]);
        }
        return NEXT_STEP;
    }
    fault = pci_prepare(function);
    if (fault == PCI_GOOD) {
        return done_one(work);
    }
    if (fault == PCI_ABSENT && wait(work, PRESENT_POLL_US, PRESENT_US)) {
        return SAME_STEP;
    }
    trouble(partition, BULKHEAD_DMA_OTHER_DEVICE, fault, function->rid);
    return FAILED;
}

/* The streams that were let through already. Whether the SMMU hears of it or not, their entries say so. */
static enum outcome give_up(struct work *work, const struct partition_config *partition)
{
    if (work->index == partition->stream_count) {
        return NEXT_STEP;
    }
    (void)smmu_detach(&partition->streams[work->index]);
    return done_one(work);
}

/* Where a request begins, and where it is over: a step for nothing. */
static enum outcome between(struct work *work, enum dma_wanted wanted)
{
    if (work->step == STEP_START && wanted == DMA_ATTACH && work->detached) {
        work->step = STEP_DETACHED;
    } else if (work->step == STEP_DETACHED) {
        work->detached = true;
        if (wanted == DMA_DETACH) {
            work->step = STEP_FINISHED - 1U;
        }
    }
    return NEXT_STEP;
}

static enum outcome carry_out(struct work *work, const struct partition_config *partition, enum dma_wanted wanted)
{
    switch (work->step) {
    case STEP_QUIESCE:
        return quiesce(work, partition);
    case STEP_BLOCK:
        return block(work, partition);
    case STEP_FORGET:
        return for_smmus(work, partition, true);
    case STEP_SYNC_BLOCKED:
    case STEP_SYNC_FORGOTTEN:
    case STEP_SYNC_ATTACHED:
        return for_smmus(work, partition, false);
    case STEP_BLOCKED:
    case STEP_FORGOTTEN:
    case STEP_ATTACHED:
        return synchronised(work, partition);
    case STEP_LET_IDLE:
        return let_idle(work);
    case STEP_IDLE:
        return idle(work, partition);
    case STEP_RESET:
        return reset(work, partition);
    case STEP_PREPARE:
        return prepare(work, partition);
    case STEP_ATTACH:
        return attach(work, partition);
    case STEP_GIVE_UP:
        return give_up(work, partition);
    case STEP_START:
    case STEP_DETACHED:
    case STEP_FINISHED:
    case STEP_GIVEN_UP:
    default:
        return between(work, wanted);
    }
}

static void go_to(struct work *work, enum step step)
{
    work->step = step;
    work->index = 0U;
    work->part = 0U;
    work->limit = 0U;
    work->wake = 0U;
}

enum dma_progress dma_steps_next(const struct partition_config *partition, enum dma_wanted wanted)
{
    struct work *work = &works[partition->index];
    enum outcome outcome;
    enum step reached;

    work->wake = 0U;
    outcome = carry_out(work, partition, wanted);
    if (outcome == FAILED) {
        go_to(work, STEP_GIVE_UP);
    } else if (outcome == NEXT_STEP) {
        go_to(work, work->step + 1U);
    }
    reached = work->step;
    if (reached != STEP_FINISHED && reached != STEP_GIVEN_UP) {
        return DMA_MORE;
    }
    go_to(work, STEP_START);
    return reached == STEP_FINISHED ? DMA_FINISHED : DMA_GIVEN_UP;
}

bool dma_steps_ready(uint32_t partition)
{
    return sysreg_read(cntpct_el0) >= works[partition].wake;
}

uint64_t dma_steps_due(uint32_t partition)
{
    return works[partition].wake;
}
