/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the console, a character at a time: the service core never works out more of one than it sends. */
#ifndef PARTITIONS_EVENT_TEXT_H
#define PARTITIONS_EVENT_TEXT_H

#include "include/bulkhead/trace.h"

/* A line on its way; zero: none. */
struct event_line {
    const char *text;   /* the rest of its pattern; %letter stands for a part of the event */
    const char *insert; /* the rest of such a part, or what comes before the line */
    const char *who;    /* a name, for %w */
    struct bulkhead_trace event;
    uint64_t number; /* how many events that core has had up to and including this one */
    char digits[24];
};

/* The line of line->event and line->number, with its end. */
void event_begin(struct event_line *line);
/* The next character, or NUL after the last. */
char event_next(struct event_line *line);

#endif
