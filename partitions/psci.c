/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual PSCI. Section numbers: Arm DEN 0022, issue F.
 * @implements REQ-PSCI-001
 * @implements REQ-PSCI-002
 * @implements REQ-PSCI-003
 * @implements REQ-PSCI-004
 * @implements REQ-PSCI-005
 */
#include "partitions/psci.h"
#include "arch/arm64/core.h"
#include "arch/arm64/smc.h"
#include "partitions/health.h"
#include "partitions/partition.h"
#include "partitions/supervise.h"

#define VERSION_1_1 0x10001U
#define AFFINITY_ON 0
#define AFFINITY_OFF 1
#define AFFINITY_ON_PENDING 2
#define MIGRATE_NOT_REQUIRED 2
#define SMCCC_VERSION 0x80000000U
#define SUSPEND_STANDBY 0x0300ffffU /* power level and state ID of power_state; StateType 0 */

/* Affinity arguments are Aff0 alone: MPIDR of a vCPU is its index. */
static struct vcpu_state *find_vcpu(const struct partition_config *partition, uint64_t affinity)
{
    return affinity < partition->vcpu_count ? partition->vcpus[affinity].state : NULL;
}

/* Where a vCPU can start: at an instruction in the partition's memory. */
static bool is_entry(const struct partition_config *partition, uint64_t entry)
{
    for (uint32_t n = 0U; n < partition->memory_count; n++) {
        if (entry - partition->memory[n].ipa.value < partition->memory[n].size) {
            return (entry & 3U) == 0U;
        }
    }
    return false;
}

/* One caller finds it off, under the partition's lock, and wins. */
static enum vcpu_power start_if_off(struct partition_state *partition, struct vcpu_state *target, uint64_t entry,
                                    uint64_t argument)
{
    enum vcpu_power before;

    ticket_acquire(&partition->lock);
    before = target->power;
    if (before == VCPU_OFF) {
        target->entry = IPA(entry);
        target->argument = argument;
        target->power = VCPU_ON_PENDING;
    }
    ticket_release(&partition->lock);
    return before;
}

/* CPU_ON (5.5): the target's core takes it up. */
static int64_t cpu_on(struct partition_state *partition, uint64_t affinity, uint64_t entry, uint64_t argument)
{
    struct vcpu_state *target = find_vcpu(partition->config, affinity);

    if (target == NULL) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (!is_entry(partition->config, entry)) {
        return PSCI_INVALID_ADDRESS;
    }
    if (supervise_missing(target->config->core)) {
        return PSCI_INTERNAL_FAILURE; /* its core never came up; the event says so */
    }
    switch (start_if_off(partition, target, entry, argument)) {
    case VCPU_OFF:
        core_post(target->config->core, POST_VCPU);
        return PSCI_SUCCESS;
    case VCPU_ON_PENDING:
        return PSCI_ON_PENDING;
    case VCPU_ON:
    default:
        return PSCI_ALREADY_ON;
    }
}

/* Nobody is left who could start another vCPU, and nothing else will. [lock] */
static bool is_abandoned(const struct partition_state *partition)
{
    for (uint32_t v = 0U; v < partition->config->vcpu_count; v++) {
        if (partition->config->vcpus[v].state->power != VCPU_OFF) {
            return false;
        }
    }
    return partition->phase == PARTITION_RUNNING;
}

/* CPU_OFF (5.6), of the last vCPU too: what is left is an event. */
static uint32_t cpu_off(struct vcpu_state *vcpu)
{
    struct partition_state *partition = vcpu->config->partition->state;
    bool abandoned;

    ticket_acquire(&partition->lock);
    vcpu->power = VCPU_OFF;
    abandoned = is_abandoned(partition);
    ticket_release(&partition->lock);
    if (abandoned) {
        health_note(vcpu, BULKHEAD_EVENT_ALL_OFF, 0U, 0U);
    }
    return 1U;
}

/* AFFINITY_INFO (5.7): level 0 only, which is all that a flat topology has. */
static int64_t affinity_info(struct partition_state *partition, uint64_t affinity, uint32_t level)
{
    const struct vcpu_state *target = find_vcpu(partition->config, affinity);
    enum vcpu_power power;

    if (target == NULL || level != 0U) {
        return PSCI_INVALID_PARAMETERS;
    }
    ticket_acquire(&partition->lock);
    power = target->power;
    ticket_release(&partition->lock);
    if (power == VCPU_OFF) {
        return AFFINITY_OFF;
    }
    return power == VCPU_ON ? AFFINITY_ON : AFFINITY_ON_PENDING;
}

/*
 * CPU_SUSPEND (5.4) as standby: the vCPU stays where it is and waits as WFI does. Power-down states, and bits that the
 * original power_state format (5.4.2) does not have, are no valid state.
 */
static int64_t cpu_suspend(uint32_t state)
{
    if ((state & ~SUSPEND_STANDBY) != 0U) {
        return PSCI_INVALID_PARAMETERS;
    }
    if (!vgic_listed()) {
        core_wait();
    }
    return PSCI_SUCCESS;
}

static int64_t features(uint32_t function)
{
    switch (function) {
    case PSCI_VERSION:
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | SMC64:
    case PSCI_CPU_OFF:
    case PSCI_CPU_ON:
    case PSCI_CPU_ON | SMC64:
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO | SMC64:
    case PSCI_MIGRATE_INFO_TYPE:
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
    case PSCI_FEATURES:
    case SMCCC_VERSION:
        return PSCI_SUCCESS;
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

/* Arguments of a 32-bit call are 32 bits wide (SMCCC 1.2, 3.1). */
static uint64_t argument(const struct frame *frame, uint32_t function, uint32_t n)
{
    return (function & SMC64) != 0U ? frame->slot[n] : (uint32_t)frame->slot[n];
}

static int64_t answer(struct vcpu_state *vcpu, const struct frame *frame, uint32_t function)
{
    struct partition_state *partition = vcpu->config->partition->state;

    switch (function) {
    case PSCI_VERSION:
        return VERSION_1_1;
    case PSCI_CPU_SUSPEND:
    case PSCI_CPU_SUSPEND | SMC64:
        return cpu_suspend((uint32_t)frame->slot[1]);
    case PSCI_CPU_ON:
    case PSCI_CPU_ON | SMC64:
        return cpu_on(partition, argument(frame, function, 1U), argument(frame, function, 2U),
                      argument(frame, function, 3U));
    case PSCI_AFFINITY_INFO:
    case PSCI_AFFINITY_INFO | SMC64:
        return affinity_info(partition, argument(frame, function, 1U), (uint32_t)frame->slot[2]);
    case PSCI_MIGRATE_INFO_TYPE:
        return MIGRATE_NOT_REQUIRED;
    case PSCI_FEATURES:
        return features((uint32_t)frame->slot[1]);
    default:
        return PSCI_NOT_SUPPORTED;
    }
}

uint32_t psci_answer(struct vcpu_state *vcpu, struct frame *frame, uint32_t function)
{
    struct partition_state *partition = vcpu->config->partition->state;

    switch (function) {
    case PSCI_CPU_OFF:
        return cpu_off(vcpu);
    case PSCI_SYSTEM_OFF:
    case PSCI_SYSTEM_RESET:
        (void)partition_request_stop(partition, function == PSCI_SYSTEM_RESET);
        return 1U;
    default:
        frame->slot[0] = (uint64_t)answer(vcpu, frame, function);
        return 0U;
    }
}
