/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical interrupts: the timer and SPIs go to vCPUs through hardware list registers, the rest is EL2's own.
 * @implements REQ-IRQ-001
 * @implements REQ-IRQ-002
 */
#include "arch/arm64/core.h"
#include "arch/arm64/trace.h"
#include "partitions/console.h"
#include "partitions/deadline.h"
#include "partitions/dma.h"
#include "partitions/exit.h"
#include "partitions/run.h"
#include "partitions/timer.h"

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
    if (intid < GIC_FIRST_SPI) {
        gic_ppi_disable(intid);
    } else if (intid < GIC_INTID_SPECIAL) {
        gic_spi_disable(intid);
    }
    gic_deactivate(intid);
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
        if (!dma_interrupt(intid)) {
            refuse(intid);
        }
        return;
    }
    if (route->partition->state->phase != PARTITION_RUNNING) { /* it was on its way when the partition stopped */
        gic_spi_disable(intid);
        gic_deactivate(intid);
        return;
    }
    vgic_inject_hardware(route->partition->vcpus[0].state, route->intid);
}

static void take_private(struct vcpu_state *current, uint32_t intid)
{
    switch (intid) {
    case POST_UART:
    case POST_CONSOLE:
    case POST_HALT:
    case POST_DMA:
        gic_deactivate(intid);
        run_answer_post((enum post_kind)intid);
        break;
    case GIC_INTID_VIRTUAL_TIMER:
        if (current != NULL) {
            vgic_inject_hardware(current, intid);
        } else { /* rose while its vCPU was leaving; it will rise again when that is back */
            gic_deactivate(intid);
        }
        break;
    case GIC_INTID_PHYSICAL_TIMER:
        if (current != NULL) {
            timer_changed(current);
        } /* else as the virtual timer's */
        gic_deactivate(intid);
        break;
    case GIC_INTID_EL2_TIMER:
        deadline_timer();
        gic_deactivate(intid);
        break;
    case GIC_INTID_MAINTENANCE:
        if (current != NULL) {
            vgic_sync(current);
        }
        gic_deactivate(intid);
        break;
    default:
        refuse(intid);
        break;
    }
}

/* Looked at before anything longer is done: no interrupt can hold up a stop. */
static inline uint32_t must_leave(const struct vcpu_state *current)
{
    return current != NULL && current->partition->phase != PARTITION_RUNNING ? 1U : 0U;
}

/*
 * The vCPU here is to leave, and that comes first, in a section of its own: posts are made again, and a level rises again. The
 * rest is short, and done.
 */
static void put_off(const struct core_state *self, uint32_t intid)
{
    if (intid == POST_UART || intid == POST_CONSOLE || intid == POST_DMA) {
        gic_deactivate(intid);
        core_post(self->index, (enum post_kind)intid);
    } else if (intid == GIC_INTID_MAINTENANCE || intid == GIC_INTID_EL2_TIMER || intid == GIC_INTID_VIRTUAL_TIMER ||
               intid == GIC_INTID_PHYSICAL_TIMER || intid == board_config.uart_intid) {
        gic_deactivate(intid);
    } else if (intid < GIC_FIRST_SPI) {
        take_private(NULL, intid);
    } else {
        take_shared(intid);
    }
}

uint32_t exit_irq(void)
{
    struct core_state *self = this_core();
    uint32_t intid = gic_take();

    if (intid == GIC_INTID_SPURIOUS) {
        return 0U;
    }
    trace_exit(self, BULKHEAD_TRACE_IRQ, intid, 0U, sysreg_read(elr_el2));
    if (intid == GIC_INTID_VIRTUAL_TIMER && self->current != NULL && vgic_timer_now(&self->current->vgic)) {
        return 0U;
    }
    if (intid == (uint32_t)POST_VCPU) {
        gic_deactivate(intid);
        if (self->current == NULL) {
            return 0U;
        }
        if (must_leave(self->current) != 0U) {
            return 1U;
        }
        vgic_look(self->current);
        return 0U;
    }
    if (must_leave(self->current) != 0U) {
        put_off(self, intid);
        return 1U;
    }
    if (intid < GIC_FIRST_SPI) {
        take_private(self->current, intid);
    } else {
        take_shared(intid);
    }
    return 0U;
}

void exit_take_interrupt(void)
{
    (void)exit_irq();
}
