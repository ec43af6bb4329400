#ifndef SML_DIAG_H
#define SML_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Exit statuses that all tools share; sml-stream(7). */
enum status {
	EXIT_OK = 0,
	EXIT_FAILED = 1, /* I/O, a server, a record without its file */
	EXIT_USAGE = 2,
	EXIT_REJECTS = 3,   /* records went to --rejects */
	EXIT_FOUND = 4,	    /* the condition of --exit-code */
	EXIT_TRY_AGAIN = 75 /* a server is away, the epoch was aborted */
};

/*
 * Messages on standard error, one line each: "tool: what, and what to do".
 * A place, where there is one, comes before: "tool: events.ndjson:17:42: ".
 * Control characters, and bytes that are no UTF-8, come out as \n or \x1b: a
 * record cannot drive the terminal it is quoted on.
 */
struct diag;

/*
 * tool is borrowed.  NULL where memory is short.  Colour only where standard
 * error is a terminal, and never where NO_COLOR is set (no-color.org).
 */
struct diag *diag_new(const char *tool);
void diag_free(struct diag *); /* takes NULL */

struct place {
	const char *source;  /* a file's name; NULL: no place */
	uint64_t line, byte; /* from 1; 0: none */
};

void diag_error(struct diag *, const struct place *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void diag_verror(struct diag *, const struct place *, const char *format, va_list)
    __attribute__((format(printf, 3, 0)));

/*
 * The same kind of warning (the same format, which must be a literal) is shown
 * three times, then counted; diag_summary says how many more there were.
 */
void diag_warn(struct diag *, const struct place *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_vwarn(struct diag *, const struct place *, const char *format, va_list)
    __attribute__((format(printf, 3, 0)));
void diag_summary(struct diag *);

/* Is standard error a terminal that can show a status line? */
bool diag_on_terminal(const struct diag *);

/*
 * A line that stands on the terminal until the next one, or a message, takes
 * its place; NULL takes it away.  Nothing where standard error is no terminal.
 */
void diag_status(struct diag *, const char *line);

/* Says it and exits with the status; only from main's own start-up code. */
_Noreturn void diag_die(struct diag *, enum status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
