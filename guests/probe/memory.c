/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of addresses: nothing but the partition's own memory and devices is there. */
#include "guests/probe/probe.h"

#include "guests/lib/machine.h"
#include "guests/lib/sysreg.h"
#include "guests/probe/assembly.h"

#define UNMAPPED 0x20000000U
#define DTB_MAGIC_LITTLE_ENDIAN 0xedfe0dd0U
#define DTB_LIMIT 0x10000U /* Bulkhead keeps a generated device tree in the first 64 KiB of memory */

static bool check_unmapped(uint64_t address)
{
    uint64_t value = 0U;

    return expect_external_abort(attempt_read(address, 4U, &value), address) &&
           expect_external_abort(attempt_write(address, 4U, 0xffffffffU), address);
}

static bool check_size(uint64_t size)
{
    uint64_t value = 0U;

    return expect_external_abort(attempt_read(UNMAPPED, (uint32_t)size, &value), UNMAPPED) &&
           expect_external_abort(attempt_write(UNMAPPED, (uint32_t)size, 0U), UNMAPPED);
}

static bool check_load_post_index(uint64_t address)
{
    attempt_begin();
    assembly_load_post_index(address);
    return expect_external_abort(attempt_end(), address);
}

static bool check_store_post_index(uint64_t address)
{
    attempt_begin();
    assembly_store_post_index(address);
    return expect_external_abort(attempt_end(), address);
}

static bool check_load_pair(uint64_t address)
{
    attempt_begin();
    assembly_load_pair(address);
    return expect_external_abort(attempt_end(), address);
}

/* A fault leaves the other registers and the flow alone, however often. */
static bool check_storm(uint64_t count)
{
    for (uint64_t n = 0U; n < count; n++) {
        uint64_t value = n;
        struct attempt attempt = attempt_read(UNMAPPED + 8U * n, 8U, &value);

        if (!expect_external_abort(attempt, UNMAPPED + 8U * n) || !expect_equal("target register", value, n)) {
            return false;
        }
    }
    return true;
}

static bool check_ram(uint64_t address)
{
    uint64_t value = 0U;
    struct attempt write = attempt_write(address, 8U, 0x0123456789abcdefULL);
    struct attempt read = attempt_read(address, 8U, &value);

    return expect_equal("faults", write.faults + read.faults, 0U) &&
           expect_equal("value", value, 0x0123456789abcdefULL);
}

static bool check_dtb(uint64_t unused)
{
    uint64_t magic = 0U;

    (void)unused;
    return expect("the device tree is in the first 64 KiB",
                  probe_dtb >= MACHINE_RAM && probe_dtb < MACHINE_RAM + DTB_LIMIT) &&
           expect_equal("alignment", probe_dtb & 7U, 0U) &&
           expect_equal("faults", attempt_read(probe_dtb, 4U, &magic).faults, 0U) &&
           expect_equal("magic", magic, DTB_MAGIC_LITTLE_ENDIAN);
}

/* The library's own stage 1: constants stay constant. */
static bool check_read_only(uint64_t address)
{
    struct attempt attempt = attempt_write(address, 8U, 0U);

    return expect_equal("faults", attempt.faults, 1U) &&
           expect_equal("fault status", EXCEPTION_FAULT_STATUS(attempt.esr) & ~3U, EXCEPTION_FAULT_PERMISSION);
}

#define NOTHING(address)                                                                                               \
    {                                                                                                                  \
        "nothing is at " #address, check_unmapped, address                                                             \
    }

static const struct check list[] = {
    {"x0 pointed to a device tree at the entry", check_dtb, 0U},
    {"the last word of memory is there", check_ram, MACHINE_RAM_END - 8U},
    {"the guest cannot write its own text", check_read_only, MACHINE_TEXT},
    {"the guest cannot write its device tree", check_read_only, MACHINE_RAM},
    NOTHING(0x00000000),
    NOTHING(0x02000000),
    NOTHING(0x07fffffc),
    {"a GICv2 CPU interface is not there", check_unmapped, 0x08010000U},
    {"a GICv2 hypervisor interface is not there", check_unmapped, 0x08030000U},
    {"the ITS is not there", check_unmapped, 0x08080000U},
    {"a third redistributor is not there", check_unmapped, MACHINE_GICR + 2U * MACHINE_GICR_STRIDE},
    {"an eighth redistributor is not there", check_unmapped, MACHINE_GICR + 7U * MACHINE_GICR_STRIDE},
    {"the real-time clock is not there", check_unmapped, 0x09010000U},
    {"the other partition's UART is not there", check_unmapped, 0x09040000U},
    {"the SMMU is not there", check_unmapped, 0x09050000U},
    {"virtio devices are not there", check_unmapped, 0x0a000000U},
    NOTHING(0x20000000),
    NOTHING(0x3f000000),
    NOTHING(0x3ffffffc),
    {"nothing is right behind the memory", check_unmapped, MACHINE_RAM_END},
    NOTHING(0x80000000),
    NOTHING(0xfffffffc),
    {"a byte access to nothing aborts", check_size, 1U},
    {"a half-word access to nothing aborts", check_size, 2U},
    {"a double-word access to nothing aborts", check_size, 8U},
    {"a load with write-back from nothing aborts", check_load_post_index, UNMAPPED},
    {"a store with write-back to nothing aborts", check_store_post_index, UNMAPPED},
    {"a load of a pair from nothing aborts", check_load_pair, UNMAPPED},
    {"a load with write-back from the distributor aborts", check_load_post_index, MACHINE_GICD},
    {"a load of a pair from the distributor aborts", check_load_pair, MACHINE_GICD},
    {"a thousand aborts in a row change nothing", check_storm, 1000U},
};
const struct checks memory_checks = CHECKS(list);
