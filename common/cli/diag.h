#ifndef SML_DIAG_H
#define SML_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/* Exit statuses that all tools share; sml(7). */
enum status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,	/* I/O, a server, a record without its file */
	EXIT_USAGE = 2,
	EXIT_REJECTS = 3,	/* records went to --rejects */
	EXIT_FOUND = 4,		/* the condition of --exit-code */
	EXIT_TRY_AGAIN = 75	/* a server is away, the epoch was aborted */
};

/*
 * Messages on standard error, one line each: "tool: what, and what to do".
 * A place, where there is one, comes before: "events.ndjson:17:42: ".
 */
struct diag;

/* tool is borrowed.  Colour only where standard error is a terminal. */
struct diag *diag_new(const char *tool);
void	diag_free(struct diag *);

struct place {
	const char *source;	/* a file's name; NULL: no place */
	uint64_t line, byte;	/* from 1; 0: none */
};

void	diag_error(struct diag *, const struct place *, const char *format, ...)
	    __attribute__((format(printf, 3, 4)));

/*
 * The same kind of warning (the same format) is shown three times, then
 * counted; diag_summary says how many more there were.
 */
void	diag_warn(struct diag *, const struct place *, const char *format, ...)
	    __attribute__((format(printf, 3, 4)));
void	diag_summary(struct diag *);

/* Says it and exits with the status; only from main's own start-up code. */
_Noreturn void diag_die(struct diag *, enum status, const char *format, ...)
	    __attribute__((format(printf, 3, 4)));

#endif
