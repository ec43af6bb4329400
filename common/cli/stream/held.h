#ifndef SML_HELD_H
#define SML_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/report/diag.h"
#include "json/record.h"

/*
 * A copy of a record's line and of where it stood, for a tool that answers it
 * when the stream is further on: stream_keep.  All zeroes is an empty one, and
 * one that was answered can be used again.
 */
struct held {
	struct buf line; /* without its ending; slack behind it, for held_parse */
	struct place place;
	struct mark { /* the stream's own: where a run goes on before this record */
		uint64_t offset, line, count;
		bool first;
	} mark;
};

/* Copies a line, and the place it is told by (its source is borrowed). */
int held_put(struct held *, const struct line *, const struct place *, struct err *);

/* Parses it again, where it stands: values are borrowed from the copy. */
int held_parse(const struct held *, struct record *, const struct fields *, struct err *);

void held_free(struct held *);

#endif
