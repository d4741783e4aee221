/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot sequence, top to bottom.
 * @implements REQ-BOOT-006
 */
#include "core/main.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "arch/arm64/cpu.h"
#include "arch/arm64/trace.h"
#include "core/fault.h"
#include "partitions/console.h"
#include "partitions/dma.h"
#include "partitions/partition.h"
#include "partitions/run.h"
#include "partitions/supervise.h"

void halt(void) __attribute__((noreturn));

/* What every core does. A chip that is not the one configured ends here, with a record that says so. */
static void start_core(const struct core_config *config)
{
    struct core_state *self = this_core();
    struct trace_source nobody = {TRACE_NOBODY, TRACE_NOBODY};
    uint64_t found = 0U;
    uint64_t expected = 0U;
    const char *difference;
    uint64_t serror;

    self->config = config;
    self->index = (uint32_t)(config - core_configs);
    cpu_init();
    serror = context_serror_window();
    difference = cpu_check(config, &found, &expected);
    if (difference != NULL) {
        console_print("bulkhead: core %u is not the one configured: %s is 0x%lx, should be 0x%lx", self->index,
                      difference, (unsigned long)found, (unsigned long)expected);
        bug(BUG_WRONG_CHIP);
    }
    if (!gic_init_core()) {
        bug(BUG_GIC_WAKE);
    }
    self->trace.source = trace_source_bits(nobody);
    trace_exit(self, BULKHEAD_TRACE_CORE_START, self->index, config->mpidr, 0U);
    if (serror != 0U) {
        trace_event(BULKHEAD_EVENT_SERROR, nobody, (uint32_t)serror, 0U, 0U); /* the firmware's legacy */
    }
    if (self->index == board_config.service_core) {
        console_start_service();
        dma_start_service();
    }
    __atomic_store_n(&self->online, 1U, __ATOMIC_RELEASE);
    if (__atomic_load_n(&system_ending, __ATOMIC_ACQUIRE) != 0U) {
        halt(); /* posted before this core could be interrupted */
    }
}

void main_boot(const struct core_config *config)
{
    console_init();
    console_print("%s", boot_line);
    fault_report_previous();
    gic_init_board();
    partition_init_all();
    dma_init();
    start_core(config);
    run_load_own(); /* the partitions of the boot core come first: nobody else runs before they are in memory */
    supervise_start_cores();
}

void main_secondary(const struct core_config *config)
{
    start_core(config);
}
