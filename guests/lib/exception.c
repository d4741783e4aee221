/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions nobody expects: what is known about them, on the console, and then the end of this guest. */
#include "guests/lib/exception.h"

#include "guests/lib/attempt.h"
#include "guests/lib/bulkhead.h"
#include "guests/lib/console.h"
#include "guests/lib/sysreg.h"

static const char *exception_origin(uint32_t kind)
{
    static const char *const origins[] = {"EL1 with SP_EL0", "EL1", "EL0", "AArch32 EL0", "stack overflow"};

    return origins[kind / 4U];
}

static const char *exception_name(uint32_t kind)
{
    static const char *const names[] = {"synchronous exception", "IRQ", "FIQ", "SError"};

    return names[kind % 4U];
}

/* @implements REQ-GUEST-004 */
void exception_unexpected(const struct exception_frame *frame, uint32_t kind)
{
    console_print("guest: unexpected %s from %s on vCPU %u\n", exception_name(kind), exception_origin(kind),
                  cpu_index());
    console_print("guest: ESR=0x%lx ELR=0x%lx FAR=0x%lx SPSR=0x%lx\n", sysreg_read(esr_el1), frame->elr,
                  sysreg_read(far_el1), frame->spsr);
    for (uint32_t n = 0U; n < 30U; n += 3U) {
        console_print("guest: x%u=0x%lx x%u=0x%lx x%u=0x%lx\n", n, frame->x[n], n + 1U, frame->x[n + 1U], n + 2U,
                      frame->x[n + 2U]);
    }
    console_print("guest: x30=0x%lx\n", frame->x[30]);
    bulkhead_crash(BULKHEAD_CRASH_EXCEPTION);
}

void exception_sync(struct exception_frame *frame)
{
    if (!attempt_fault(frame, sysreg_read(esr_el1), sysreg_read(far_el1))) {
        exception_unexpected(frame, 4U);
    }
}
