#ifndef SML_FEED_H
#define SML_FEED_H

#include "base/buf.h"
#include "commit/commit.h"
#include "feed_block.h"

struct task;

/*
 * What goes into a pipeline in one attempt: a restore, records, and barriers or marks between
 * them.  Only one barrier or mark is under way at a time; records follow it without waiting.
 */
struct feed {
	struct task *task;
	struct buf control; /* a control line to write ... */
	size_t sent;	    /* ... and how much of it is written */
	const char *lines;  /* records to write before anything else, borrowed */
	size_t left;
	uint64_t since; /* lines, in whole blocks, since the last barrier or mark */
	struct feed_block block;
	int64_t barrier_at; /* when the last barrier or mark was sent, monotonic ns */
	int64_t held_up;    /* ns: how long brokers have delayed us since then */
	int64_t id;	    /* of the last barrier or mark, or of the restored snapshot */
	bool under_way;	    /* the last barrier or mark is not committed yet */
	bool snapshot;	    /* the last barrier or mark is a barrier */
	bool repeating;	    /* committed records after the snapshot are being read again */
	bool owes_snapshot; /* a snapshot must come before the records after those */
	struct commit next; /* what its return commits; borrows the names */
	uint64_t rejected;  /* lines in --rejects that are not committed */
	bool stopping;	    /* no more records: a signal came */
	bool source_ended;
	bool waiting;  /* the source has nothing now: ask it again soon */
	bool drained;  /* the end line and a barrier after it were sent */
	bool finished; /* everything is sent and committed */
};

/* Begins an attempt with a restore line for the last snapshot.  Returns -1 with err. */
int feed_start(struct feed *, struct task *, struct err *);
void feed_free(struct feed *);

/*
 * Writes what the pipe takes without waiting.  Returns 1 if there may be more to write, 0 if
 * there is nothing for now, or -1 with err.  Also returns -1 if the attempt is over
 * (task_stop).  It is not an error if nobody reads the pipe.
 */
int feed_write(struct feed *, struct err *);

/* Sends a probe, if nothing else is to be written now and the end line has not been sent. */
int feed_probe(struct feed *, struct err *);

/* Must be called when the last barrier or mark is back and committed. */
void feed_returned(struct feed *);

/* Returns whether the next commit needs a barrier that this pipeline has not been sent yet. */
bool feed_owes_barrier(const struct feed *);

/* Returns when a barrier is due even if nothing else happens, monotonic ns; INT64_MAX: never. */
int64_t feed_due(const struct feed *);

#endif
