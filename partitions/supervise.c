/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other cores by PSCI CPU_ON. Nobody waits: the safety VM's core goes on at once; after SUPERVISE_MS a missing core is
 * an event, and a CPU_ON by a guest for a vCPU on it fails (partitions/psci.c).
 * @implements REQ-BOOT-005
 */
#include "partitions/supervise.h"
#include "arch/arm64/core.h"
#include "arch/arm64/smc.h"
#include "partitions/deadline.h"
#include "partitions/health.h"

#define SUPERVISE_MS 500U

void secondary_entry(void);

/* The firmware's answers, for the event. Written and read on the boot core alone. */
static int64_t answers[MAX_CORES];

/* The timer has looked. Written on the boot core alone, read by others. */
static uint32_t looked;

void supervise_start_cores(void)
{
    for (uint32_t core = 1U; core < core_count; core++) {
        answers[core] = smc_call(PSCI_CPU_ON | SMC64, core_configs[core].mpidr, (uint64_t)&secondary_entry,
                                 (uint64_t)&core_configs[core]);
    }
    if (core_count > 1U) {
        deadline_set(DEADLINE_CORES, sysreg_read(cntpct_el0) + sysreg_read(cntfrq_el0) / 1000U * SUPERVISE_MS);
    }
}

bool supervise_missing(uint32_t core)
{
    return __atomic_load_n(&looked, __ATOMIC_ACQUIRE) != 0U &&
           __atomic_load_n(&core_configs[core].state->online, __ATOMIC_ACQUIRE) == 0U;
}

void supervise_timer(void)
{
    __atomic_store_n(&looked, 1U, __ATOMIC_RELEASE);
    for (uint32_t core = 1U; core < core_count; core++) {
        if (supervise_missing(core)) {
            health_core_missing(core, answers[core]);
        }
    }
}
