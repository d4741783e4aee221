/* SPDX-License-Identifier: Apache-2.0 */
/* A physical interrupt controller that journals what EL2 does to it and delivers what the test made pending. */
#include "tests/unit/fake/board.h"
#include "tests/unit/fake/gic_recorder.h"
#include "tests/unit/fake/machine.h"
#include "arch/arm64/gic.h"

static uint32_t pending[FAKE_GIC_PENDING];
static uint32_t raised;
static uint32_t taken;
bool fake_gic_wakes;

void fake_gic_reset(void)
{
    raised = 0U;
    taken = 0U;
    fake_gic_wakes = true;
}

void fake_gic_raise(uint32_t intid)
{
    pending[raised % FAKE_GIC_PENDING] = intid;
    raised++;
}

uint32_t gic_take(void)
{
    uint32_t intid = GIC_INTID_SPURIOUS;

    if (taken < raised) {
        intid = pending[taken % FAKE_GIC_PENDING];
        taken++;
    }
    fake_record("gic_take", intid, 0U, 0U);
    return intid;
}

bool gic_interrupt_pending(void)
{
    return taken < raised;
}

#define RECORD_1(name, type)                                                                                           \
    void name(type a)                                                                                                  \
    {                                                                                                                  \
        fake_record(#name, a, 0U, 0U);                                                                                 \
    }
#define RECORD_2(name, type_a, type_b)                                                                                 \
    void name(type_a a, type_b b)                                                                                      \
    {                                                                                                                  \
        fake_record(#name, a, b, 0U);                                                                                  \
    }

RECORD_1(gic_deactivate, uint32_t)
RECORD_1(gic_spi_enable, uint32_t)
RECORD_1(gic_spi_disable, uint32_t)
RECORD_1(gic_spi_reset, uint32_t)
RECORD_1(gic_ppi_enable, uint32_t)
RECORD_1(gic_ppi_disable, uint32_t)
RECORD_2(gic_spi_configure, uint32_t, bool)
RECORD_2(gic_spi_route, uint32_t, uint64_t)

void gic_send_sgi(uint64_t target, uint32_t id)
{
    fake_count_post(target, id);
    fake_record("gic_send_sgi", target, id, 0U);
}

void gic_list_first_write(uint64_t value)
{
    fake_record("gic_list_first_write", value, 0U, 0U);
}

void gic_init_board(void)
{
    fake_record("gic_init_board", 0U, 0U, 0U);
}

bool gic_init_core(void)
{
    fake_record("gic_init_core", 0U, 0U, 0U);
    return fake_gic_wakes;
}
