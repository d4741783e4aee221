/* SPDX-License-Identifier: Apache-2.0 */
/* See model.h. */
#include <string.h>

#include "tests/unit/vgic/model.h"

struct model_interrupt model_private[MODEL_VCPUS][32];
struct model_interrupt model_shared[MODEL_INTIDS];
uint32_t model_control;

void model_reset(void)
{
    memset(model_private, 0, sizeof(model_private));
    memset(model_shared, 0, sizeof(model_shared));
    model_control = 0U;
    for (uint32_t v = 0U; v < MODEL_VCPUS; v++) {
        for (uint32_t n = 0U; n < 16U; n++) {
            model_private[v][n].owned = true;
            model_private[v][n].edge = true;
        }
        model_private[v][27].owned = true;
        model_private[v][27].hardware = true;
        model_private[v][30].owned = true;
    }
}

struct model_interrupt *model_find(uint32_t vcpu, uint32_t intid)
{
    return intid < 32U ? &model_private[vcpu][intid] : &model_shared[intid];
}

bool model_pending(const struct model_interrupt *interrupt)
{
    return interrupt->latch || (interrupt->line && !interrupt->edge);
}

void model_line(struct model_interrupt *interrupt, bool level)
{
    if (level && !interrupt->line && interrupt->edge) {
        interrupt->latch = true;
    }
    interrupt->line = level;
}

static bool deliverable(uint32_t n, uint32_t intid, uint32_t running)
{
    const struct model_interrupt *interrupt = model_find(n, intid);

    return interrupt->owned && interrupt->enabled && model_pending(interrupt) && !interrupt->active &&
           (model_control & (interrupt->group1 ? 2U : 1U)) != 0U && (intid < 32U || interrupt->target == n) &&
           interrupt->priority < 0xf8U && interrupt->priority < running;
}

bool model_may_acknowledge(uint32_t n, uint32_t intid, uint32_t running)
{
    for (uint32_t other = 0U; other < MODEL_INTIDS; other++) {
        if (deliverable(n, other, running) &&
            (intid == MODEL_SPURIOUS || model_find(n, other)->priority < model_find(n, intid)->priority)) {
            return false;
        }
    }
    return intid == MODEL_SPURIOUS || deliverable(n, intid, running);
}

void model_acknowledge(uint32_t n, uint32_t intid)
{
    model_find(n, intid)->active = true;
    model_find(n, intid)->latch = false;
}

uint32_t model_read(uint32_t n, uint32_t bank, uint32_t index)
{
    uint32_t value = 0U;

    for (uint32_t bit = 0U; bit < 32U; bit++) {
        const struct model_interrupt *interrupt = model_find(n, index * 32U + bit);
        bool set = false;

        switch (bank) {
        case 0x080U:
            set = interrupt->group1;
            break;
        case 0x100U:
        case 0x180U:
            set = interrupt->enabled;
            break;
        case 0x200U:
        case 0x280U:
            set = model_pending(interrupt);
            break;
        case 0x300U:
        case 0x380U:
            set = interrupt->active;
            break;
        default:
            break;
        }
        value |= set ? 1U << bit : 0U;
    }
    return value;
}

void model_write(uint32_t n, uint32_t bank, uint32_t index, uint32_t bits)
{
    for (uint32_t bit = 0U; bit < 32U; bit++) {
        struct model_interrupt *interrupt = model_find(n, index * 32U + bit);
        bool one = (bits >> bit & 1U) != 0U;

        if (!interrupt->owned || (!one && bank != 0x080U)) {
            continue;
        }
        switch (bank) {
        case 0x080U:
            interrupt->group1 = one;
            break;
        case 0x100U:
            interrupt->enabled = true;
            break;
        case 0x180U:
            interrupt->enabled = false;
            break;
        case 0x200U:
            interrupt->latch = true;
            break;
        case 0x280U:
            interrupt->latch = false;
            break;
        case 0x300U:
            interrupt->active = true;
            break;
        case 0x380U:
            interrupt->active = false;
            break;
        default:
            break;
        }
    }
}
