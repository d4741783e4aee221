/* SPDX-License-Identifier: Apache-2.0 */
/* Event records in words. */
#ifndef PARTITIONS_EVENT_TEXT_H
#define PARTITIONS_EVENT_TEXT_H

#include "include/bulkhead/trace.h"

#include <stddef.h>

/* One line, without its end; returns its length. number: how many events that core has had up to and including this one. */
size_t event_text(char *line, size_t size, const struct bulkhead_trace *event, uint64_t number);

#endif
