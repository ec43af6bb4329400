#ifndef SML_COPY_H
#define SML_COPY_H

#include "base/buf.h"
#include "base/ring.h"
#include "pipeline/pipeline.h"
#include "pipeline/results.h"

/*
 * A control line that goes to all copies of a pipeline, and comes back from each.  Results
 * that a copy writes before this line belong to records before it.
 */
struct separator {
	char line[200]; /* with its newline */
	size_t n;
	size_t block; /* bytes of the block that it ends; 0: it does not end a block */
	bool restore;
};

/* The separators that have not come back from all copies yet. */
struct separators {
	struct ring ring; /* of struct separator */
	uint64_t first;	  /* the number of the first separator in ring, from 0 */
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
	/* the restore line if this copy has no snapshot; "": the same as for all */
	char begins[64];
	struct buf held;  /* its records of the unfinished block */
	struct buf input; /* what to write to the copy ... */
	size_t sent;	  /* ... and how much of that is written */
	bool probes;	  /* input is only a probe */

	struct results results;
	struct buf output; /* what the copy wrote and is not passed on yet ... */
	size_t written;	   /* ... except for this many bytes at its start */
	uint64_t start;	   /* bytes that the copy wrote before output */
	uint64_t whole;	   /* bytes that it wrote up to the end of the last whole line */
	struct ring ends;  /* uint64_t: bytes up to each separator that came back */
	uint64_t back;	   /* the number of the separator to come back next */
	struct buf line;   /* the last separator, without white space */
	struct buf failed; /* the line in which a stage said that it failed */
	bool ended;	   /* the copy writes nothing more */
};

/*
 * Starts a command with a folder of its own.  Returns -1 with err.  Call copy_close in any
 * case.
 */
int copy_start(struct copy *, const char *command, const char *folder, struct err *);
void copy_close(struct copy *);

/* Appends to the input of the copy.  Returns -1 with err if memory is short. */
int copy_put(struct copy *, const char *p, size_t n, struct err *);

/* Appends the copy's records of the block, which is whole now, to the copy's input. */
int copy_release(struct copy *, struct err *);

/* Sends a probe, which shows whether all stages are alive, if nothing else is to be written. */
int copy_probe(struct copy *, struct err *);

/* Writes as much input as the pipe takes.  Returns whether it took any. */
bool copy_write(struct copy *);

/*
 * Reads the output of the copy, in which these separators must come back in their order.
 * Returns 1 if something came, 0 if nothing did, or -1 with err.
 */
int copy_read(struct copy *, const struct separators *, struct err *);

/*
 * Returns how many bytes of output can be passed on: those before the first separator that has
 * come back or, if none has, up to the end of the last whole line.
 */
size_t copy_ready(const struct copy *);

/* Removes n bytes of output, which have been passed on. */
void copy_wrote(struct copy *, size_t n);

static inline bool
copy_has_input(const struct copy *c)
{
	return c->input.len > c->sent && c->pipeline.in != -1;
}

#endif
