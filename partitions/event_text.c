/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the console says of an event: who, what, where, and what was done about it.
 * @implements REQ-HEALTH-003
 */
#include "partitions/event_text.h"
#include "lib/config.h"

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
    {BULKHEAD_EVENT_ALL_OFF, "all vCPUs are off", "none, nobody can start one"},
    {BULKHEAD_EVENT_DMA, "DMA access, by the stream in pc", "blocked"},
    {BULKHEAD_EVENT_DMA_DEVICE, "trouble with a DMA master or SMMU", "its DMA stays blocked if a partition is named"},
    {BULKHEAD_EVENT_DMA_COUNT, "DMA accesses without a record of their own (detail: number)", "blocked"},
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

void event_begin(struct event_line *line)
{
    const struct bulkhead_trace *event = &line->event;

    line->who = event->partition < partition_count ? partition_configs[event->partition].name : "system";
    switch (event->kind) {
    case BULKHEAD_TRACE_PARTITION_RUN: /* what happens in a healthy system too reads as a sentence */
        line->text = "[bulkhead] #%n %w: loaded, starts at 0x%p, restarts so far: %c\r\n";
        break;
    case BULKHEAD_TRACE_PARTITION_STOP:
        line->text = event->detail != 0U ? "[bulkhead] #%n %w: stops, to be loaded again\r\n"
                                         : "[bulkhead] #%n %w: stops, and stays off\r\n";
        break;
    case BULKHEAD_EVENT_OUTPUT_LOST:
        line->text = "[bulkhead] #%n %w: wrote %c characters to a full UART, lost\r\n";
        break;
    default:
        line->text = "[bulkhead] #%n %w: %e, detail 0x%d address 0x%a pc 0x%p: %r\r\n";
        break;
    }
}

static const char *number(struct event_line *line, uint64_t value, uint32_t base)
{
    char *first = &line->digits[sizeof(line->digits) - 1U];

    *first = '\0';
    do {
        first--;
        *first = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0U);
    return first;
}

static const char *part(struct event_line *line, char letter)
{
    switch (letter) {
    case 'n':
        return number(line, line->number, 10U);
    case 'c':
        return number(line, line->event.detail, 10U);
    case 'd':
        return number(line, line->event.detail, 16U);
    case 'a':
        return number(line, line->event.address, 16U);
    case 'p':
        return number(line, line->event.pc, 16U);
    case 'e':
        return find(line->event.kind)->what;
    case 'r':
        return find(line->event.kind)->answer;
    default:
        return line->who;
    }
}

static bool left(const char *text)
{
    return text != NULL && *text != '\0';
}

char event_next(struct event_line *line)
{
    while (!left(line->insert) && left(line->text) && *line->text == '%') {
        line->insert = part(line, line->text[1]);
        line->text += 2;
    }
    if (left(line->insert)) {
        line->insert++;
        return line->insert[-1];
    }
    if (left(line->text)) {
        line->text++;
        return line->text[-1];
    }
    return '\0';
}
