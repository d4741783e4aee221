/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual GIC that journals its callers. Functions that take the partition's lock themselves end the test when
 * they are called with it held (partitions/vgic.h says which).
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/fake/vgic_recorder.h"
#include "tests/unit/fake/machine.h"
#include "partitions/state.h"

uint64_t fake_vgic_value;
bool fake_vgic_listed;
static int lines[MAX_INTIDS];

void fake_vgic_reset(void)
{
    fake_vgic_value = 0U;
    fake_vgic_listed = false;
    for (uint32_t n = 0U; n < MAX_INTIDS; n++) {
        lines[n] = -1;
    }
}

int fake_vgic_line(uint32_t intid)
{
    return lines[intid];
}

static void record(const char *what, uint64_t a, uint64_t b, uint64_t c)
{
    assert_int_equal(fake_locks_held(), 0U);
    fake_record(what, a, b, c);
}

bool vgic_reset(struct partition_state *partition, uint32_t step)
{
    record("vgic_reset", partition->config->index, step, 0U);
    return step < FAKE_VGIC_RESETS - 1U;
}

bool vgic_route_settle(struct vcpu_state *vcpu)
{
    record("vgic_route_settle", vcpu->config->index, 0U, 0U);
    return false;
}

void vgic_reset_vcpu(struct vcpu_state *vcpu)
{
    record("vgic_reset_vcpu", vcpu->config->index, 0U, 0U);
}

void vgicd_read(uint64_t *value, uint64_t offset, uint32_t size, struct vcpu_state *vcpu)
{
    record("vgicd_read", vcpu->config->index, offset, size);
    *value = fake_vgic_value;
}

void vgicd_read32(uint64_t *value, uint64_t offset, struct vcpu_state *vcpu)
{
    vgicd_read(value, offset, 4U, vcpu);
}

void vgicd_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value)
{
    (void)vcpu;
    record("vgicd_write", offset, size, value);
}

void vgicr_read(uint64_t *value, uint64_t offset, uint32_t size, struct vcpu_state *vcpu)
{
    record("vgicr_read", vcpu->config->index, offset, size);
    *value = fake_vgic_value;
}

void vgicr_write(struct vcpu_state *vcpu, uint64_t offset, uint32_t size, uint64_t value)
{
    (void)vcpu;
    record("vgicr_write", offset, size, value);
}

void vgic_send_sgi(struct vcpu_state *vcpu, uint64_t value)
{
    record("vgic_send_sgi", vcpu->config->index, value, 1U);
}

void vgic_send_sgi_group0(struct vcpu_state *vcpu, uint64_t value)
{
    record("vgic_send_sgi", vcpu->config->index, value, 0U);
}

void vgic_look(struct vcpu_state *vcpu)
{
    record("vgic_look", vcpu->config->index, 0U, 0U);
}

void vgic_deactivate(struct vcpu_state *vcpu, uint64_t value)
{
    record("vgic_deactivate", vcpu->config->index, value, 0U);
}

void vgic_inject_hardware(struct vcpu_state *vcpu, uint32_t intid)
{
    record("vgic_inject_hardware", vcpu->config->partition->index, vcpu->config->index, intid);
}

void vgic_set_line(struct vcpu_state *vcpu, uint32_t intid, bool level)
{
    record("vgic_set_line", vcpu->config->index, intid, level);
    lines[intid] = level ? 1 : 0;
}

void vgic_enter(const struct vcpu_state *vcpu)
{
    ticket_acquire(&vcpu->config->partition->state->lock);
}

void vgic_leave(const struct vcpu_state *vcpu, uint32_t vcpus)
{
    ticket_release(&vcpu->config->partition->state->lock);
    fake_record("vgic_leave", vcpu->config->index, vcpus, 0U);
}

uint32_t vgic_line(struct vcpu_state *vcpu, uint32_t intid, bool level)
{
    assert_int_equal(fake_locks_held(), 1U); /* a device's state and its line change together */
    fake_record("vgic_set_line", vcpu->config->index, intid, level);
    lines[intid] = level ? 1 : 0;
    return 1U << vcpu->config->index;
}

void vgic_sync(struct vcpu_state *vcpu)
{
    record("vgic_sync", vcpu->config->index, 0U, 0U);
}

void vgic_load(struct vcpu_state *vcpu)
{
    record("vgic_load", vcpu->config->index, 0U, 0U);
}

void vgic_put(struct vcpu_state *vcpu)
{
    record("vgic_put", vcpu->config->index, 0U, 0U);
}

bool vgic_listed(void)
{
    return fake_vgic_listed;
}
