/* SPDX-License-Identifier: Apache-2.0 */
/* Prints and counts diagnostics. Relies on nothing but stdio; every module of the compiler may call it. */
#include "diag.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned error_count;

__attribute__((format(printf, 3, 0))) static void diag_print(struct position at, const char *kind, const char *format,
                                                             va_list arguments)
{
    if (at.file != NULL) {
        (void)fprintf(stderr, "%s:", at.file);
    }
    if (at.line != 0) {
        (void)fprintf(stderr, "%u:", at.line);
    }
    if (at.column != 0) {
        (void)fprintf(stderr, "%u:", at.column);
    }
    (void)fprintf(stderr, "%s%s: ", at.file == NULL ? "" : " ", kind);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
}

void diag_error_list(struct position at, const char *format, va_list arguments)
{
    error_count++;
    diag_print(at, "error", format, arguments);
}

void diag_error(struct position at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_error_list(at, format, arguments);
    va_end(arguments);
}

void diag_note(struct position at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_print(at, "note", format, arguments);
    va_end(arguments);
}

unsigned diag_errors(void)
{
    return error_count;
}

void diag_fatal(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_print((struct position){0}, "bulkhead-config: fatal", format, arguments);
    va_end(arguments);
    exit(2);
}
