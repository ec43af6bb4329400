#ifndef SML_FEED_BLOCK_H
#define SML_FEED_BLOCK_H

#include "sink/reject_lines.h"
#include "source/source_place.h"

struct feed;

/*
 * With --shards, records go into a pipeline in blocks, counted from the source's start, and a
 * commit is at the end of a block: the next run reads an unfinished block again.
 */
struct feed_block {
	struct source_place place;   /* after the last whole block */
	bool due;		     /* a block is whole, and its block line must go in */
	struct reject_lines rejects; /* bad lines of the block that is not whole yet */
};

/* Begins an attempt.  Returns -1 with err; feed_block_free in any case. */
int feed_block_start(struct feed *, struct err *);
void feed_block_free(struct feed *);

/* Returns whether the run has blocks. */
bool feed_has_blocks(const struct feed *);

/* Returns how many records the block lacks, at least 1. */
uint64_t feed_block_room(const struct feed *);

/* Returns how many records were read after the last whole block. */
uint64_t feed_block_rest(const struct feed *);

/* To be called when records were read. */
void feed_block_read(struct feed *);

/*
 * Ends a block, whether or not it is whole: its bad lines go to --rejects, and a block line goes
 * in. Returns 1, 0 if that must wait for a commit, or -1 with err.
 */
int feed_block_end(struct feed *, struct err *);

/*
 * Fills in the place in the source, and frees all places in partitions that no commit needs any
 * more. Returns -1 with err.
 */
int feed_mark(struct feed *, struct source_place *, struct err *);

#endif
