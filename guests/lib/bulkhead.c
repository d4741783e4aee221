/* SPDX-License-Identifier: Apache-2.0 */
/* Bulkhead's hypercalls that need more than the call; see bulkhead.h. */
#include "guests/lib/bulkhead.h"

#include <bulkhead/hypercall.h>

#include "guests/lib/console.h"
#include "guests/lib/psci.h"
#include "guests/lib/sysreg.h"

bool bulkhead_info(struct bulkhead_info *info)
{
    struct smccc_result version = smccc_hvc(BULKHEAD_VERSION, 0U, 0U, 0U);
    struct smccc_result result;

    *info = (struct bulkhead_info){0U, 0U};
    if (version.x0 < BULKHEAD_VERSION_1_0) {
        return false;
    }
    result = smccc_hvc(BULKHEAD_PARTITION_INFO, 0U, 0U, 0U);
    *info = (struct bulkhead_info){(uint64_t)result.x0, result.x1};
    return true;
}

/* @implements REQ-GUEST-004 */
void bulkhead_crash(uint64_t code)
{
    irq_mask();
    console_flush();
    (void)smccc_hvc(BULKHEAD_CRASH, code, 0U, 0U);
    console_print("guest: nobody takes BULKHEAD_CRASH; switching off\n");
    console_flush();
    (void)psci_system_off();
    for (;;) {
        cpu_wait();
    }
}

void guest_ended(void)
{
    console_print("guest: the function returned on vCPU %u\n", cpu_index());
    bulkhead_crash(BULKHEAD_CRASH_RETURNED);
}
