#ifndef SML_DIAG_H
#define SML_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Exit statuses that all tools share; sml-stream(7). */
enum status {
	EXIT_OK = 0,
	EXIT_FAILED = 1, /* I/O, a server, a bad or late record without a file for it */
	EXIT_USAGE = 2,
	EXIT_REJECTS = 3,   /* records went to --rejects */
	EXIT_FOUND = 4,	    /* the condition of --exit-code is true */
	EXIT_TRY_AGAIN = 75 /* err_unreachable: a server is unreachable */
};

/* Returns the exit status of a run that fails with err. */
static inline enum status
status_of_err(const struct err *err)
{
	return err->unreachable ? EXIT_TRY_AGAIN : EXIT_FAILED;
}

/*
 * Messages on standard error, one line each: "tool: what, and what to do".  A place, if there
 * is one, comes between: "tool: events.ndjson:17:42: what".  Control characters, and bytes
 * that are not UTF-8, are written as \n or \x1b, so that a quoted record cannot control the
 * terminal.
 */
struct diag;

/*
 * Makes a diag; tool is borrowed.  Returns NULL if memory is short.  Colour is used
 * only if standard error is a terminal and NO_COLOR is not set (no-color.org).
 */
struct diag *diag_new(const char *tool);
void diag_free(struct diag *); /* accepts NULL */

struct place {
	const char *source;  /* a file's name; NULL: no place */
	uint64_t line, byte; /* from 1; 0: none */
};

/* Write an error.  place may be NULL. */
void diag_error(struct diag *, const struct place *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_verror(struct diag *, const struct place *, const char *format, va_list)
    __attribute__((format(printf, 3, 0)));

/*
 * Write a warning.  The first three warnings of one kind (one format, which must be a literal)
 * are shown, later ones are counted; diag_summary says how many there were.
 */
void diag_warn(struct diag *, const struct place *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_vwarn(struct diag *, const struct place *, const char *format, va_list)
    __attribute__((format(printf, 3, 0)));
void diag_summary(struct diag *);

/* Returns whether standard error is a terminal that can show a status line. */
bool diag_on_terminal(const struct diag *);

/*
 * Shows a line on the terminal until the next line or a message replaces it; NULL removes it.
 * Does nothing if standard error is not a terminal.
 */
void diag_status(struct diag *, const char *line);

/* Writes an error and exits with the status; only for main's own start-up code. */
_Noreturn void diag_die(struct diag *, enum status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
