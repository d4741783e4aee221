/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Console multiplexer. State is the board's: after boot only the service core touches it.
 * @implements REQ-CONSOLE-002
 * @implements REQ-CONSOLE-003
 */
#include "partitions/console.h"
#include "arch/arm64/trace.h"
#include "arch/arm64/uart.h"
#include "lib/printf.h"
#include "partitions/event_text.h"
#include "partitions/state.h"
#include "partitions/vuart.h"

#define BURST 7U /* characters for each call: bounds the EL2 section */
#define RECEIVE_BURST 4U
#define LINE_SIZE 160U
#define LINE_LIMIT 160U /* characters after which a line without an end may be cut by others */
#define ESCAPE 0x1dU
#define SPEAKER_NONE 0xffU
#define SPEAKER_EL2 0xfeU

static struct {
    struct event_line line; /* goes out before anything else: a prefix, or an EL2 line */
    uint32_t speaker;       /* who wrote last: virtual console number or SPEAKER_* */
    bool mid_line;          /* that speaker's line is not ended */
    uint32_t column;        /* characters of that line so far, without its prefix */
    uint32_t next;          /* virtual console whose turn it is */
    uint32_t focus;         /* virtual console that gets what is typed */
    bool escaped;
} console;

void console_init(void)
{
    uart_init();
    console.speaker = SPEAKER_NONE;
}

void console_print(const char *text, ...)
{
    char line[LINE_SIZE];
    va_list arguments;
    size_t length;

    va_start(arguments, text);
    length = format_list(line, sizeof(line), text, arguments);
    va_end(arguments);
    for (size_t n = 0U; n < length; n++) {
        uart_put_wait((uint8_t)line[n]);
    }
    uart_put_wait('\r');
    uart_put_wait('\n');
}

void console_start_service(void)
{
    gic_spi_configure(board_config.uart_intid, false);
    gic_spi_route(board_config.uart_intid, this_core()->config->mpidr);
    gic_spi_enable(board_config.uart_intid);
    uart_interrupts(false);
    core_post(this_core()->index, POST_CONSOLE);
}

static struct vuart_state *vuart_of(uint32_t number)
{
    return vuart_owners[number]->vuart;
}

/* Somebody else speaks: the line that was cut ends before who it is (console.line.text) is said. */
static void turn_to(uint32_t speaker, bool mid_line)
{
    console.line.insert = console.speaker != speaker && console.mid_line ? "\r\n" : NULL;
    console.speaker = speaker;
    console.mid_line = mid_line;
    console.column = 0U;
}

