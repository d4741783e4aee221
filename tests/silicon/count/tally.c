/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/silicon/count/tally.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RECORDS 65536U /* for each core; enough for 1,000 repetitions of all that there is */
#define CLASSES 2048U  /* for each core */
#define DEPTH 16U
#define TOUCHED 256U

struct record {
    uint32_t operation;
    uint32_t repetition;
    struct section_class what;
    uint64_t counts[KINDS];
};

struct section {
    struct section_class what;
    uint64_t counts[KINDS];
};

/* The largest of each count, over the sections of one class. */
struct worst {
    struct section_class what;
    uint64_t sections;
    uint64_t counts[KINDS];
    double when;       /* seconds of the host's clock at the end of the one with most instructions */
    uint32_t function; /* in which it spent most of them */
    uint32_t end;      /* slot of what ended it; 0 is an ERET */
};

struct area {
    uint64_t entries;
    uint64_t bytes;
    uint64_t counts[KINDS];
};

static struct core {
    bool started;
    bool inside;
    struct record exit;
    struct section section;
    uint64_t last; /* instruction of the block before */
    uint32_t operation;
    uint32_t repetitions[OPERATIONS];
    struct record *records;
    uint32_t record_count;
    uint64_t records_lost;
    struct worst *worst;
    uint32_t worst_count;
    struct area areas[AREAS + 1U];
    struct {
        uint32_t area;
        uint64_t link;
    } stack[DEPTH];
    uint32_t depth;
    uint64_t by_function[FUNCTIONS + 1U];
    uint32_t touched[TOUCHED];
    uint32_t touched_count;
} cores[CORES];

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);

    if (memory == NULL) {
        abort();
    }
    return memory;
}

void tally_start(uint32_t core)
{
    cores[core].records = allocate(RECORDS, sizeof(struct record));
    cores[core].worst = allocate(CLASSES, sizeof(struct worst));
}

bool tally_booting(uint32_t core)
{
    return !cores[core].started || (cores[core].inside && cores[core].exit.what.slot == SLOT_BOOT);
}

static bool same(struct section_class a, struct section_class b)
{
    return a.slot == b.slot && a.exception == b.exception && a.detail == b.detail;
}

static struct worst *worst_of(struct core *core, struct section_class what)
{
    uint32_t at = (what.slot * 31U + what.exception * 131U + what.detail * 2654435761U) % CLASSES;

    while (core->worst[at].sections != 0U && !same(core->worst[at].what, what)) {
        at = (at + 1U) % CLASSES;
    }
    if (core->worst[at].sections == 0U) {
        core->worst_count++;
        if (core->worst_count == CLASSES) {
            (void)fprintf(stderr, "count: more than %u classes of sections\n", CLASSES);
            abort();
        }
    }
    return &core->worst[at];
}

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void begin_section(struct core *core, struct section_class what)
{
    core->section = (struct section){what, {0}};
}

/* Returns the function with most instructions of the section, and forgets them. */
static uint32_t take_heaviest(struct core *core)
{
    uint32_t heaviest = NO_FUNCTION;

    for (uint32_t n = 0U; n < core->touched_count; n++) {
        uint32_t function = core->touched[n];

        if (heaviest == NO_FUNCTION || core->by_function[function] > core->by_function[heaviest]) {
            heaviest = function;
        }
    }
    for (uint32_t n = 0U; n < core->touched_count; n++) {
        core->by_function[core->touched[n]] = 0U;
    }
    core->touched_count = 0U;
    return heaviest;
}

static void end_section(struct core *core, uint32_t end)
{
    const struct section *section = &core->section;
    struct worst *worst = worst_of(core, section->what);
    uint32_t heaviest = take_heaviest(core);

    if (worst->sections == 0U || section->counts[INSTRUCTIONS] > worst->counts[INSTRUCTIONS]) {
        worst->when = now();
        worst->function = heaviest;
        worst->end = end;
    }
    worst->what = section->what;
    worst->sections++;
    for (uint32_t kind = 0U; kind < KINDS; kind++) {
        if (section->counts[kind] > worst->counts[kind]) {
            worst->counts[kind] = section->counts[kind];
        }
        core->exit.counts[kind] += section->counts[kind];
    }
}

void tally_enter(uint32_t index, struct section_class what)
{
    struct core *core = &cores[index];
    uint32_t operation = what.slot == SLOT_BOOT ? 0U : core->operation;

    core->exit = (struct record){operation, core->repetitions[operation], what, {0}};
    core->inside = true;
    core->started = true;
    begin_section(core, what);
}

void tally_leave(uint32_t index)
{
    struct core *core = &cores[index];

    if (!core->inside) {
        return;
    }
    end_section(core, 0U);
    core->inside = false;
    core->depth = 0U;
    if (core->exit.operation == 0U && core->exit.what.slot != SLOT_BOOT) {
        return;
    }
    if (core->record_count < RECORDS) {
        core->records[core->record_count] = core->exit;
        core->record_count++;
    } else {
        core->records_lost++;
    }
}

void tally_look(uint32_t index, uint32_t slot)
{
    if (cores[index].inside) {
        end_section(&cores[index], slot);
        begin_section(&cores[index], (struct section_class){slot, 0U, 0U});
    }
}

