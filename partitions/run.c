/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The core's loop. Relies on interrupts being masked at EL2 always; called by the vectors and core/main.c.
 * @implements REQ-CORE-002
 * @implements REQ-CORE-003
 * @implements REQ-SERR-001
 * @implements REQ-SERR-002
 * @implements REQ-SERR-003
 */
#include "partitions/run.h"
#include "arch/arm64/core.h"
#include "partitions/console.h"
#include "partitions/dma.h"
#include "partitions/exit.h"
#include "partitions/health.h"
#include "partitions/loader.h"
#include "partitions/partition.h"
#include "partitions/source.h"

#define TAKEN_AT_ONCE 2U /* interrupts: without end they must not keep a core from its vCPU */

void halt(void) __attribute__((noreturn));

static struct context_stage2 stage2_of(const struct vcpu_state *vcpu)
{
    const struct partition_config *partition = vcpu->config->partition;

    return (struct context_stage2){partition->vtcr, partition->vttbr};
}

void run_answer_post(enum post_kind kind)
{
    struct vcpu_state *vcpu = this_core()->current;

    switch (kind) {
    case POST_UART:
        if (vcpu != NULL) {
            vuart_update(vcpu);
        }
        break;
    case POST_CONSOLE:
        console_service();
        break;
    case POST_HALT:
        halt();
    case POST_DMA:
        dma_service();
        break;
    case POST_VCPU:
    case POST_KINDS:
    default:
        break; /* exit_irq() answers the first: it is the most frequent */
    }
}

static void enter_core(struct vcpu_state *vcpu)
{
    struct core_state *self = this_core();

    self->current = vcpu;
    self->mmio = vcpu->config->partition->mmio;
    self->trace.source = trace_source_bits(source_of(vcpu));
}

static void leave_core(void)
{
    struct core_state *self = this_core();

    self->current = NULL;
    self->trace.source = trace_source_bits((struct trace_source){TRACE_NOBODY, TRACE_NOBODY});
}

/* Off the core: afterwards nothing of the vCPU is left in it. */
static void put(struct vcpu_state *vcpu, const struct frame *frame)
{
    uint64_t serror = context_serror_window();

    vgic_put(vcpu);
    context_put(&vcpu->context, frame);
    trace_exit(this_core(), BULKHEAD_TRACE_VCPU_PUT, 0U, 0U, vcpu->context.pc);
    leave_core();
    if (serror != 0U) {
        health_serror(vcpu, serror);
    }
}

/* Others may do with it what they want from here on. */
static void let_go(struct vcpu_state *vcpu)
{
    ticket_acquire(&vcpu->partition->lock);
    vcpu->loaded = false;
    partition_settle(vcpu->partition);
    ticket_release(&vcpu->partition->lock);
}

/*
 * A CPU_ON that was accepted takes effect: power-on state, and then on. Until then `loaded` keeps a stop from being completed
 * and others from seeing it on: what they send it is not reset away. True if there was one.
 */
static bool power_up(struct vcpu_state *vcpu)
{
    struct partition_state *partition = vcpu->config->partition->state;
    bool start;

    ticket_acquire(&partition->lock);
    start = partition->phase == PARTITION_RUNNING && vcpu->power == VCPU_ON_PENDING;
    vcpu->loaded = start;
    ticket_release(&partition->lock);
    if (!start) {
        return false;
    }
    context_reset(&vcpu->context, vcpu->config->index, vcpu->entry, vcpu->argument);
    vgic_reset_vcpu(vcpu);
    ticket_acquire(&partition->lock);
    vcpu->power = VCPU_ON;
    vcpu->loaded = false;
    partition_settle(partition);
    ticket_release(&partition->lock);
    return true;
}

/* Decides under the lock whether this vCPU runs now. */
static bool claim(struct vcpu_state *vcpu)
{
    struct partition_state *partition = vcpu->config->partition->state;

    ticket_acquire(&partition->lock);
    vcpu->loaded = partition->phase == PARTITION_RUNNING && vcpu->power == VCPU_ON;
    ticket_release(&partition->lock);
    return vcpu->loaded;
}