/* From here on the core posts again with its next event. */
static void shown_up_to(uint32_t core, uint64_t count)
{
    __atomic_store_n(&events_shown[core], count, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * The oldest event of a core not shown yet. A ring that ran over shows from its oldest intact record on; if it runs over
 * while it is read, what it holds is passed over: the numbers on the console show the gap.
 */
static bool next_event(uint32_t core, struct bulkhead_trace *event, uint64_t *number)
{
    const struct event_ring *ring = &core_configs[core].state->events;
    uint64_t written = __atomic_load_n(&ring->written, __ATOMIC_ACQUIRE);
    uint64_t shown = events_shown[core];

    if (shown == written) {
        return false;
    }
    if (written - shown >= BULKHEAD_EVENT_ENTRIES) {
        shown = written - BULKHEAD_EVENT_ENTRIES + 1U;
    }
    *event = ring->entries[shown % BULKHEAD_EVENT_ENTRIES].record;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    written = __atomic_load_n(&ring->written, __ATOMIC_ACQUIRE);
    if (written - shown >= BULKHEAD_EVENT_ENTRIES) {
        shown_up_to(core, written);
        return false;
    }
    *number = shown + 1U;
    shown_up_to(core, shown + 1U);
    return true;
}

/* True if there was a character to send. */
static bool send_pending(void)
{
    char next = event_next(&console.line);

    if (next != '\0') {
        uart_put((uint8_t)next);
    }
    return next != '\0';
}

/* The oldest event not shown yet becomes the line. True if there was one. */
static bool take_event(void)
{
    for (uint32_t n = 0U; n < core_count; n++) {
        if (next_event(n, &console.line.event, &console.line.number)) {
            event_begin(&console.line);
            turn_to(SPEAKER_EL2, false);
            return send_pending();
        }
    }
    return false;
}

/* Any of its vCPUs may be the one that runs; each brings the line up to date if it is on its core. */
static void tell_owner(const struct partition_config *owner)
{
    for (uint32_t v = 0U; v < owner->vcpu_count; v++) {
        core_post(owner->vcpus[v].core, POST_UART);
    }
}

/* What was dropped becomes an event, and so a line. True if there was such. */
static bool announce_lost(const struct partition_config *owner)
{
    uint32_t lost = vuart_take_lost(owner->vuart);

    if (lost != 0U) {
        trace_event(BULKHEAD_EVENT_OUTPUT_LOST, (struct trace_source){(uint8_t)owner->index, TRACE_NOBODY}, lost, 0U,
                    0U);
    }
    return lost != 0U;
}

/* The next character of the virtual console whose turn it is. True if it, or one of its prefix, was sent. */
static bool send_from_vuart(void)
{
    struct vuart_state *vuart = vuart_of(console.next);
    uint8_t byte;

    if (vuart_has_lost(vuart) && announce_lost(vuart_owners[console.next])) {
        return true;
    }
    if (!vuart_peek_output(vuart, &byte)) {
        return false;
    }
    if (console.speaker != console.next || !console.mid_line) {
        console.line.text = "[%w] ";
        console.line.who = vuart_owners[console.next]->name;
        turn_to(console.next, true);
        return send_pending();
    }
    if (vuart_drop_output(vuart)) {
        tell_owner(vuart_owners[console.next]);
    }
    uart_put(byte);
    console.mid_line = byte != '\n';
    console.column++;
    if (!console.mid_line || console.column >= LINE_LIMIT) {
        console.next = (console.next + 1U) % vuart_count;
    }
    return true;
}

/* A line is finished before the turn passes on, unless it has no end; a speaker that has nothing to say loses it. */
static bool send_one(void)
{
    if (send_pending() || ((!console.mid_line || console.column >= LINE_LIMIT) && take_event())) {
        return true;
    }
    for (uint32_t n = 0U; n < vuart_count; n++) {
        if (send_from_vuart()) {
            return true;
        }
        console.next = (console.next + 1U) % vuart_count;
    }
    return take_event();
}

/* True if the byte is for the guest in focus, and not for the console itself. */
static bool receive(uint8_t byte)
{
    if (console.escaped) {
        console.escaped = false;
        if (byte >= '0' && (uint32_t)(byte - '0') < vuart_count) {
            console.focus = (uint32_t)(byte - '0');
            return false;
        }
        return byte == ESCAPE;
    }
    console.escaped = byte == ESCAPE;
    return !console.escaped;
}

/* What was typed, up to a bound: a move of the focus ends it, so that one owner is told once. True if it was reached. */
static bool receive_burst(void)
{
    uint32_t focus = console.focus;
    uint32_t count = 0U;
    bool typed = false;
    uint8_t byte;

    while (count < RECEIVE_BURST && focus == console.focus && uart_get(&byte)) {
        if (receive(byte) && vuart_count != 0U) {
            vuart_type(vuart_of(focus), byte);
            typed = true;
        }
        count++;
    }
    if (typed) {
        tell_owner(vuart_owners[focus]);
    }
    return count == RECEIVE_BURST || focus != console.focus;
}

void console_service(void)
{
    uint32_t budget = BURST;
    bool more = true;
    bool typing;

    uart_clear_interrupts();
    typing = receive_burst();
    while (budget > 0U && more && uart_can_put()) {
        more = send_one();
        budget--;
    }
    uart_interrupts(more && budget > 0U);
    if (typing || budget == 0U) {
        core_post(this_core()->index, POST_CONSOLE);
    }
}
