/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks of the distributor's and redistributors' registers: identification, and that interrupts of others read as
 * zero and cannot be written. This partition owns the UART's interrupt and no other shared one.
 */
#include "guests/probe/probe.h"

#include "guests/lib/gic.h"
#include "guests/lib/machine.h"
#include "guests/lib/mmio.h"

#define UART_BIT (1U << (MACHINE_INTID_UART - 32U))
/* PMU, GIC maintenance, EL2 timer: PPIs that no guest owns. */
#define DENIED_PPIS (1U << 23 | 1U << 25 | 1U << 26)

static bool check_pidr2(uint64_t base)
{
    return expect_equal("architecture revision", mmio_read32(base + GIC_PIDR2) >> 4 & 0xfU, 3U);
}

static bool check_ctlr(uint64_t unused)
{
    uint32_t ctlr = mmio_read32(MACHINE_GICD + GICD_CTLR);

    (void)unused;
    return expect("DS, ARE and EnableGrp1 are set", (ctlr & 0x52U) == 0x52U);
}

static bool check_typer2(uint64_t unused)
{
    (void)unused;
    return expect_equal("GICD_TYPER2", mmio_read32(MACHINE_GICD + 0xcU), 0U);
}

static bool check_redistributor(uint64_t index)
{
    uint64_t typer = mmio_read64(gic_redistributor((uint32_t)index) + GICR_TYPER);

    return expect_equal("affinity", typer >> 32, index) &&
           expect_equal("processor number", typer >> 8 & 0xffffU, index) &&
           expect_equal("Last", typer >> 4 & 1U, index == MACHINE_CPUS - 1U ? 1U : 0U) &&
           expect_equal("physical LPIs", typer & 1U, 0U);
}

/* Bits of all shared interrupts that stay set after an attempt to set them all. */
static bool only_own_bits(uint32_t offset)
{
    uint32_t words = (mmio_read32(MACHINE_GICD + GICD_TYPER) & 0x1fU) + 1U;

    for (uint32_t n = 1U; n < words; n++) {
        uint64_t word = MACHINE_GICD + offset + 4ULL * n;
        uint32_t own = n == 1U ? UART_BIT : 0U;

        mmio_write32(word, ~own);
        if (!expect_equal("bits of interrupts of others", mmio_read32(word) & ~own, 0U)) {
            return false;
        }
    }
    return true;
}

static bool check_bits(uint64_t offset)
{
    return only_own_bits((uint32_t)offset);
}

static bool check_denied_ppis(uint64_t offset)
{
    uint64_t word = gic_frame(0U) + offset;

    mmio_write32(word, DENIED_PPIS);
    return expect_equal("bits of PPIs of others", mmio_read32(word) & DENIED_PPIS, 0U);
}

static bool check_priority(uint64_t intid)
{
    uint64_t word = MACHINE_GICD + GIC_IPRIORITYR + (intid & ~3ULL);
    uint32_t lane = 0xffU << (8U * (intid % 4U));

    mmio_write8(MACHINE_GICD + GIC_IPRIORITYR + intid, 0xa0U);
    return expect_equal("priority", mmio_read32(word) & lane, 0U);
}

static bool check_route(uint64_t intid)
{
    uint64_t route = MACHINE_GICD + GICD_IROUTER + 8U * intid;

    mmio_write64(route, 1U);
    return expect_equal("route", mmio_read64(route), 0U);
}

static bool check_own_priority(uint64_t unused)
{
    uint64_t lane = MACHINE_GICD + GIC_IPRIORITYR + MACHINE_INTID_UART;
    uint64_t word = lane & ~3ULL;
    uint32_t shift = 8U * (MACHINE_INTID_UART % 4U);

    (void)unused;
    mmio_write8(lane, 0x50U);
    return expect_equal("priority", mmio_read32(word) >> shift & 0xffU, 0x50U);
}

static bool check_own_route(uint64_t unused)
{
    uint64_t route = MACHINE_GICD + GICD_IROUTER + 8U * MACHINE_INTID_UART;
    bool kept;

    (void)unused;
    mmio_write64(route, 1U);
    kept = expect_equal("route", mmio_read64(route), 1U);
    mmio_write64(route, 0U);
    return kept;
}

static bool check_enable_bits(uint64_t unused)
{
    bool enabled;
    bool disabled;

    (void)unused;
    gic_set_bit(MACHINE_INTID_UART, GIC_ISENABLER);
    mmio_write32(MACHINE_GICD + GIC_ISENABLER + 4U, 0U); /* zeroes change nothing */
    enabled = gic_bit(MACHINE_INTID_UART, GIC_ISENABLER) && gic_bit(MACHINE_INTID_UART, GIC_ICENABLER);
    gic_disable(MACHINE_INTID_UART);
    disabled = !gic_bit(MACHINE_INTID_UART, GIC_ISENABLER);
    return expect("ISENABLER enabled it", enabled) && expect("ICENABLER disabled it", disabled);
}

static const struct check list[] = {
    {"the distributor is a GICv3", check_pidr2, MACHINE_GICD},
    {"vCPU 0's redistributor is a GICv3", check_pidr2, MACHINE_GICR},
    {"vCPU 1's redistributor is a GICv3", check_pidr2, MACHINE_GICR + MACHINE_GICR_STRIDE},
    {"the distributor has one security state and affinity routing", check_ctlr, 0U},
    {"GICD_TYPER2 reads as zero", check_typer2, 0U},
    {"the first redistributor is vCPU 0's", check_redistributor, 0U},
    {"the second redistributor is vCPU 1's and the last", check_redistributor, 1U},
    {"the UART's interrupt can be enabled and disabled", check_enable_bits, 0U},
    {"the UART's priority can be set", check_own_priority, 0U},
    {"the UART's interrupt can be routed to vCPU 1", check_own_route, 0U},
    {"interrupts of others cannot be enabled", check_bits, GIC_ISENABLER},
    {"interrupts of others cannot be made pending", check_bits, GIC_ISPENDR},
    {"interrupts of others cannot be made active", check_bits, GIC_ISACTIVER},
    {"interrupts of others have no group", check_bits, GIC_IGROUPR},
    {"private interrupts of others cannot be enabled", check_denied_ppis, GIC_ISENABLER},
    {"private interrupts of others cannot be made pending", check_denied_ppis, GIC_ISPENDR},
    {"the other UART's priority cannot be set", check_priority, 40U},
    {"the SMMU's priority cannot be set", check_priority, 106U},
    {"the other UART's interrupt cannot be routed", check_route, 40U},
    {"the SMMU's interrupt cannot be routed", check_route, 106U},
};
const struct checks distributor_checks = CHECKS(list);
