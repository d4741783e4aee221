/* SPDX-License-Identifier: Apache-2.0 */
/* See smmuv2_model.h. Section numbers: Arm IHI 0062, issue D. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/smmu/smmuv2_model.h"
#include "arch/arm64/mmio.h"

#define PAGE 0x1000U
#define BANKS (MODEL_BASE + 16U * PAGE)
#define SCR0 0x0U
#define SGFAR 0x40U
#define SGFSR 0x48U
#define SGFSYNR0 0x50U
#define SGFSYNR1 0x54U
#define TLBIVMID 0x64U
#define TLBIALLNSNH 0x68U
#define STLBGSYNC 0x70U
#define STLBGSTATUS 0x74U
#define FSR 0x58U

struct model model;
static uint32_t registers[MODEL_PAGES * PAGE / 4U];

static uint32_t *at(uint32_t offset)
{
    assert_true(offset / 4U < sizeof(registers) / 4U && offset % 4U == 0U);
    return &registers[offset / 4U];
}

uint32_t *model_global(uint32_t offset)
{
    return at(offset);
}

uint32_t *model_global1(uint32_t offset)
{
    return at(PAGE + offset);
}

uint32_t *model_bank(uint32_t bank, uint32_t offset)
{
    assert_true(bank < MODEL_GROUPS);
    return at((uint32_t)(BANKS - MODEL_BASE) + bank * PAGE + offset);
}

/* Registers hold anything after reset, except that translation is off (9.2). */
void model_reset(void)
{
    memset(&model, 0, sizeof(model));
    memset(registers, 0x5a, sizeof(registers));
    *at(SCR0) = 1U;
    *at(STLBGSTATUS) = 0U;
    *at(SGFSR) = 0U;
    for (uint32_t n = 0U; n < MODEL_GROUPS; n++) {
        *model_bank(n, FSR) = 0U;
    }
    model.idr0 = 1U << 29 | 1U << 27 | 1U << 14 | 15U << 9 | MODEL_GROUPS;
    model.idr1 = 3U << 28 | MODEL_GROUPS; /* 16 pages of global space, 16 of banks */
    model.idr2 = 1U << 12 | 2U << 4;
}

/* 2.2 and 10.6.19: of the groups that match, one; several or none are as sCR0 says. */
static int32_t match(uint32_t stream)
{
    int32_t found = -1;

    for (uint32_t n = 0U; n < MODEL_GROUPS; n++) {
        uint32_t smr = *at(0x800U + 4U * n);

        if ((smr & 1U << 31) != 0U && ((smr ^ stream) & 0x7fffU & ~(smr >> 16)) == 0U) {
            assert_true(found < 0);
            found = (int32_t)n;
        }
    }
    return found;
}

static void global_fault(uint32_t stream, uint64_t address)
{
    *at(SGFSR) |= *at(SGFSR) != 0U ? 1U << 31 : 1U << 1;
    *at(SGFSYNR0) = 1U << 1; /* a write */
    *at(SGFSYNR1) = stream;
    *at(SGFAR) = (uint32_t)address;
    *at(SGFAR + 4U) = (uint32_t)(address >> 32);
}

bool model_access(uint32_t stream, uint64_t address, uint64_t *root, uint32_t *vmid)
{
    int32_t group = match(stream);
    uint32_t s2cr = group < 0 ? 2U << 16 : *at(0xc00U + 4U * (uint32_t)group);
    uint32_t bank = s2cr & 0xffU;

    *root = 0U;
    if ((*at(SCR0) & 1U) != 0U || (group < 0 && (*at(SCR0) & 1U << 10) == 0U) || (s2cr >> 16 & 3U) == 1U) {
        model.bypassed = true;
        return true;
    }
    if ((s2cr >> 16 & 3U) != 0U) {
        global_fault(stream, address);
        return false;
    }
    if ((*model_bank(bank, 0U) & 1U) == 0U) { /* SCTLR.M: off is bypass for stage 2 as well */
        model.bypassed = true;
        return true;
    }
    assert_int_equal(*model_global1(4U * bank) >> 16 & 3U, 0U);
    assert_int_equal(*model_global1(0x800U + 4U * bank) & 1U, 1U);
    *vmid = *model_global1(4U * bank) & 0xffU;
    *root = *model_bank(bank, 0x20U) | (uint64_t)*model_bank(bank, 0x24U) << 32;
    return true;
}

void model_fault(uint32_t bank, uint32_t stream, uint64_t address, uint32_t status, uint32_t syndrome)
{
    *model_bank(bank, FSR) |= *model_bank(bank, FSR) != 0U ? 1U << 31 : status;
    *model_bank(bank, 0x68U) = syndrome;
    *model_bank(bank, 0x60U) = (uint32_t)address;
    *model_bank(bank, 0x64U) = (uint32_t)(address >> 32);
    *model_global1(0x400U + 4U * bank) = 7U << 16 | stream;
}

static bool is_fault_status(uint32_t offset)
{
    uint32_t banks = (uint32_t)(BANKS - MODEL_BASE);

    return offset == SGFSR || (offset >= banks && (offset - banks) % PAGE == FSR);
}

static void write32(uint32_t offset, uint32_t value)
{
    if (offset == SCR0) {
        *at(SCR0) = model.deaf ? *at(SCR0) : value;
    } else if (offset == TLBIVMID) {
        model.invalidated |= 1U << value;
    } else if (offset == TLBIALLNSNH) {
        model.all_invalidated = true;
    } else if (offset == STLBGSYNC) {
        model.synchronised++;
        *at(STLBGSTATUS) = model.stuck ? 1U : 0U;
    } else if (is_fault_status(offset)) {
        *at(offset) &= ~value; /* written with ones to clear */
    } else {
        *at(offset) = value;
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

    if (offset == 0x20U || offset == 0x24U || offset == 0x28U) {
        return offset == 0x20U ? model.idr0 : offset == 0x24U ? model.idr1 : model.idr2;
    }
    return size == 8U ? *at(offset) | (uint64_t)*at(offset + 4U) << 32 : *at(offset);
}
