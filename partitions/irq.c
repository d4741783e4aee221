/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical interrupts: the timer and SPIs go to vCPUs through hardware list registers, the rest is EL2's own.
 * @implements REQ-IRQ-001
 * @implements REQ-IRQ-002
 */
#include "partitions/irq.h"
#include "arch/arm64/core.h"
#include "partitions/console.h"
#include "partitions/run.h"
#include "partitions/source.h"
#include "partitions/supervise.h"

#define INTID_SPECIAL 1020U /* 1020-1023 say that there is nothing to take (2.2.1) */

static const struct trace_source nobody = {TRACE_NOBODY, TRACE_NOBODY};

static const struct route_config *find_route(uint32_t intid)
{
    uint32_t low = 0U;
    uint32_t high = route_count;

    while (low < high) {
        uint32_t middle = (low + high) / 2U;

        if (route_configs[middle].physical == intid) {
            return &route_configs[middle];
        }
        if (route_configs[middle].physical < intid) {
            low = middle + 1U;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* Nobody owns it: it stays off from now on. */
static void refuse(uint32_t intid)
{
    gic_deactivate(intid);
    if (intid < GIC_FIRST_SPI) {
        gic_ppi_disable(intid);
    } else if (intid < INTID_SPECIAL) {
        gic_spi_disable(intid);
    }
    trace_event(BULKHEAD_EVENT_SPURIOUS, nobody, intid, 0U, 0U);
}

static void take_shared(uint32_t intid)
{
    const struct route_config *route;

    if (intid == board_config.uart_intid) {
        console_service();
        gic_deactivate(intid);
        return;
    }
    route = find_route(intid);
    if (route == NULL) {
        refuse(intid);
        return;
    }
    vgic_inject_hardware(route->partition->vcpus[0].state, route->intid);
}

static bool take_private(struct vcpu_state *current, uint32_t intid)
{
    switch (intid) {
    case CORE_SGI:
        gic_deactivate(intid);
        return run_answer_posts();
    case GIC_INTID_EL2_TIMER:
        supervise_timer();
        gic_deactivate(intid);
        break;
    case GIC_INTID_MAINTENANCE:
        if (current != NULL) {
            vgic_sync(current);
        }
        gic_deactivate(intid);
        break;
    case GIC_INTID_VIRTUAL_TIMER: /* rose while its vCPU was leaving; it will rise again when that is back */
        gic_deactivate(intid);
        break;
    default:
        refuse(intid);
        break;
    }
    return false;
}

bool irq_take(struct vcpu_state *current)
{
    uint32_t intid = gic_acknowledge();

    if (intid >= INTID_SPECIAL && intid <= GIC_INTID_SPURIOUS) {
        return false;
    }
    gic_drop_priority(intid);
    trace_exit(BULKHEAD_TRACE_IRQ, current == NULL ? nobody : source_of(current), intid, 0U);
    if (intid == GIC_INTID_VIRTUAL_TIMER && current != NULL) {
        vgic_inject_hardware(current, intid);
        return false;
    }
    if (intid < GIC_FIRST_SPI) {
        return take_private(current, intid);
    }
    take_shared(intid);
    return false;
}
