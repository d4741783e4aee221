/* SPDX-License-Identifier: Apache-2.0 */
/* The few conversions that messages of a hypervisor need. */
#include "lib/printf.h"

#include <stdbool.h>
#include <stdint.h>

struct sink {
    char *buffer;
    size_t size;
    size_t used;
};

static void put(struct sink *sink, char c)
{
    if (sink->used + 1U < sink->size) {
        sink->buffer[sink->used] = c;
        sink->used++;
    }
}

static void put_text(struct sink *sink, const char *text)
{
    for (; *text != '\0'; text++) {
        put(sink, *text);
    }
}

static void put_number(struct sink *sink, uint64_t value, uint32_t base, uint32_t width)
{
    char digits[20];
    uint32_t count = 0U;

    do {
        digits[count] = "0123456789abcdef"[value % base];
        count++;
        value /= base;
    } while (value != 0U);
    for (; width > count; width--) {
        put(sink, '0');
    }
    for (; count > 0U; count--) {
        put(sink, digits[count - 1U]);
    }
}

/* Width: a zero and at most two digits. */
static const char *take_width(const char *text, uint32_t *width)
{
    *width = 0U;
    for (uint32_t n = 0U; n < 3U && *text >= '0' && *text <= '9'; n++) {
        *width = *width * 10U + (uint32_t)(*text - '0');
        text++;
    }
    return text;
}

size_t format_list(char *buffer, size_t size, const char *text, va_list arguments)
{
    struct sink sink = {buffer, size, 0U};
    uint32_t width;
    bool is_long;

    for (; *text != '\0'; text++) {
        if (*text != '%') {
            put(&sink, *text);
            continue;
        }
        text = take_width(text + 1, &width);
        is_long = *text == 'l';
        text += is_long ? 1 : 0;
        if (*text == 's') {
            put_text(&sink, va_arg(arguments, const char *));
        } else if (*text == 'c') {
            put(&sink, (char)va_arg(arguments, int));
        } else if (*text == 'u' || *text == 'x') {
            uint64_t value = is_long ? va_arg(arguments, unsigned long) : va_arg(arguments, unsigned int);

            put_number(&sink, value, *text == 'u' ? 10U : 16U, width);
        } else if (*text != '\0') {
            put(&sink, *text);
        } else {
            break; /* a lone % at the end */
        }
    }
    buffer[sink.used] = '\0';
    return sink.used;
}

size_t format(char *buffer, size_t size, const char *text, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, text);
    length = format_list(buffer, size, text, arguments);
    va_end(arguments);
    return length;
}
