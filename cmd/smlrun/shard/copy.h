#ifndef SML_COPY_H
#define SML_COPY_H

#include "base/buf.h"
#include "base/ring.h"
#include "pipeline/pipeline.h"
#include "pipeline/results.h"

/*
 * A control line that goes to all copies of a pipeline.  It comes back from each of them, and
 * what a copy wrote before belongs before it.
 */
struct separator {
	char line[200]; /* with its newline */
	size_t n;
	size_t block; /* it ends a block of so many bytes; 0: none */
	bool restore;
};

/* Those that are not back from all copies yet. */
struct separators {
	struct ring ring; /* of struct separator */
	uint64_t first;	  /* the number of the one at the front, from 0 */
};

/* The number of the next one. */
static inline uint64_t
separators_next(const struct separators *s)
{
	return s->first + s->ring.count;
}

/*
 * A copy of a pipeline, which gets the records of some keys: a command of the shell, what goes
 * into it, and what came out.
 */
struct copy {
	struct pipeline pipeline;
	char begins[64];  /* what a restore is for one without a snapshot; "": as for all */
	struct buf held;  /* its records of the block that is not whole yet */
	struct buf input; /* what goes in now ... */
	size_t sent;	  /* ... so much of it is in */
	bool probes;	  /* that is a probe alone */

	struct results results;
	struct buf output; /* what came out and is not written yet ... */
	size_t written;	   /* ... but for so much of it */
	uint64_t start;	   /* how many bytes came out before that */
	uint64_t whole;	   /* and up to the end of the last whole line */
	struct ring ends;  /* uint64_t: and up to each separator that came back */
	uint64_t back;	   /* the number of the separator that comes back next */
	struct buf line;   /* the last of them, without white space */
	struct buf failed; /* the line by which a stage said that it failed */
	bool ended;	   /* nothing more comes out */
};

/* Starts COMMAND with this folder of its own.  Returns -1 with err; copy_close in any case. */
int copy_start(struct copy *, const char *command, const char *folder, struct err *);
void copy_close(struct copy *);

/* Appends to what goes in.  Returns -1 with err if memory is short. */
int copy_put(struct copy *, const char *p, size_t n, struct err *);

/* The records that were held back go in. */
int copy_release(struct copy *, struct err *);

/* Sends a line that only shows whether all stages are alive, if nothing else is to go in. */
int copy_probe(struct copy *, struct err *);

/* Writes what the pipe takes.  Returns whether the copy took more of its input. */
bool copy_write(struct copy *);

/*
 * Reads what there is.  Returns 1 if something came, 0, or -1 with err; the copy must give back
 * these control lines, in their order.
 */
int copy_read(struct copy *, const struct separators *, struct err *);

/*
 * Returns how many bytes of output are to be written before the first separator that came back,
 * or, if none has, up to the last whole line.
 */
size_t copy_ready(const struct copy *);

/* Forgets n bytes of output, which are written. */
void copy_wrote(struct copy *, size_t n);

static inline bool
copy_has_input(const struct copy *c)
{
	return c->input.len > c->sent && c->pipeline.in != -1;
}

#endif
