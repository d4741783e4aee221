/* SPDX-License-Identifier: Apache-2.0 */
/* See smmuv3_fixture.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/smmu/smmuv3_fixture.h"
#include "include/bulkhead/trace.h"
#include "smmu/smmuv3.h"
#include "tests/unit/fake/machine.h"
#include "tests/unit/smmu/smmuv3_model.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct stream_config ivi_streams[IVI_STREAMS] = {{0U, 1U, 0U, ENTRY(1U)}, {0U, 3U, 0U, ENTRY(3U)}};
static const struct stream_config aux_streams[] = {{0U, 2U, 0U, ENTRY(2U)}};
const uint32_t partition_count = 2U;
const struct partition_config partition_configs[] = {
    {.vmid = IVI_VMID, .stream_count = 2U, .streams = ivi_streams},
    {.vmid = 3U, .stream_count = 1U, .streams = aux_streams},
};
const uint32_t smmu_count = 1U;
struct smmu_config smmuv3_config;

/* What the config compiler puts into the entries of valid streams. */
void smmuv3_fill_entries(uint64_t word0)
{
    for (uint32_t n = 1U; n < MODEL_STREAMS; n++) {
        uint64_t *entry = ENTRY(n);

        entry[0] = word0;
        entry[2] = n == 2U ? 3U : IVI_VMID;
    }
}

int smmuv3_set_up(void **state)
{
    (void)state;
    fake_machine_reset();
    model_reset();
    smmuv3_fill_entries(0U);
    smmuv3_config = (struct smmu_config){.base = {MODEL_BASE},
                                         .table = (uint64_t)model_entries | 1ULL << 62,
                                         .table_config = 2U,
                                         .id_bits = 2U,
                                         .output_bits = 40U,
                                         .coherent = true,
                                         .commands_log2 = MODEL_COMMANDS_LOG2,
                                         .events_log2 = MODEL_EVENTS_LOG2,
                                         .commands = model_commands,
                                         .events = model_events};
    return 0;
}

void smmuv3_init(void)
{
    uint64_t found;
    uint64_t expected;

    assert_null(smmu_init(0U, &found, &expected));
}

void smmuv3_attach_ivi(void)
{
    struct smmu_ticket ticket;

    smmu_begin(0U, &ticket);
    for (uint32_t n = 0U; n < COUNT(ivi_streams); n++) {
        assert_true(smmu_attach(&partition_configs[0], &ivi_streams[n]));
    }
    assert_true(smmu_sync(0U, &ticket));
    assert_int_equal(smmu_sync_poll(0U, &ticket), SMMU_DONE);
}
