/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The core's loop. Relies on interrupts being masked at EL2 always; called by the vectors and core/main.c.
 * @implements REQ-CORE-002
 * @implements REQ-SERR-001
 * @implements REQ-SERR-002
 * @implements REQ-SERR-003
 */
#include "partitions/run.h"
#include "arch/arm64/core.h"
#include "partitions/console.h"
#include "partitions/exit.h"
#include "partitions/health.h"
#include "partitions/loader.h"
#include "partitions/partition.h"
#include "partitions/source.h"

void halt(void) __attribute__((noreturn));

static struct context_stage2 stage2_of(const struct vcpu_state *vcpu)
{
    const struct partition_config *partition = vcpu->config->partition;

    return (struct context_stage2){partition->vtcr, partition->vttbr};
}

bool run_answer_posts(void)
{
    uint32_t kinds = core_take_posts();
    struct vcpu_state *vcpu = this_core()->current;

    if ((kinds & 1U << POST_HALT) != 0U) {
        halt();
    }
    if ((kinds & 1U << POST_CONSOLE) != 0U) {
        console_service();
    }
    if ((kinds & 1U << POST_VCPU) == 0U || vcpu == NULL) {
        return false;
    }
    vuart_update(vcpu);
    vgic_sync(vcpu);
    return vcpu->config->partition->state->phase != PARTITION_RUNNING;
}

/* Off the core: afterwards nothing of the vCPU is left in it. */
static void put(struct vcpu_state *vcpu, const struct frame *frame)
{
    struct partition_state *partition = vcpu->config->partition->state;
    uint64_t serror = context_serror_window();

    vgic_put(vcpu);
    context_put(&vcpu->context, frame);
    trace_exit(BULKHEAD_TRACE_VCPU_PUT, source_of(vcpu), 0U, 0U);
    this_core()->current = NULL;
    if (serror != 0U) {
        health_serror(vcpu, serror);
    }
    ticket_acquire(&partition->lock);
    vcpu->loaded = false;
    partition_settle(partition);
    ticket_release(&partition->lock);
}

/* Decides under the lock whether this vCPU runs now; a CPU_ON that was accepted takes effect here. */
static bool claim(struct vcpu_state *vcpu)
{
    struct partition_state *partition = vcpu->config->partition->state;
    bool start = false;

    ticket_acquire(&partition->lock);
    if (partition->phase == PARTITION_RUNNING && vcpu->power != VCPU_OFF) {
        start = vcpu->power == VCPU_ON_PENDING;
        vcpu->loaded = true;
    }
    ticket_release(&partition->lock);
    if (start) {
        context_reset(&vcpu->context, vcpu->config->index, vcpu->entry, vcpu->argument);
        vgic_reset_vcpu(vcpu);
        ticket_acquire(&partition->lock);
        vcpu->power = VCPU_ON; /* only now may others see it on: what they send it is not reset away */
        ticket_release(&partition->lock);
    }
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
    this_core()->current = vcpu;
    context_load(&vcpu->context, frame, &stage2);
    vgic_load(vcpu);
    vuart_update(vcpu);
    trace_exit(BULKHEAD_TRACE_VCPU_LOAD, source_of(vcpu), 0U, vcpu->context.pc);
}

/* Something to be done for a partition of this core while no vCPU runs: another page to load. */
static struct partition_state *loading_here(void)
{
    const struct core_config *core = this_core()->config;

    for (uint32_t n = 0U; n < core->vcpu_count; n++) {
        struct partition_state *partition = core->vcpus[n]->partition->state;

        if (core->vcpus[n]->index == 0U && partition->phase == PARTITION_LOADING) {
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
        partition_run(partition);
    }
}

void run_load_own(void)
{
    struct partition_state *partition = loading_here();

    while (partition != NULL) {
        load_until_interrupted(partition);
        exit_take_interrupt();
        partition = loading_here();
    }
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

/* The one loop without a bound: a core waits here for as long as it has nothing to run. */
static struct vcpu_state *wait_for_vcpu(void)
{
    struct vcpu_state *vcpu = pick();

    while (vcpu == NULL) {
        struct partition_state *partition = loading_here();

        if (partition != NULL) {
            load_until_interrupted(partition);
        } else {
            core_wait();
            context_serror_check(); /* it would end every WFI at once, and never be seen */
        }
        exit_take_interrupt();
        vcpu = pick();
    }
    return vcpu;
}

void run_switch(struct frame *frame)
{
    struct vcpu_state *current = this_core()->current;

    if (current != NULL) {
        put(current, frame);
    }
    load(wait_for_vcpu(), frame);
}