/* On the core: the caller has claimed it. */
static void load(struct vcpu_state *vcpu, struct frame *frame)
{
    struct partition_state *partition = vcpu->config->partition->state;
    struct context_stage2 stage2 = stage2_of(vcpu);

    if (vcpu->generation != partition->generation) {
        context_forget_memory(&stage2);
        vcpu->generation = partition->generation;
    }
    context_serror_check(); /* still nobody's: the record of a fault must not name the one that comes */
    enter_core(vcpu);
    context_load(&vcpu->context, frame, &stage2);
    vgic_load(vcpu);
    vuart_update(vcpu);
    trace_exit(this_core(), BULKHEAD_TRACE_VCPU_LOAD, 0U, vcpu->context.pc, vcpu->context.pc);
}

/* A partition of this core that has to be worked on while no vCPU runs: released, loaded or reset. */
static struct partition_state *work_here(void)
{
    const struct core_config *core = this_core()->config;

    for (uint32_t n = 0U; n < core->vcpu_count; n++) {
        struct partition_state *partition = core->vcpus[n]->partition->state;
        enum partition_phase phase = __atomic_load_n(&partition->phase, __ATOMIC_ACQUIRE);

        if (core->vcpus[n]->index == 0U && phase > PARTITION_STOPPING && phase < PARTITION_RUNNING &&
            __atomic_load_n(&partition->dma.answer, __ATOMIC_ACQUIRE) != DMA_AWAITED) {
            return partition;
        }
    }
    return NULL;
}

/* An SError meanwhile is of the partition's memory. */
static void load_until_interrupted(struct partition_state *partition)
{
    uint64_t serror;
    bool more;

    loader_open(partition);
    more = loader_run(partition);
    serror = context_serror_window();
    loader_close();
    if (serror != 0U) {
        health_load_serror(partition, serror);
    } else if (!more) {
        partition_loaded(partition);
    }
}

static void work_on(struct partition_state *partition)
{
    if (partition->phase == PARTITION_LOADING) {
        load_until_interrupted(partition);
    } else {
        partition_step(partition);
    }
}

/* Between two sections, with no vCPU on the core. What is still pending after as many comes after the next section. */
static void take_interrupts(void)
{
    for (uint32_t n = 0U; n < TAKEN_AT_ONCE; n++) {
        exit_take_interrupt();
        if (!gic_interrupt_pending()) {
            return;
        }
    }
}

void run_load_own(void)
{
    struct partition_state *partition = work_here();

    while (partition != NULL) {
        take_interrupts();
        work_on(partition);
        partition = work_here();
    }
}

/* Carries out one CPU_ON: a section of its own. True if there was one. */
static bool power_up_one(void)
{
    const struct core_config *core = this_core()->config;

    for (uint32_t n = 0U; n < core->vcpu_count; n++) {
        if (core->vcpus[n]->state->power == VCPU_ON_PENDING && power_up(core->vcpus[n]->state)) {
            return true;
        }
    }
    return false;
}

static struct vcpu_state *pick(void)
{
    const struct core_config *core = this_core()->config;

    for (uint32_t n = 0U; n < core->vcpu_count; n++) {
        if (claim(core->vcpus[n]->state)) {
            return core->vcpus[n]->state;
        }
    }
    return NULL;
}

static void work_or_wait(struct partition_state *work)
{
    if (work != NULL) {
        work_on(work);
    } else {
        core_wait();
        context_serror_check(); /* it would end every WFI at once, and never be seen */
    }
}

/*
 * The one loop without a bound: a core waits here for as long as it has nothing to run. A stop is completed before anything
 * else runs. Interrupts are taken at the end of each turn alone: whatever one of them changed is looked at before the core
 * waits.
 */
static struct vcpu_state *wait_for_vcpu(void)
{
    for (;;) {
        struct partition_state *work = work_here();
        bool releasing = work != NULL && work->phase == PARTITION_RELEASING;

        if (releasing || !power_up_one()) {
            struct vcpu_state *vcpu = releasing ? NULL : pick();

            if (vcpu != NULL) {
                return vcpu;
            }
            work_or_wait(work);
        }
        take_interrupts();
    }
}

void run_switch(struct frame *frame)
{
    struct vcpu_state *current = this_core()->current;

    if (current != NULL) {
        put(current, frame);
        while (vgic_route_settle(current)) { /* at most a word of interrupts each time */
            take_interrupts();
        }
        let_go(current);
        take_interrupts();
    }
    load(wait_for_vcpu(), frame);
}
