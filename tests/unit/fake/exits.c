/* SPDX-License-Identifier: Apache-2.0 */
/* What the vectors do between a synchronous exception and the functions of partitions/exit.h. */
#include "tests/unit/fake/exits.h"
#include "partitions/exit.h"

#define HVC_0 0x5a000000U
#define SMC_0 0x5e000000U
#define EC(syndrome) ((syndrome) >> 26)
#define EC_SYSREG 0x18U
#define EC_DATA_ABORT 0x24U

uint32_t fake_exit(struct frame *frame, uint64_t syndrome)
{
    uint32_t abort = (uint32_t)syndrome >> 16 & 31U;
    uint32_t sysreg = (uint32_t)syndrome >> 5 & 31U;

    if (syndrome == HVC_0 || syndrome == SMC_0) {
        return exit_call((uint32_t)(syndrome - HVC_0), frame);
    }
    if (EC(syndrome) == EC_DATA_ABORT && abort < FRAME_SHORT) {
        exit_data_abort(&frame->slot[abort], syndrome);
        return 0U;
    }
    if (EC(syndrome) == EC_SYSREG && sysreg < FRAME_SHORT) {
        exit_sysreg(&frame->slot[sysreg], syndrome);
        return 0U;
    }
    return exit_sync(frame, syndrome);
}
