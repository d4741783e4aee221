/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every offset of the distributor's frame and of a redistributor's two, at every access size: at reset, and written with zeros
 * and with all ones. What is expected is one table, which docs/vgic-registers.md shows.
 *
 * sources: partitions/vgic*.c arch/arm64/core.c
 * sources: tests/unit/vgic/gic.c tests/unit/vgic/guest.c tests/unit/fake/machine.c tests/unit/fake/board.c
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/fake/test.h"
#include "tests/unit/vgic/gic.h"
#include "partitions/vgic.h"

#define FRAME 0x10000U
#define OWNER 1U /* vCPU whose redistributor it is */
#define LINE_SIZE 160U
#define PRIVATE_OWNED 0x4800ffffU

static const struct interrupt_config interrupts[] = {
    {33U, 0U, false}, {34U, 0U, true},   {35U, 0U, false}, {41U, 51U, true},
    {44U, 0U, true},  {45U, 50U, false}, {287U, 0U, true},
};

/* What was written before. */
enum written { NOTHING, ZEROS, ONES };

enum vgic_frame { DISTRIBUTOR, REDISTRIBUTOR, SGIS, FRAMES };
static const char *const frame_names[] = {"GICD", "GICR, RD", "GICR, SGI"};

/* What a register holds at reset, and after all ones were written. */
enum kind { FIXED, BOTH, WAKER, SET, PRIORITY, TRIGGER, ROUTE, KINDS };
static const char *const kind_names[] = {
    "read-only",
    "fields",
    "ChildrenAsleep follows ProcessorSleep",
    "a bit for each owned interrupt",
    "five bits for each owned interrupt",
    "edge for each owned virtual line, the rest fixed",
    "0x80ffffff for each owned interrupt, upper half zero",
};

struct row {
    enum vgic_frame frame;
    uint32_t from;
    uint32_t to; /* of the next */
    const char *name;
    uint32_t sizes; /* sum of those that it has */
    enum kind kind;
    uint64_t reset;
    uint64_t ones;
};

/* In order; what is in none reads as zero and ignores writes. Clear-registers are written where nothing is set. */
static const struct row rows[] = {
    {DISTRIBUTOR, 0x0U, 0x4U, "CTLR", 4U, BOTH, 0x50U, 0x53U},
    {DISTRIBUTOR, 0x4U, 0x8U, "TYPER", 4U, FIXED, 0x02780008U, 0x02780008U},
    {DISTRIBUTOR, 0x8U, 0xcU, "IIDR", 4U, FIXED, 0x42000000U, 0x42000000U},
    {DISTRIBUTOR, 0x84U, 0xa4U, "IGROUPR1-8", 4U, SET, 0U, 1U},
    {DISTRIBUTOR, 0x104U, 0x124U, "ISENABLER1-8", 4U, SET, 0U, 1U},
    {DISTRIBUTOR, 0x184U, 0x1a4U, "ICENABLER1-8", 4U, SET, 0U, 0U},
    {DISTRIBUTOR, 0x204U, 0x224U, "ISPENDR1-8", 4U, SET, 0U, 1U},
    {DISTRIBUTOR, 0x284U, 0x2a4U, "ICPENDR1-8", 4U, SET, 0U, 0U},
    {DISTRIBUTOR, 0x304U, 0x324U, "ISACTIVER1-8", 4U, SET, 0U, 1U},
    {DISTRIBUTOR, 0x384U, 0x3a4U, "ICACTIVER1-8", 4U, SET, 0U, 0U},
    {DISTRIBUTOR, 0x420U, 0x520U, "IPRIORITYR8-71", 5U, PRIORITY, 0U, 1U},
    {DISTRIBUTOR, 0xc08U, 0xc48U, "ICFGR2-17", 4U, TRIGGER, 0U, 1U},
    {DISTRIBUTOR, 0x6100U, 0x6900U, "IROUTER32-287", 12U, ROUTE, 0U, 1U},
    {DISTRIBUTOR, 0xffe8U, 0xffecU, "PIDR2", 4U, FIXED, 0x30U, 0x30U},
    {REDISTRIBUTOR, 0x4U, 0x8U, "IIDR", 4U, FIXED, 0x42000000U, 0x42000000U},
    {REDISTRIBUTOR, 0x8U, 0x10U, "TYPER", 12U, FIXED, 0x100000100U, 0x100000100U},
    {REDISTRIBUTOR, 0x14U, 0x18U, "WAKER", 4U, WAKER, 6U, 6U},
    {REDISTRIBUTOR, 0xffe8U, 0xffecU, "PIDR2", 4U, FIXED, 0x30U, 0x30U},
    {SGIS, 0x80U, 0x84U, "IGROUPR0", 4U, SET, 0U, 1U},
    {SGIS, 0x100U, 0x104U, "ISENABLER0", 4U, SET, 0U, 1U},
    {SGIS, 0x180U, 0x184U, "ICENABLER0", 4U, SET, 0U, 0U},
    {SGIS, 0x200U, 0x204U, "ISPENDR0", 4U, SET, 0U, 1U},
    {SGIS, 0x280U, 0x284U, "ICPENDR0", 4U, SET, 0U, 0U},
    {SGIS, 0x300U, 0x304U, "ISACTIVER0", 4U, SET, 0U, 1U},
    {SGIS, 0x380U, 0x384U, "ICACTIVER0", 4U, SET, 0U, 0U},
    {SGIS, 0x400U, 0x420U, "IPRIORITYR0-7", 5U, PRIORITY, 0U, 1U},
    {SGIS, 0xc00U, 0xc04U, "ICFGR0", 4U, FIXED, 0xaaaaaaaaU, 0xaaaaaaaaU},
};

