#ifndef SML_FEED_BLOCK_H
#define SML_FEED_BLOCK_H

#include "sink/reject_lines.h"
#include "source/source_place.h"

struct feed;

/*
 * With --shards, records go into a pipeline in blocks, counted from the source's start, and a
 * commit is at the end of one: what was read of the next one is read again by the next run.
 */
struct feed_block {
	struct source_place place;   /* after the last whole block */
	bool due;		     /* one is whole, and the line that says so is to go in */
	struct reject_lines rejects; /* of the block that is not whole */
};

/* Begins an attempt.  Returns -1 with err. */
int feed_block_start(struct feed *, struct err *);
void feed_block_free(struct feed *);

/* Returns whether the run has blocks. */
bool feed_has_blocks(const struct feed *);

/* Returns how many records are missing in the block, at least 1. */
uint64_t feed_block_room(const struct feed *);

/* Returns how many were read after the last whole block. */
uint64_t feed_block_rest(const struct feed *);

/* Notes that records were read. */
void feed_block_read(struct feed *);

/*
 * Ends a block, whether or not it is whole: what it rejected goes to --rejects, and a line in.
 * Returns 1, 0 if that has to wait for a commit, or -1 with err.
 */
int feed_block_end(struct feed *, struct err *);

/*
 * Marks the place in the source, and forgets all but those that are committed or may be.
 * Returns -1 with err.
 */
int feed_mark(struct feed *, struct source_place *, struct err *);

#endif
