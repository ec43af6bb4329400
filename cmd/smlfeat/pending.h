#ifndef SML_PENDING_H
#define SML_PENDING_H

#include "held.h"
#include "store.h"

/* A record on its way: what was asked of the store for it, and what is needed to answer. */
struct turn {
	struct held held;	/* where the answer comes later than the record */
	struct store_request request;
	struct buf id, text;	/* what the request points to */
	int64_t now;		/* the record's time, ns */
	uint64_t expired;	/* of its features, when they were put */
};

/*
 * Records that the store has not answered, in the order in which they came.  Each turn stays
 * where it is, and is used again.  All zeroes is none.
 */
struct pending {
	struct turn **turn;	/* a ring of those that were made */
	size_t head, count, cap;
};

/* A turn to fill, which is no part of the order yet; NULL where memory is short. */
struct turn *pending_spare(struct pending *, struct err *);

/* Puts it behind the others. */
static inline void
pending_push(struct pending *p)
{
	p->count++;
}

/* The first one, or NULL. */
static inline struct turn *
pending_first(struct pending *p)
{
	return p->count == 0 ? NULL : p->turn[p->head];
}

static inline void
pending_pop(struct pending *p)
{
	p->head = p->head + 1 == p->cap ? 0 : p->head + 1;
	p->count--;
}

void	pending_free(struct pending *);

#endif
