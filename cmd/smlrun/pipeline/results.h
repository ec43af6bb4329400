#ifndef SML_RESULTS_H
#define SML_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/record.h"

/*
 * Separates the output of a pipeline into data and control lines.  Data is handed out in pieces
 * of any length, which may end within a line; memory is bounded by the longest control line.
 */
struct results {
	struct buf bytes; /* what was read */
	size_t at;	  /* how much of it was handed out */
	bool within;	  /* the last piece ended within a line */
	bool ended;	  /* nothing more comes */
	struct fields *none;
	struct record record; /* the last control line */
};

enum results_event {
	RESULTS_DATA, /* p and n, borrowed until the next call; records counts the newlines */
	RESULTS_CONTROL, /* results_control returns the line, p and n are its bytes */
	RESULTS_MORE,	 /* call results_fill */
	RESULTS_END	 /* nothing more comes */
};

/* One piece of output. */
struct results_piece {
	const char *p;
	size_t n;
	uint64_t records; /* lines that end in this piece */
};

int results_open(struct results *, struct err *);
void results_close(struct results *);

/* Forgets what the last attempt wrote. */
void results_restart(struct results *);

/* Calls read(2) once.  Returns -1 with errno; EAGAIN: nothing is there yet. */
ssize_t results_fill(struct results *, int fd);

enum results_event results_next(struct results *, struct results_piece *);

/*
 * Returns the control line that RESULTS_CONTROL announced: an object whose first member is
 * "$sml".
 */
static inline struct value
results_control(const struct results *r)
{
	return r->record.object;
}

#endif
