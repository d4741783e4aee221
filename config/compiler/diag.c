/* SPDX-License-Identifier: Apache-2.0 */
/* Prints and counts diagnostics. Relies on nothing but stdio; every module of the compiler may call it. */
#include "diag.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned error_count;
static bool skipping; /* the notes of an error that is not shown */

/* What a string of the tree contains does not end the line, and does nothing else to a terminal. */
__attribute__((format(printf, 2, 0))) static void diag_print_text(FILE *out, const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0) {
        return;
    }
    for (const char *at = text; *at != '\0'; at++) {
        (void)fputc(iscntrl((unsigned char)*at) ? '?' : *at, out);
    }
    free(text);
}

__attribute__((format(printf, 4, 0))) static void diag_print(FILE *out, struct position at, const char *kind,
                                                             const char *format, va_list arguments)
{
    if (at.file != NULL) {
        (void)fprintf(out, "%s:", at.file);
    }
    if (at.line != 0) {
        (void)fprintf(out, "%u:", at.line);
    }
    if (at.column != 0) {
        (void)fprintf(out, "%u:", at.column);
    }
    (void)fprintf(out, "%s%s: ", at.file == NULL ? "" : " ", kind);
    diag_print_text(out, format, arguments);
    (void)fputc('\n', out);
}

void diag_error_list(struct position at, const char *format, va_list arguments)
{
    error_count++;
    skipping = false;
    diag_print(stderr, at, "error", format, arguments);
}

void diag_error(struct position at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_error_list(at, format, arguments);
    va_end(arguments);
}

void diag_skip(void)
{
    skipping = true;
}

void diag_note(struct position at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (!skipping) {
        diag_print(stderr, at, "note", format, arguments);
    }
    va_end(arguments);
}

void diag_remark(struct position at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_print(stdout, at, "note", format, arguments);
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
    diag_print(stderr, (struct position){0}, "bulkhead-config: fatal", format, arguments);
    va_end(arguments);
    exit(2);
}
