#ifndef SML_FEED_BLOCK_H
#define SML_FEED_BLOCK_H

#include "sink/reject_lines.h"
#include "source/source_place.h"

struct feed;

/*
 * With --shards, records enter a pipeline in blocks, which are counted from the start of the
 * source.  Commits come only at the end of a block, so the next run reads an unfinished block
 * again.
 */
struct feed_block {
	struct source_place place;   /* after the last whole block */
	bool due;		     /* a block is whole, and its block line must be sent */
	struct reject_lines rejects; /* bad lines of the unfinished block */
};

/* Starts an attempt.  Returns -1 with err.  Call feed_block_free in any case. */
int feed_block_start(struct feed *, struct err *);
void feed_block_free(struct feed *);

/* Returns whether the run has blocks. */
bool feed_has_blocks(const struct feed *);

/* Returns how many records the block lacks, at least 1. */
uint64_t feed_block_room(const struct feed *);

/* Returns how many records were read after the last whole block. */
uint64_t feed_block_rest(const struct feed *);

/* Must be called when records have been read. */
void feed_block_read(struct feed *);

/*
 * Ends a block, whether or not it is whole: writes its bad lines to --rejects, and sends a
 * block line.  Returns 1; 0 if this must wait for a commit; or -1 with err.
 */
int feed_block_end(struct feed *, struct err *);

/*
 * Fills in the place in the source, and frees all places in partitions that no commit needs any
 * more. Returns -1 with err.
 */
int feed_mark(struct feed *, struct source_place *, struct err *);

#endif
