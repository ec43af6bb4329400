#ifndef SML_COPY_H
#define SML_COPY_H

#include "base/buf.h"
#include "base/ring.h"
#include "pipeline/pipeline.h"
#include "pipeline/results.h"

/*
 * A control line that goes to all copies of a pipeline, and comes back from each: what a copy
 * writes before it belongs to the records before it.
 */
struct separator {
	char line[200]; /* with its newline */
	size_t n;
	size_t block; /* bytes of the block that it ends; 0: it ends none */
	bool restore;
};

/* The separators that are not back from all copies yet. */
struct separators {
	struct ring ring; /* of struct separator */
	uint64_t first;	  /* the number of the one at the front, from 0 */
};

/* Returns the number of the next separator. */
static inline uint64_t
separators_next(const struct separators *s)
{
	return s->first + s->ring.count;
}

/*
 * A copy of a pipeline, which gets the records of some keys: a shell command, its input, and its
 * output.
 */
struct copy {
	struct pipeline pipeline;
	char begins
	    [64]; /* the restore line for a copy without a snapshot; "": the same for all */
	struct buf held;  /* its records of the unfinished block */
	struct buf input; /* what to write to it ... */
	size_t sent;	  /* ... and how much of that is written */
	bool probes;	  /* input is only a probe */

	struct results results;
	struct buf output; /* what came out and is not passed on yet ... */
	size_t written;	   /* ... except for this many bytes at its start */
	uint64_t start;	   /* how many bytes came out before that */
	uint64_t whole;	   /* the same up to the end of the last whole line */
	struct ring ends;  /* uint64_t: the same up to each separator that came back */
	uint64_t back;	   /* the number of the separator to come back next */
	struct buf line;   /* the last separator, without white space */
	struct buf failed; /* the line in which a stage said that it failed */
	bool ended;	   /* nothing more comes out */
};

/* Starts a command with a folder of its own.  Returns -1 with err; copy_close in any case. */
int copy_start(struct copy *, const char *command, const char *folder, struct err *);
void copy_close(struct copy *);

/* Appends to its input.  Returns -1 with err if memory is short. */
int copy_put(struct copy *, const char *p, size_t n, struct err *);

/* Moves the records of the block, which is whole now, to its input. */
int copy_release(struct copy *, struct err *);

/* Sends a probe, which shows whether all stages are alive, if nothing else is to be written. */
int copy_probe(struct copy *, struct err *);

/* Writes what the pipe takes.  Returns whether the copy took more of its input. */
bool copy_write(struct copy *);

/*
 * Reads its output.  Returns 1 if something came, 0, or -1 with err; the copy must give back
 * these separators, in their order.
 */
int copy_read(struct copy *, const struct separators *, struct err *);

/*
 * Returns how many bytes of output come before the first separator that is back, or, if none is,
 * up to the last whole line.
 */
size_t copy_ready(const struct copy *);

/* Removes n bytes of output, which are passed on. */
void copy_wrote(struct copy *, size_t n);

static inline bool
copy_has_input(const struct copy *c)
{
	return c->input.len > c->sent && c->pipeline.in != -1;
}

#endif
