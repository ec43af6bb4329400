#ifndef SML_PENDING_H
#define SML_PENDING_H

#include "cli/stream/held.h"
#include "store/store.h"

/* A record on its way: what was asked of the store for it, and what is needed to answer. */
struct pending_record {
	struct held held; /* where the answer comes later than the record */
	struct store_request request;
	struct buf id, text; /* what the request points to */
	int64_t now;	     /* the record's time, ns */
	uint64_t expired;    /* of its features, when they were put */
};

/*
 * Records that the store has not answered, in the order in which they came.  Each stays
 * where it is, and is used again, but keeps no more than PENDING_KEPT bytes in a buffer.  All
 * zeroes is none.
 */
struct pending {
	struct pending_record **ring; /* of those that were made */
	size_t head, count, cap;
	size_t bytes; /* that their buffers hold */
};
enum { PENDING_BYTES = 8 << 20, PENDING_KEPT = 8 << 10 };

/* One to fill, which is no part of the order yet; NULL where memory is short. */
struct pending_record *pending_spare(struct pending *, struct err *);

/* Puts the spare one after the others. */
void pending_push(struct pending *);

/* Takes the first one away. */
void pending_pop(struct pending *);

/* So much is held that some must be answered before more is read. */
static inline bool
pending_full(const struct pending *p)
{
	return p->bytes >= PENDING_BYTES;
}

/* The first one, or NULL. */
static inline struct pending_record *
pending_first(struct pending *p)
{
	return p->count == 0 ? NULL : p->ring[p->head];
}

void pending_free(struct pending *);

#endif
