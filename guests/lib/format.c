/* SPDX-License-Identifier: Apache-2.0 */
/* Text from a pattern; see format.h. */
#include "guests/lib/format.h"

#include <stdbool.h>

struct output {
    char *next;
    char *end; /* where the closing zero byte must go at the latest */
};

struct conversion {
    uint32_t width;
    bool is_long;
    char letter;
};

static void emit(struct output *output, char character)
{
    if (output->next < output->end) {
        *output->next++ = character;
    }
}

static void emit_text(struct output *output, const char *text)
{
    while (*text != '\0') {
        emit(output, *text++);
    }
}

static void emit_number(struct output *output, uint64_t number, uint32_t base, uint32_t width)
{
    char reversed[20]; /* as many digits as 2^64 - 1 has */
    uint32_t length = 0U;

    while (number != 0U || length == 0U) {
        reversed[length++] = "0123456789abcdef"[number % base];
        number /= base;
    }
    for (uint32_t n = length; n < width; n++) {
        emit(output, '0');
    }
    while (length != 0U) {
        emit(output, reversed[--length]);
    }
}

static void emit_signed(struct output *output, int64_t number, uint32_t width)
{
    uint64_t magnitude = (uint64_t)number;

    if (number < 0) {
        emit(output, '-');
        magnitude = 0U - magnitude;
    }
    emit_number(output, magnitude, 10U, width);
}

/* Reads what follows a '%'; the result points to its last character, or before the end of the pattern. */
static const char *parse(const char *pattern, struct conversion *conversion)
{
    *conversion = (struct conversion){0U, false, '%'};
    while (*pattern >= '0' && *pattern <= '9') {
        conversion->width = conversion->width * 10U + (uint32_t)(*pattern++ - '0');
    }
    if (*pattern == 'l') {
        conversion->is_long = true;
        pattern++;
    }
    if (*pattern == '\0') {
        return pattern - 1;
    }
    conversion->letter = *pattern;
    return pattern;
}

/* Through a struct, because a va_list parameter may be an array (C11 7.16). */
struct arguments {
    va_list list;
};

static void convert(struct output *output, const struct conversion *conversion, struct arguments *arguments)
{
    switch (conversion->letter) {
    case 's':
        emit_text(output, va_arg(arguments->list, const char *));
        break;
    case 'c':
        emit(output, (char)va_arg(arguments->list, int));
        break;
    case 'd':
        emit_signed(output, conversion->is_long ? va_arg(arguments->list, long) : va_arg(arguments->list, int),
                    conversion->width);
        break;
    case 'u':
    case 'x':
        emit_number(output,
                    conversion->is_long ? va_arg(arguments->list, unsigned long)
                                        : va_arg(arguments->list, unsigned int),
                    conversion->letter == 'u' ? 10U : 16U, conversion->width);
        break;
    default:
        emit(output, conversion->letter);
        break;
    }
}

uint32_t format_text(char *buffer, uint32_t size, const char *pattern, va_list arguments)
{
    struct output output = {buffer, buffer + size - 1U};
    struct conversion conversion;
    struct arguments copy;

    va_copy(copy.list, arguments);
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '%') {
            pattern = parse(pattern + 1, &conversion);
            convert(&output, &conversion, &copy);
        } else {
            emit(&output, *pattern);
        }
    }
    va_end(copy.list);
    *output.next = '\0';
    return (uint32_t)(output.next - buffer);
}
