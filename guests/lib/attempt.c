/* SPDX-License-Identifier: Apache-2.0 */
/* Accesses that may fault; see attempt.h. Each vCPU has its own record, touched by that vCPU alone. */
#include "guests/lib/attempt.h"

#include "guests/lib/machine.h"
#include "guests/lib/sysreg.h"

static struct attempt_state {
    volatile bool armed;
    volatile uint32_t faults;
    volatile uint64_t esr;
    volatile uint64_t far;
} attempts[MACHINE_CPUS];

void attempt_begin(void)
{
    struct attempt_state *state = &attempts[cpu_index()];

    state->faults = 0U;
    state->esr = 0U;
    state->far = 0U;
    state->armed = true;
    barrier_full();
}

struct attempt attempt_end(void)
{
    struct attempt_state *state = &attempts[cpu_index()];

    barrier_full();
    barrier_instructions();
    state->armed = false;
    return (struct attempt){state->faults, state->esr, state->far};
}

/* @implements REQ-GUEST-003 */
bool attempt_fault(struct exception_frame *frame, uint64_t esr, uint64_t far)
{
    struct attempt_state *state = &attempts[cpu_index()];
    uint64_t class = EXCEPTION_CLASS(esr);
    bool expected = class == EXCEPTION_CLASS_UNKNOWN || class == EXCEPTION_CLASS_TRAPPED_REGISTER ||
                    class == EXCEPTION_CLASS_SVE || class == EXCEPTION_CLASS_DATA_ABORT;

    if (!state->armed || !expected) {
        return false;
    }
    state->faults++;
    state->esr = esr;
    state->far = far;
    frame->elr += 4U;
    return true;
}

static uint64_t attempt_load(uint64_t address, uint32_t size, uint64_t value)
{
    switch (size) {
    case 1U:
        __asm__ volatile("ldrb %w0, [%1]" : "+r"(value) : "r"(address) : "memory");
        break;
    case 2U:
        __asm__ volatile("ldrh %w0, [%1]" : "+r"(value) : "r"(address) : "memory");
        break;
    case 4U:
        __asm__ volatile("ldr %w0, [%1]" : "+r"(value) : "r"(address) : "memory");
        break;
    default:
        __asm__ volatile("ldr %0, [%1]" : "+r"(value) : "r"(address) : "memory");
        break;
    }
    return value;
}

struct attempt attempt_read(uint64_t address, uint32_t size, uint64_t *value)
{
    attempt_begin();
    *value = attempt_load(address, size, *value);
    return attempt_end();
}

struct attempt attempt_write(uint64_t address, uint32_t size, uint64_t value)
{
    attempt_begin();
    switch (size) {
    case 1U:
        __asm__ volatile("strb %w0, [%1]" ::"r"(value), "r"(address) : "memory");
        break;
    case 2U:
        __asm__ volatile("strh %w0, [%1]" ::"r"(value), "r"(address) : "memory");
        break;
    case 4U:
        __asm__ volatile("str %w0, [%1]" ::"r"(value), "r"(address) : "memory");
        break;
    default:
        __asm__ volatile("str %0, [%1]" ::"r"(value), "r"(address) : "memory");
        break;
    }
    return attempt_end();
}