static int set_up(void **state)
{
    (void)state;
    world_reset(4U, interrupts, COUNT(interrupts));
    return 0;
}

static uint32_t owned_in(enum vgic_frame frame, uint32_t word)
{
    uint32_t owned = frame == SGIS && word == 0U ? PRIVATE_OWNED : 0U;

    for (uint32_t i = 0U; i < COUNT(interrupts) && frame == DISTRIBUTOR; i++) {
        owned |= interrupts[i].intid / 32U == word ? 1U << (interrupts[i].intid % 32U) : 0U;
    }
    return owned;
}

static uint32_t triggers(uint32_t first, enum written written)
{
    uint32_t value = 0U;

    for (uint32_t i = 0U; i < COUNT(interrupts); i++) {
        bool edge = written == NOTHING || interrupts[i].physical != 0U ? interrupts[i].edge : written == ONES;

        value |= interrupts[i].intid / 16U == first / 16U && edge ? 2U << (interrupts[i].intid % 16U * 2U) : 0U;
    }
    return value;
}

static uint64_t priorities(enum vgic_frame frame, uint32_t first, uint32_t size)
{
    uint64_t value = 0U;

    for (uint32_t n = 0U; n < size; n++) {
        value |= (owned_in(frame, (first + n) / 32U) >> ((first + n) % 32U) & 1U) != 0U ? 0xf8ULL << (n * 8U) : 0U;
    }
    return value;
}

static const struct row *row_at(enum vgic_frame frame, uint32_t offset, uint32_t size)
{
    for (uint32_t n = 0U; n < COUNT(rows); n++) {
        if (rows[n].frame == frame && offset >= rows[n].from && offset < rows[n].to && (rows[n].sizes & size) != 0U) {
            return &rows[n];
        }
    }
    return NULL;
}

static uint64_t expected(enum vgic_frame frame, uint32_t offset, uint32_t size, enum written written)
{
    const struct row *row = row_at(frame, offset, size);
    uint64_t value = row == NULL ? 0U : written == ONES ? row->ones : row->reset;

    if (row == NULL) {
        return 0U;
    }
    switch (row->kind) {
    case SET:
        return value != 0U ? owned_in(frame, offset % 0x80U / 4U) : 0U;
    case PRIORITY:
        return value != 0U ? priorities(frame, offset - 0x400U, size) : 0U;
    case TRIGGER:
        return triggers((offset - 0xc00U) * 4U, written);
    case ROUTE:
        return value != 0U && offset % 8U == 0U &&
                       (owned_in(frame, (offset - 0x6000U) / 256U) >> ((offset - 0x6000U) / 8U % 32U) & 1U) != 0U
                   ? 0x80ffffffU
                   : 0U;
    case WAKER:
        return written == ZEROS ? 0U : value;
    case FIXED:
    case BOTH:
    case KINDS:
    default:
        return size == 4U ? (uint32_t)(value >> ((offset - row->from) * 8U)) : value;
    }
}

