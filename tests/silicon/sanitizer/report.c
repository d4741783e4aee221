/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Findings, as lines of JSON: one when a finding is first seen (it survives QEMU being killed), and at the end how often each
 * was seen and the numbers of the run.
 *
 *   {"finding": 1, "class": "...", "core": 0, "level": 2, "vmid": 0, "pc": "0x...", "pa": "0x..."|null,
 *    "writer": {"core": 0, "level": 2, "vmid": 0, "pc": "0x...", "earlier": false}|null, "text": "..."}
 *   {"count": {"1": 17}}
 *   {"numbers": {"...": 1}}
 */
#include "tests/silicon/sanitizer/kit.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FINDINGS 1024U

struct finding {
    const char *class;
    uint64_t pc;
    uint64_t writer_pc;
    uint32_t level;
    uint32_t vmid;
    uint32_t writer_vmid;
    uint64_t count;
};

static FILE *file;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct finding findings[FINDINGS];
static uint32_t finding_count;
static uint64_t lost; /* there was no room for them */
static uint32_t numbers;

bool report_open(const char *path)
{
    file = fopen(path, "w");
    return file != NULL && setvbuf(file, NULL, _IOLBF, 0U) == 0;
}

static bool same(const struct finding *a, const struct finding *b)
{
    return strcmp(a->class, b->class) == 0 && a->pc == b->pc && a->writer_pc == b->writer_pc && a->level == b->level &&
           a->vmid == b->vmid && a->writer_vmid == b->writer_vmid;
}

/* True: not seen before. */
static bool note(const struct finding *seen)
{
    for (uint32_t n = 0U; n < finding_count; n++) {
        if (same(&findings[n], seen)) {
            findings[n].count++;
            return false;
        }
    }
    if (finding_count == FINDINGS) {
        lost++;
        return false;
    }
    findings[finding_count] = *seen;
    finding_count++;
    return true;
}

static void write_address(const char *name, uint64_t pa)
{
    if (pa == NO_PA) {
        (void)fprintf(file, ", \"%s\": null", name);
    } else {
        (void)fprintf(file, ", \"%s\": \"0x%" PRIx64 "\"", name, pa);
    }
}

static void write_actor(uint32_t core, uint32_t level, uint32_t vmid, uint64_t pc)
{
    (void)fprintf(file, "\"core\": %u, \"level\": %u, \"vmid\": %u, \"pc\": \"0x%" PRIx64 "\"", core, level, vmid, pc);
}

void report(const struct core *core, const struct site *site, const char *class, uint64_t pa,
            const struct actor *writer, const char *text, ...)
{
    struct finding seen = {
        .class = class, .pc = site->pc, .level = site->level, .vmid = owner_of(core, site->level), .count = 1U};
    va_list arguments;

    if (writer != NULL) {
        seen.writer_pc = writer->site->pc;
        seen.writer_vmid = writer->vmid;
    }
    (void)pthread_mutex_lock(&mutex);
    if (note(&seen)) {
        (void)fprintf(file, "{\"finding\": %u, \"class\": \"%s\", ", finding_count, class);
        write_actor(core->index, site->level, seen.vmid, site->pc);
        write_address("pa", pa);
        (void)fprintf(file, ", \"writer\": %s", writer == NULL ? "null" : "{");
        if (writer != NULL) {
            write_actor(writer->core, writer->site->level, writer->vmid, writer->site->pc);
            (void)fprintf(file, ", \"earlier\": %s}", writer->earlier ? "true" : "false");
        }
        (void)fprintf(file, ", \"text\": \"");
        va_start(arguments, text);
        (void)vfprintf(file, text, arguments);
        va_end(arguments);
        (void)fprintf(file, "\"}\n");
    }
    (void)pthread_mutex_unlock(&mutex);
}

void report_number(const char *name, uint64_t value)
{
    (void)fprintf(file, "%s\"%s\": %" PRIu64, numbers == 0U ? "{\"numbers\": {" : ", ", name, value);
    numbers++;
}

void report_close(void)
{
    report_number("findings", finding_count);
    report_number("findings lost", lost);
    (void)fprintf(file, "}}\n{\"count\": {");
    for (uint32_t n = 0U; n < finding_count; n++) {
        (void)fprintf(file, "%s\"%u\": %" PRIu64, n == 0U ? "" : ", ", n + 1U, findings[n].count);
    }
    (void)fprintf(file, "}}\n");
    (void)fclose(file);
}