void tally_acknowledged(uint32_t index, uint32_t intid)
{
    struct section_class *what = &cores[index].section.what;

    if (what->slot == SLOT_IRQ && what->detail == 0U) {
        what->detail = intid + 1U;
    }
}

static void add_function(struct core *core, const struct block *block)
{
    if (core->by_function[block->function] == 0U && core->touched_count < TOUCHED) {
        core->touched[core->touched_count] = block->function;
        core->touched_count++;
    }
    core->by_function[block->function] += block->counts[INSTRUCTIONS];
}

static uint32_t area_now(const struct core *core)
{
    return core->depth == 0U ? NO_AREA : core->stack[core->depth - 1U].area;
}

static void add(struct core *core, enum kind kind, uint64_t count)
{
    core->section.counts[kind] += count;
    if (core->exit.what.slot == SLOT_BOOT) {
        core->areas[area_now(core)].counts[kind] += count;
    }
}

static void return_from_areas(struct core *core, uint64_t address)
{
    while (core->depth != 0U && core->stack[core->depth - 1U].link == address) {
        core->depth--;
    }
}

void tally_area(uint32_t index, const struct block *block, uint64_t link, uint64_t bytes)
{
    struct core *core = &cores[index];

    return_from_areas(core, block->first);
    if (block->way == AREA_JUMP) {
        core->depth = 0U;
        link = 0U;
    }
    if (core->depth == DEPTH) {
        abort();
    }
    core->stack[core->depth].area = block->area;
    core->stack[core->depth].link = link;
    core->depth++;
    core->areas[block->area].entries++;
    core->areas[block->area].bytes += bytes;
}

void tally_block(uint32_t index, const struct block *block)
{
    struct core *core = &cores[index];

    if (!core->started) {
        tally_enter(index, (struct section_class){SLOT_BOOT, 0U, 0U});
    }
    if (!core->inside) {
        return;
    }
    if (core->exit.what.slot == SLOT_BOOT && block->area == NO_AREA) {
        return_from_areas(core, block->first);
    }
    if (block->retry != 0U && core->last == block->retry_from) {
        add(core, INSTRUCTIONS, 0U - (uint64_t)block->retry);
        add(core, WAITED, block->retry);
    }
    core->last = block->last;
    add_function(core, block);
    for (uint32_t kind = 0U; kind < KINDS; kind++) {
        if (block->counts[kind] != 0U) {
            add(core, kind, block->counts[kind]);
        }
    }
}

void tally_device(uint32_t index)
{
    if (cores[index].inside) {
        add(&cores[index], MMIO, 1U);
    }
}

void tally_mark(uint32_t index, uint32_t operation)
{
    cores[index].operation = operation;
    cores[index].repetitions[operation]++;
}

static void write_counts(FILE *file, const uint64_t *counts)
{
    for (uint32_t kind = 0U; kind < KINDS; kind++) {
        (void)fprintf(file, " %llu", (unsigned long long)counts[kind]);
    }
    (void)fprintf(file, "\n");
}

static void write_exits(FILE *file, uint32_t index, const struct core *core)
{
    for (uint32_t operation = 1U; operation < OPERATIONS; operation++) {
        if (core->repetitions[operation] != 0U) {
            (void)fprintf(file, "repetitions %u %u %u\n", index, operation, core->repetitions[operation]);
        }
    }
    for (uint32_t n = 0U; n < core->record_count; n++) {
        const struct record *record = &core->records[n];

        (void)fprintf(file, "exit %u %u %u 0x%x 0x%x", index, record->operation, record->repetition,
                      record->what.slot * 0x80U, record->what.exception);
        write_counts(file, record->counts);
    }
    if (core->records_lost != 0U) {
        (void)fprintf(file, "lost %u %llu\n", index, (unsigned long long)core->records_lost);
    }
}

static void write_areas(FILE *file, uint32_t index, const struct core *core)
{
    for (uint32_t area = 0U; area <= NO_AREA; area++) {
        const struct area *found = &core->areas[area];

        if (found->entries != 0U || found->counts[INSTRUCTIONS] != 0U) {
            (void)fprintf(file, "area %u %u %llu %llu", index, area, (unsigned long long)found->entries,
                          (unsigned long long)found->bytes);
            write_counts(file, found->counts);
        }
    }
}

static void write_worst(FILE *file, uint32_t index, const struct core *core)
{
    for (uint32_t n = 0U; n < CLASSES && core->worst != NULL; n++) {
        const struct worst *worst = &core->worst[n];

        if (worst->sections != 0U) {
            (void)fprintf(file, "worst %u %u 0x%x 0x%x %llu %.3f %u %u", index, worst->what.slot, worst->what.exception,
                          worst->what.detail, (unsigned long long)worst->sections, worst->when, worst->end,
                          worst->function);
            write_counts(file, worst->counts);
        }
    }
}

void tally_write(FILE *file)
{
    for (uint32_t index = 0U; index < CORES; index++) {
        write_exits(file, index, &cores[index]);
        write_areas(file, index, &cores[index]);
        write_worst(file, index, &cores[index]);
    }
}
