#ifndef SML_PENDING_H
#define SML_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer/answer.h"
#include "answer/coprocess.h"
#include "answer/reply.h"
#include "cli/stream/held.h"

/* The records that wait for their answers, in the order of the input. */
struct waiting {
	uint64_t number; /* among all requests, and among those that wait */
	uint64_t place;
	struct held held;
	struct request request; /* what the loop has found out */
	bool answered;		/* by reply, or by nobody */
	struct reply reply;	/* in bytes */
	struct buf bytes;
	struct err error; /* of the arm itself; an empty text: none */
	uint64_t behind;  /* the next one that waits for the same co-process */
};

struct pending {
	struct waiting *slot; /* by place, modulo PENDING_SLOTS */
	uint64_t first, next; /* places: of the oldest, and of the next one */
	size_t bytes;	      /* of all lines */
};

/* Where there are so many records or bytes, no more are taken before one has gone. */
enum { PENDING_MOST = COPROCESS_DEPTH - 1, PENDING_SLOTS = COPROCESS_DEPTH };
enum { PENDING_BYTES = 64 * 1024 * 1024 };

/* -1 where memory is short. */
int pending_open(struct pending *);
void pending_close(struct pending *); /* takes one of all zeroes */

static inline struct waiting *
pending_at(const struct pending *p, uint64_t place)
{
	return &p->slot[place % PENDING_SLOTS];
}

static inline size_t
pending_count(const struct pending *p)
{
	return (size_t)(p->next - p->first);
}

bool pending_full(const struct pending *);

/*
 * Room for one more, with nothing in it; there is some where it was not full.
 * It counts when pending_add says so.
 */
struct waiting *pending_new(struct pending *);
void pending_add(struct pending *);

/* The oldest one if it is answered, else NULL; and away with it. */
struct waiting *pending_done(const struct pending *);
void pending_drop(struct pending *);

#endif
