/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of the hypervisor: nothing here may rely on anything but this core's registers and the UART.
 * @implements REQ-FAULT-001
 * @implements REQ-FAULT-002
 */
#include "core/fault.h"
#include "arch/arm64/bugs.h"
#include "arch/arm64/core.h"
#include "arch/arm64/memory.h"
#include "arch/arm64/smc.h"
#include "partitions/console.h"
#include "partitions/dma.h"
#include "partitions/state.h"

void halt(void) __attribute__((noreturn));
void __stack_chk_fail(void) __attribute__((noreturn));
extern const uint64_t __stack_chk_guard;

/* A constant: a detector of overruns, not a secret (the image is reproducible). */
const uint64_t __stack_chk_guard = 0x7e3a00ff0d0a91c5ULL;

/* In the last page of the hypervisor's region, which the image file does not contain. */
static struct fault_record records[MAX_CORES] __attribute__((section(".record")));

_Static_assert(sizeof(records) <= PAGE_SIZE, "the fault records fill one page");

void __stack_chk_fail(void)
{
    bug(BUG_STACK_CHECK);
    halt();
}

static void copy_trace(struct fault_record *record, const struct trace_ring *ring)
{
    uint64_t count = ring->written < FAULT_TRACE ? ring->written : FAULT_TRACE;

    for (uint64_t n = 0U; n < count; n++) {
        record->trace[n] = ring->entries[(ring->written - count + n) % BULKHEAD_TRACE_ENTRIES].record;
    }
    record->traced = count;
}

static void fill(struct fault_record *record, const struct fault_frame *frame, const struct core_state *self)
{
    record->time = sysreg_read(cntvct_el0);
    record->core = self->index;
    record->partition = self->current == NULL ? ~0ULL : self->current->config->partition->index;
    record->vector = frame->vector;
    record->esr = sysreg_read(esr_el2);
    record->far = sysreg_read(far_el2);
    record->elr = sysreg_read(elr_el2);
    record->spsr = sysreg_read(spsr_el2);
    record->sp = frame->sp;
    for (uint32_t n = 0U; n < 31U; n++) {
        record->x[n] = frame->x[n];
    }
    copy_trace(record, &self->trace);
    record->magic = FAULT_MAGIC;
    memory_clean_invalidate((va_t){(uint64_t)record}, sizeof(*record));
}

static void print(const struct fault_record *record)
{
    const char *partition = record->partition < partition_count ? partition_configs[record->partition].name : "none";

    console_print("\r\nFAULT in the hypervisor: core %lu, partition %s, vector 0x%lx", (unsigned long)record->core,
                  partition, (unsigned long)record->vector);
    console_print("FAULT esr 0x%lx far 0x%lx elr 0x%lx spsr 0x%lx sp 0x%lx", (unsigned long)record->esr,
                  (unsigned long)record->far, (unsigned long)record->elr, (unsigned long)record->spsr,
                  (unsigned long)record->sp);
    for (uint32_t n = 0U; n < 30U; n += 3U) {
        console_print("FAULT x%02u 0x%016lx x%02u 0x%016lx x%02u 0x%016lx", n, (unsigned long)record->x[n], n + 1U,
                      (unsigned long)record->x[n + 1U], n + 2U, (unsigned long)record->x[n + 2U]);
    }
    console_print("FAULT x30 0x%016lx", (unsigned long)record->x[30]);
    for (uint64_t n = 0U; n < record->traced && n < FAULT_TRACE; n++) {
        const struct bulkhead_trace *event = &record->trace[n];

        console_print("FAULT trace %lu: kind %u partition %u vcpu %u detail 0x%x address 0x%lx pc 0x%lx",
                      (unsigned long)event->time, event->kind, event->partition, event->vcpu, event->detail,
                      (unsigned long)event->address, (unsigned long)event->pc);
    }
}

static const char *safe_state_name(void)
{
    switch (board_config.safe_state) {
    case SAFE_RESET:
        return "reset";
    case SAFE_OFF:
        return "off";
    case SAFE_HALT:
    default:
        return "halt";
    }
}

/* Wait-free: a core that does not answer is no reason not to go on. */
static void stop_others(const struct core_state *self)
{
    __atomic_store_n(&system_ending, 1U, __ATOMIC_RELEASE);
    for (uint32_t core = 0U; core < core_count; core++) {
        if (core != self->index && self->gicr != 0U) { /* before, this core can interrupt nobody */
            core_post(core, POST_HALT);
        }
    }
}

static void enter_safe_state(void)
{
    if (board_config.safe_state == SAFE_RESET) {
        (void)smc_call(PSCI_SYSTEM_RESET, 0U, 0U, 0U);
    } else if (board_config.safe_state == SAFE_OFF) {
        (void)smc_call(PSCI_SYSTEM_OFF, 0U, 0U, 0U);
    }
}

/*
 * Each step may itself fault and bring us back here; it is then taken as done, and the next one follows. The step
 * that matters most needs the least: the safe state is a firmware call.
 */
void fault_enter(const struct fault_frame *frame)
{
    struct core_state *self = this_core();
    uint32_t step = self->faulted;

    self->faulted = step + 1U;
    if (step == 0U) {
        fill(&records[self->index], frame, self);
        step++;
        self->faulted = step + 1U;
    }
    if (step == 1U) {
        stop_others(self);
        dma_stop();
    }
    if (step <= 1U) {
        step = 2U;
        self->faulted = step + 1U;
    }
    if (step == 2U) {
        print(&records[self->index]);
        console_print("FAULT safe state: %s", safe_state_name());
        step++;
        self->faulted = step + 1U;
    }
    if (step == 3U) {
        enter_safe_state();
    }
    halt();
}

void fault_report_previous(void)
{
    for (uint32_t core = 0U; core < MAX_CORES; core++) {
        if (records[core].magic == FAULT_MAGIC) {
            console_print("FAULT record of the run before this one:");
            print(&records[core]);
            records[core].magic = 0U;
            /* In memory, not only in the cache: a reset must not find it again. */
            memory_clean_invalidate((va_t){(uint64_t)&records[core]}, sizeof(records[core]));
        }
    }
}
