/* SPDX-License-Identifier: Apache-2.0 */
/* See smmuv3_model.h. Section numbers: Arm IHI 0070, issue F. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/smmu/smmuv3_model.h"
#include "tests/unit/fake/machine.h"
#include "arch/arm64/memory.h"
#include "arch/arm64/mmio.h"

#define QUEUE_MASK (2U * MODEL_COMMANDS - 1U)
#define EVENT_MASK (2U * MODEL_EVENTS - 1U)
#define OVERFLOW_FLAG (1U << 31)
#define REGISTERS 0x100b0U

struct model model;
_Alignas(1024) uint64_t model_commands[2U * MODEL_COMMANDS];
_Alignas(1024) uint64_t model_events[4U * MODEL_EVENTS];
_Alignas(1024) uint64_t model_entries[8U * MODEL_STREAMS];

/* Memory, where it is not what the core sees. */
static uint64_t memory_commands[2U * MODEL_COMMANDS];
static uint64_t memory_events[4U * MODEL_EVENTS];
static uint64_t memory_entries[8U * MODEL_STREAMS];

static uint32_t registers[REGISTERS / 4U];
static struct {
    bool there;
    uint64_t word[8];
} cached[MODEL_STREAMS];
static bool translated[256]; /* by VMID: its translations are in the TLB */
static uint32_t produced_before;

#define GBPA 0x44U
#define CR0 0x20U
#define CR0ACK 0x24U
#define IRQ_CTRL 0x50U
#define IRQ_CTRLACK 0x54U
#define GERROR 0x60U
#define GERRORN 0x64U
#define CMDQ_BASE 0x90U
#define CMDQ_PROD 0x98U
#define CMDQ_CONS 0x9cU
#define EVENTQ_BASE 0xa0U
#define EVENTQ_PROD 0x100a8U
#define EVENTQ_CONS 0x100acU

static uint32_t *reg(uint32_t offset)
{
    assert_true(offset < REGISTERS && offset % 4U == 0U);
    return &registers[offset / 4U];
}

void model_reset(void)
{
    memset(&model, 0, sizeof(model));
    memset(registers, 0, sizeof(registers));
    memset(cached, 0, sizeof(cached));
    memset(translated, 0, sizeof(translated));
    memset(model_entries, 0, sizeof(model_entries));
    memset(memory_entries, 0, sizeof(memory_entries));
    memset(memory_commands, 0xee, sizeof(memory_commands));
    memset(model_events, 0xee, sizeof(model_events));
    produced_before = 0U;
    model.coherent = true;
    model.idr0 = 0x0d44101bU;
    model.idr1 = 0x02730010U;
    model.idr5 = 0x74U;
    model.gbpa = 0x1000U;
}

static const uint64_t *command_at(uint32_t position)
{
    return &(model.coherent ? model_commands : memory_commands)[2U * (position % MODEL_COMMANDS)];
}

static const uint64_t *entry_of(uint32_t stream)
{
    return &(model.coherent ? model_entries : memory_entries)[8U * stream];
}

void model_error(uint32_t bits)
{
    model.gerror ^= bits & ~(model.gerror ^ model.gerrorn);
}

static void carry_out(const uint64_t *command)
{
    uint32_t stream = (uint32_t)(command[0] >> 32);

    switch (command[0] & 0xffU) {
    case 0x03U: /* CFGI_STE */
        assert_true(stream < MODEL_STREAMS);
        cached[stream].there = false;
        break;
    case 0x04U: /* CFGI_STE_RANGE of everything */
        assert_int_equal(command[1] & 0x1fU, 31U);
        memset(cached, 0, sizeof(cached));
        break;
    case 0x28U: /* TLBI_S12_VMALL */
        translated[stream & 0xffU] = false;
        break;
    case 0x30U: /* TLBI_NSNH_ALL */
        memset(translated, 0, sizeof(translated));
        break;
    case 0x46U:
        break;
    default:
        fail_msg("command 0x%llx", (unsigned long long)command[0]);
    }
}

/* 4.1 and 7.1: up to PROD, or to a command that is refused. */
static void consume(void)
{
    while (!model.stuck && (model.cr0 & 8U) != 0U && ((model.gerror ^ model.gerrorn) & 1U) == 0U &&
           (*reg(CMDQ_CONS) & QUEUE_MASK) != (*reg(CMDQ_PROD) & QUEUE_MASK)) {
        uint32_t position = *reg(CMDQ_CONS) & QUEUE_MASK;
        const uint64_t *command = command_at(position);

        if (model.refuse != 0U && (command[0] & 0xffU) == model.refuse) {
            *reg(CMDQ_CONS) = position | 1U << 24;
            model_error(1U);
            return;
        }
        assert_true(model.commands < 64U);
        model.log[model.commands][0] = command[0];
        model.log[model.commands][1] = command[1];
        model.commands++;
        carry_out(command);
        *reg(CMDQ_CONS) = (position + 1U) & QUEUE_MASK;
    }
}

void model_resume(void)
{
    model.stuck = false;
    consume();
}

bool model_access(uint32_t stream, uint32_t vmid)
{
    if ((model.cr0 & 1U) == 0U) {
        return (model.gbpa & 1U << 20) == 0U;
    }
    if (!cached[stream].there) {
        memcpy(cached[stream].word, entry_of(stream), sizeof(cached[stream].word));
        cached[stream].there = true;
    }
    if ((cached[stream].word[0] & 0xfU) != 0xdU || (cached[stream].word[2] & 0xffffU) != vmid) {
        return false;
    }
    translated[vmid] = true;
    return true;
}

