#ifndef SML_SHARDING_H
#define SML_SHARDING_H

#include <poll.h>

#include "json/reader.h"
#include "shard/copy.h"
#include "shard/shard_key.h"

/*
 * Distributes records among copies of a pipeline, and writes their results in one order.
 *
 * The order depends on the records alone.  smlrun sends a block line at the end of each block.
 * Until then the block is held back; then each copy gets its records of the block.  The
 * results of a block are written copy by copy.  Any other control line goes to all copies
 * immediately, and is written when it has come back from all.  So a barrier marks the place
 * after the last whole block, whatever has been read since.
 */
struct sharding {
	struct shard_key key;
	bool named;	 /* no key: a copy line names the copy for the records after it, ... */
	size_t to;	 /* ... which is this one */
	size_t restored; /* how many copies have snapshots: the first ones */
	struct reader *reader;
	struct line line;
	struct copy *copy; /* malloc'ed */
	size_t copies;
	struct pollfd *fds; /* our own two, and two of each copy; malloc'ed */

	size_t held;	    /* bytes of the unfinished block */
	bool block_waits;   /* this block is whole, but waits for earlier ones ... */
	uint64_t blocks;    /* ... of which this many are under way ... */
	size_t block_bytes; /* ... with this many bytes */
	bool input_ended;

	struct separators sent;
	size_t turn;	     /* the copy whose results come next */
	struct buf line_out; /* a control line to write ... */
	size_t line_sent;    /* ... and how much of it is written */
	bool within;	     /* only a part of a line is written */
	bool blocked;	     /* standard output takes no more for now */
	bool moved;	     /* a copy has read or written something ... */
	int64_t spoke;	     /* ... since we wrote something; monotonic ns */
};

/*
 * Starts the copies, each with its own folder in the folder of the states.  restored: how many
 * copies, from the first on, have snapshots that a restore may name.  key: NULL if copy lines
 * say which copy gets a record.  Returns -1 with err.
 */
int sharding_start(struct sharding *, const char *key, size_t copies, size_t restored,
    const char *command, const char *states, struct err *);
void sharding_end(struct sharding *);

/*
 * Runs until all copies have ended, or until one has ended too early: *dead is that copy, or
 * NULL.  Returns -1 with err.
 */
int sharding_run(struct sharding *, struct copy **dead, struct err *);

/* Writes results in their order, as far as they have come and standard output takes them. */
int sharding_write(struct sharding *, struct err *);

/*
 * Shows smlrun that copies are working: while they work on a block, there may be no results
 * for a long time.
 */
int sharding_show_life(struct sharding *, struct err *);

/* Returns whether this copy has ended as it should, with all its output written. */
bool sharding_is_done(const struct sharding *, const struct copy *);

/* How long copies may work without output before sharding_show_life writes a line; ns. */
extern const int64_t sharding_speaks;

#endif
