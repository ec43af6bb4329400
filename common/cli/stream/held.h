#ifndef SML_HELD_H
#define SML_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/report/diag.h"
#include "json/record.h"

/*
 * A copy of a record's line and its place, for a tool that answers the record later
 * (stream_keep).  All zeroes is an empty copy; after the answer it can be used again.
 *
 * Each program has its own word for a held record and what it waits for.  In smlfeat a pending
 * record waits for a request to the store; in smlroute an outstanding request for a
 * co-process's response; in smlkafka a parcel for a delivery report.  (An outbox holds
 * commands to Redis.)
 */
struct held {
	struct buf line; /* without its line ending; slack after it, for held_parse */
	struct place place;
	struct mark { /* private to the stream: where a run continues before this record */
		uint64_t offset, line, count;
		bool first;
	} mark;
};

/* Copies a line, and its place for messages (place.source is borrowed). */
int held_put(struct held *, const struct line *, const struct place *, struct err *);

/* Parses the line again; values are borrowed from the copy. */
int held_parse(const struct held *, struct record *, const struct fields *, struct err *);

void held_free(struct held *);

#endif