/* 3.5.2, 7.4: without room it is dropped, and the flag of PROD is turned unless it was turned before. */
void model_event(uint64_t word0, uint64_t word1, uint64_t word2, uint64_t word3)
{
    uint32_t produced = *reg(EVENTQ_PROD);
    uint32_t consumed = *reg(EVENTQ_CONS);
    uint64_t *record = &(model.coherent ? model_events : memory_events)[4U * (produced % MODEL_EVENTS)];

    assert_true((model.cr0 & 4U) != 0U);
    if (((produced ^ consumed) & EVENT_MASK) == MODEL_EVENTS) {
        model.events_dropped++;
        if (((produced ^ consumed) & OVERFLOW_FLAG) == 0U) {
            *reg(EVENTQ_PROD) = produced ^ OVERFLOW_FLAG;
        }
        return;
    }
    record[0] = word0;
    record[1] = word1;
    record[2] = word2;
    record[3] = word3;
    *reg(EVENTQ_PROD) = (produced & OVERFLOW_FLAG) | ((produced + 1U) & EVENT_MASK);
}

/* A device that tries all the time. */
static void note_bypass(void)
{
    model.bypassed = model.bypassed || ((model.cr0 & 1U) == 0U && (model.gbpa & 1U << 20) == 0U);
}

static void write_cr0(uint32_t value)
{
    if (((model.cr0 ^ value) & 1U) != 0U) {
        model.cr0 = value & ~1U; /* in between the SMMU is off */
        note_bypass();
    }
    model.cr0 = value & ((model.idr0 >> 10 & 1U) != 0U ? 0x1dU : 0xdU);
    note_bypass();
    *reg(CR0ACK) = model.deaf_cr0 ? ~model.cr0 : model.cr0;
}

/* 6.3: may be written only while what uses them is off. */
static void note_enabled(uint32_t offset)
{
    bool table = offset == 0x28U || offset == 0x2cU || (offset >= 0x80U && offset <= 0x88U);
    bool commands = offset >= CMDQ_BASE && offset < CMDQ_PROD;
    bool events = (offset >= EVENTQ_BASE && offset < 0xa8U) || offset == EVENTQ_PROD;

    if ((table && (model.cr0 & 1U) != 0U) || ((commands || offset == CMDQ_CONS) && (model.cr0 & 8U) != 0U) ||
        (events && (model.cr0 & 4U) != 0U)) {
        model.written_while_enabled++;
    }
}

static void write_produced(uint32_t value)
{
    if ((model.cr0 & 8U) != 0U && ((value - *reg(CMDQ_CONS)) & QUEUE_MASK) > MODEL_COMMANDS) {
        model.early++;
    }
    *reg(CMDQ_PROD) = value;
    consume();
}

static void write32(uint32_t offset, uint32_t value)
{
    note_enabled(offset);
    switch (offset) {
    case CR0:
        write_cr0(value);
        break;
    case GBPA:
        assert_int_equal(model.gbpa & 1U << 31, 0U);
        assert_int_not_equal(value & 1U << 31, 0U);
        model.gbpa = model.deaf_gbpa ? model.gbpa | 1U << 31 : value & 0x7fffffffU;
        break;
    case IRQ_CTRL:
        model.irq_ctrl = value;
        *reg(IRQ_CTRLACK) = model.deaf_irq ? ~value : value;
        break;
    case GERRORN:
        model.gerrorn = value;
        consume();
        break;
    case CMDQ_PROD:
        write_produced(value);
        break;
    default:
        *reg(offset) = value;
        break;
    }
}

void fake_mmio_write(uint64_t address, uint32_t size, uint64_t value)
{
    uint32_t offset = (uint32_t)(address - MODEL_BASE);

    write32(offset, (uint32_t)value);
    if (size == 8U) {
        write32(offset + 4U, (uint32_t)(value >> 32));
    }
}

uint64_t fake_mmio_read(uint64_t address, uint32_t size)
{
    uint32_t offset = (uint32_t)(address - MODEL_BASE);

    assert_int_equal(size, 4U);
    switch (offset) {
    case 0x00U:
        return model.idr0;
    case 0x04U:
        return model.idr1;
    case 0x14U:
        return model.idr5;
    case GBPA:
        return model.gbpa;
    case GERROR:
        return model.gerror;
    case GERRORN:
        return model.gerrorn;
    default:
        return *reg(offset);
    }
}

/* What the core has written gets into memory; what the SMMU has written, into sight. */
void memory_clean_invalidate(va_t start, uint64_t size)
{
    uint64_t commands = start.value - (uint64_t)model_commands;
    uint64_t entries = start.value - (uint64_t)model_entries;
    uint64_t events = start.value - (uint64_t)model_events;

    fake_record("memory_clean_invalidate", start.value, size, 0U);
    if (commands < sizeof(model_commands)) {
        memcpy((uint8_t *)memory_commands + commands, (uint8_t *)model_commands + commands, size);
    } else if (entries < sizeof(model_entries)) {
        memcpy((uint8_t *)memory_entries + entries, (uint8_t *)model_entries + entries, size);
    } else if (events < sizeof(model_events)) {
        memcpy((uint8_t *)model_events + events, (uint8_t *)memory_events + events, size);
    } else {
        fail_msg("cleaned what is no SMMU's");
    }
}
