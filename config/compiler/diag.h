/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics in gcc's form, `file:line:column: error: ...`, on standard error.
 *
 * The compiler goes on after an error, so that one run shows all of them; main.c asks diag_errors() before it
 * writes anything. A note belongs to the error printed before it.
 */
#ifndef CONFIG_COMPILER_DIAG_H
#define CONFIG_COMPILER_DIAG_H

#include <stdarg.h>

/* A place in a source file. column 0: not known; line 0: only the file is known. */
struct position {
    const char *file;
    unsigned line;
    unsigned column;
};

void diag_error(struct position at, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The error that comes next in the source is not shown, as one that only follows from another: nor are its notes. */
void diag_skip(void);
void diag_note(struct position at, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Not a mistake: a note on standard output. */
void diag_remark(struct position at, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As diag_error(), for callers that have their arguments in a list. */
void diag_error_list(struct position at, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* Errors so far. */
unsigned diag_errors(void);

/* A fault that is not the user's configuration (no memory, an output that cannot be written): ends the run. */
void diag_fatal(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
