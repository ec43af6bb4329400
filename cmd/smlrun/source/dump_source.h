#ifndef SML_DUMP_SOURCE_H
#define SML_DUMP_SOURCE_H

#include "base/out.h"
#include "kafka/envelope_read.h"
#include "kafka/message.h"
#include "kafka/payload.h"
#include "source/dump_lines.h"
#include "source/source_event.h"
#include "source/source_place.h"

/*
 * A dump of several partitions, a file of envelopes, in the order of (time, topic, partition,
 * offset); each partition keeps the order that it has in the file.  Lines that are no envelopes
 * come first.
 *
 * A region of the file is read in this order: what it had when the region was begun, after the
 * one before.  A place is a region and how many records of it were read; to go there the region
 * is merged again.  After a region that an earlier run began comes what was added since.
 */
struct dump_source {
	const char *path;	    /* borrowed */
	size_t longest;		    /* most bytes in a line */
	bool drain;		    /* takes the last line as it is */
	enum message_format format; /* the values, or the envelopes as they are */
	struct source_place place;  /* of the next line */
	struct source_place
	    last;     /* that was committed before: where its region ends is known */
	bool resumed; /* the region is one of an earlier run */

	/* What follows is dump_source.c's own. */
	int fd;
	struct dump_format fields;
	struct dump_lines *of; /* each partition's; malloc'ed */
	size_t count, room;
	uint64_t lines; /* in the file, up to the region's end */
	struct merge merge;
	struct payload payload;
	struct envelope envelope;
	struct out out;
	struct dump_lines *bad; /* whose next line is; NULL: none */
	struct err why, failed; /* failed: while a bad line was gone over; no text: not */
};

int dump_source_open(struct dump_source *, const char *path, size_t longest, bool drain,
    enum message_format, struct err *);
void dump_source_close(struct dump_source *);

/*
 * Goes to a place.  last: the last one that was committed, up to whose region's end the file must
 * be the same.  Returns -1 with err.
 */
int dump_source_seek(struct dump_source *, const struct source_place *,
    const struct source_place *last, struct err *);

/* These do what task_source.h says. */
enum source_event dump_source_next(struct dump_source *, uint64_t most, const char **p,
    size_t *n, struct err *);
void dump_source_skip(struct dump_source *);
void dump_source_mark(struct dump_source *, struct source_place *);

/* The number of the line that is next; 0: none. */
uint64_t dump_source_line(const struct dump_source *);

#endif