static uint64_t read_at(enum vgic_frame frame, uint32_t offset, uint32_t size)
{
    return frame == DISTRIBUTOR
               ? world_vgicd_read(world_be(0U), offset, size)
               : world_vgicr_read(world_be(0U), OWNER * 2U * FRAME + (frame - 1U) * FRAME + offset, size);
}

static void write_at(enum vgic_frame frame, uint32_t offset, uint32_t size, enum written what)
{
    uint64_t value = what == ONES ? ~0ULL >> (64U - 8U * size) : 0U;

    if (frame == DISTRIBUTOR) {
        vgicd_write(world_be(0U), offset, size, value);
    } else {
        vgicr_write(world_be(0U), OWNER * 2U * FRAME + (frame - 1U) * FRAME + offset, size, value);
    }
    world_core[world_core_of(0U)].posted = false;
}

static void check(enum vgic_frame frame, uint32_t offset, uint32_t size, enum written written)
{
    static const char *const after[] = {"at reset", "after zeros", "after all ones"};
    uint64_t value = read_at(frame, offset, size);

    if (value != expected(frame, offset, size, written)) {
        fail_msg("%s+%x, %u bytes, %s: %llx", frame_names[frame], offset, size, after[written],
                 (unsigned long long)value);
    }
}

/* @verifies REQ-VGIC-002 @verifies REQ-VGIC-018 */
static void every_offset_reads_at_reset_as_the_table_says(void **state)
{
    (void)state;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        for (uint32_t size = 1U; size <= 8U; size *= 2U) {
            for (uint32_t offset = 0U; offset < FRAME; offset += size) {
                check((enum vgic_frame)frame, offset, size, NOTHING);
            }
        }
    }
}

/* What a size cannot write is as it was, seen with the size that it has. */
static void walk(enum vgic_frame frame, uint32_t size, enum written what)
{
    (void)set_up(NULL);
    for (uint32_t offset = 0U; offset < FRAME; offset += size) {
        write_at(frame, offset, size, what);
        check(frame, offset, size, what);
    }
    for (uint32_t offset = 0U; offset < FRAME; offset += 4U) {
        if (row_at(frame, offset, size) == NULL) {
            check(frame, offset, 4U, NOTHING);
        }
    }
}

/* @verifies REQ-VGIC-002 */
static void every_offset_takes_zeros_and_ones_as_the_table_says(void **state)
{
    (void)state;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        for (uint32_t size = 1U; size <= 8U; size *= 2U) {
            walk((enum vgic_frame)frame, size, ZEROS);
            walk((enum vgic_frame)frame, size, ONES);
        }
    }
}

static const char *sizes_of(uint32_t sizes)
{
    return sizes == 5U ? "8, 32" : sizes == 12U ? "32, 64" : "32";
}

static void show(char *line, const struct row *row)
{
    char values[96];

    if (row->kind <= WAKER) {
        (void)snprintf(values, sizeof(values), "%#llx | %s, %#llx", (unsigned long long)row->reset,
                       kind_names[row->kind], (unsigned long long)row->ones);
    } else {
        (void)snprintf(values, sizeof(values), "%s | %s", row->kind == TRIGGER ? "as configured" : "0",
                       row->ones != 0U ? kind_names[row->kind] : "clears");
    }
    (void)snprintf(line, LINE_SIZE, "| %s | 0x%04x | %s | %s | %s |\n", frame_names[row->frame], row->from, row->name,
                   sizes_of(row->sizes), values);
}

/* @verifies REQ-VGIC-002 */
static void the_manual_shows_the_table(void **state)
{
    char expected_line[LINE_SIZE];
    char line[LINE_SIZE];
    uint32_t n = 0U;
    FILE *manual = fopen("docs/vgic-registers.md", "r");

    (void)state;
    assert_non_null(manual);
    while (fgets(line, sizeof(line), manual) != NULL) {
        if (strncmp(line, "| GICD |", 8U) == 0 || strncmp(line, "| GICR, ", 8U) == 0) {
            assert_true(n < COUNT(rows));
            show(expected_line, &rows[n]);
            assert_string_equal(line, expected_line);
            n++;
        }
    }
    (void)fclose(manual);
    assert_int_equal(n, COUNT(rows));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_offset_reads_at_reset_as_the_table_says, set_up),
        cmocka_unit_test_setup(every_offset_takes_zeros_and_ones_as_the_table_says, set_up),
        cmocka_unit_test(the_manual_shows_the_table),
    };

    return cmocka_run_group_tests_name("vgic walk", tests, NULL, NULL);
}
