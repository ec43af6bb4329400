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
 * A dump: a file with the envelopes of several partitions.  They are read in the order of
 * (time, topic, partition, offset), but lines of one partition keep their order in the file.
 * Lines that are not envelopes come first.
 *
 * The file is read in regions, each in this order.  A region starts where the last one ends,
 * and ends where the file ended when the region was started.  A place is a region and the
 * number of its records that were read; to go there, the region is merged again.  After a
 * region that an earlier run started comes a region with the lines added since.
 */
struct dump_source {
	const char *path;	    /* borrowed */
	size_t longest;		    /* most bytes in a line */
	bool drain;		    /* takes a last line without a newline */
	enum message_format format; /* the values, or the envelopes as they are */
	struct source_place place;  /* of the next line */
	/* the last committed place: the end of its region is known */
	struct source_place last;
	bool resumed; /* an earlier run started the region */

	/* The members below are private to dump_source.c. */
	int fd;
	struct dump_format fields;
	struct dump_lines *of; /* the lines of each partition; malloc'ed */
	size_t count, room;
	uint64_t lines; /* how many the file has up to the end of the region */
	struct merge merge;
	struct payload payload;
	struct envelope envelope;
	struct out out;
	struct dump_lines *bad; /* the partition whose next line is bad; NULL: none */
	/* failed: the error while a bad line was skipped; no text: none */
	struct err why, failed;
};

int dump_source_open(struct dump_source *, const char *path, size_t longest, bool drain,
    enum message_format, struct err *);
void dump_source_close(struct dump_source *);

/*
 * Goes to a place.  last: the last committed place; up to the end of its region the file must be
 * unchanged.  Returns -1 with err.
 */
int dump_source_seek(struct dump_source *, const struct source_place *,
    const struct source_place *last, struct err *);

/* These do the same as their namesakes in task_source.h. */
enum source_event dump_source_next(struct dump_source *, uint64_t most, const char **p,
    size_t *n, struct err *);
void dump_source_skip(struct dump_source *);
void dump_source_mark(struct dump_source *, struct source_place *);

/* Returns the number of the next line; 0: none. */
uint64_t dump_source_line(const struct dump_source *);

#endif
