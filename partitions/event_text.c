/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the console says of an event: who, what, where, and what was done about it.
 * @implements REQ-HEALTH-003
 */
#include "partitions/event_text.h"
#include "lib/config.h"
#include "lib/printf.h"

struct wording {
    uint16_t kind;
    const char *what;
    const char *answer;
};

static const struct wording wordings[] = {
    {BULKHEAD_EVENT_ABORT, "stage-2 abort", "external abort to the guest"},
    {BULKHEAD_EVENT_SYSREG, "denied system register", "undefined instruction to the guest"},
    {BULKHEAD_EVENT_SERROR, "SError", "on-fault action"},
    {BULKHEAD_EVENT_CRASH, "crash by hypercall", "on-fault action"},
    {BULKHEAD_EVENT_CORE_MISSING, "a core did not start",
     "its vCPUs stay off (detail: core, address: firmware's answer)"},
    {BULKHEAD_EVENT_EXIT, "unexpected exit", "undefined instruction to the guest"},
    {BULKHEAD_EVENT_SPURIOUS, "interrupt without an owner", "disabled"},
};

static const struct wording unknown = {0U, "event without a name", "none"};

static const struct wording *find(uint16_t kind)
{
    for (uint32_t n = 0U; n < sizeof(wordings) / sizeof(wordings[0]); n++) {
        if (wordings[n].kind == kind) {
            return &wordings[n];
        }
    }
    return &unknown;
}

/* What happens in a healthy system too reads as a sentence. 0: not one of those. */
static size_t life_text(char *line, size_t size, const struct bulkhead_trace *event)
{
    switch (event->kind) {
    case BULKHEAD_TRACE_PARTITION_RUN:
        return format(line, size, "loaded, starts at 0x%lx, restarts so far: %u", (unsigned long)event->pc,
                      event->detail);
    case BULKHEAD_TRACE_PARTITION_STOP:
        return format(line, size, "stops, %s", event->detail != 0U ? "to be loaded again" : "and stays off");
    default:
        return 0U;
    }
}

size_t event_text(char *line, size_t size, const struct bulkhead_trace *event, uint64_t number)
{
    const char *who = event->partition < partition_count ? partition_configs[event->partition].name : "system";
    const struct wording *wording = find(event->kind);
    size_t used = format(line, size, "#%lu %s: ", (unsigned long)number, who);
    size_t life = life_text(&line[used], size - used, event);

    if (life != 0U) {
        return used + life;
    }
    return used + format(&line[used], size - used, "%s, detail 0x%x address 0x%lx pc 0x%lx: %s", wording->what,
                         event->detail, (unsigned long)event->address, (unsigned long)event->pc, wording->answer);
}
