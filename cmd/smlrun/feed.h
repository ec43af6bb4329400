#ifndef SML_FEED_H
#define SML_FEED_H

#include "base/buf.h"
#include "commit/commit.h"
#include "feed_block.h"

struct task;

/*
 * What goes into a pipeline in one attempt: a restore, records, and barriers or marks between
 * them.  One of those is under way at a time; records follow it meanwhile.
 */
struct feed {
	struct task *task;
	struct buf control; /* a control line ... */
	size_t sent;	    /* ... so much of it was written */
	const char *lines;  /* records to write before anything else, borrowed */
	size_t left;
	uint64_t since; /* lines since the last barrier or mark, in whole blocks */
	struct feed_block block;
	int64_t barrier_at; /* when that went in, monotonic ns */
	int64_t id;	    /* of the last one, or of what was restored */
	bool under_way;	    /* that one is not committed yet */
	bool snapshot;	    /* it is a barrier */
	bool repeating;	    /* what is committed after the snapshot is not read again yet */
	bool owes_snapshot; /* ... and must not be, once more, with what follows */
	struct commit next; /* what its return will commit; borrows the names */
	uint64_t rejected;  /* lines that went to --rejects and are not committed */
	bool stopping;	    /* no more records: a signal came */
	bool source_ended;
	bool waiting;  /* the source has nothing now: ask it again soon */
	bool drained;  /* the end went in, and a barrier after it */
	bool finished; /* everything is in, and committed */
};

/* Begins with the restore of what is committed.  Returns -1 with err. */
int feed_start(struct feed *, struct task *, struct err *);
void feed_free(struct feed *);

/*
 * Writes what the pipe takes without waiting.  Returns 1 if it would take more later, 0 if
 * there is nothing to write for now, -1 with err, or if the attempt is over (task_stop).  A pipe
 * that nobody reads is no error.
 */
int feed_write(struct feed *, struct err *);

/* Sends a line that only comes back, if nothing else is to be written now; after the end none. */
int feed_probe(struct feed *, struct err *);

/* Says that its barrier or mark is back, and what that was for is done. */
void feed_returned(struct feed *);

/* Returns whether the next commit needs a barrier of this pipeline that is not under way yet. */
bool feed_owes_barrier(const struct feed *);

/* Returns when a barrier is due though nothing moves, monotonic ns; INT64_MAX: never. */
int64_t feed_due(const struct feed *);

#endif
