#ifndef SML_PENDING_H
#define SML_PENDING_H

#include "base/memory.h"
#include "base/ring.h"
#include "cli/stream/held.h"
#include "store/store.h"

/* A record that waits for the store: its request, and what is needed to answer it. */
struct pending_record {
	struct held held; /* used if the answer comes later */
	struct store_request request;
	struct buf id, text; /* the request points into these */
	int64_t now;	     /* the record's time, ns */
	uint64_t expired;    /* how many of its features had expired when put */
};

/*
 * Records that the store has not answered, in order.  They do not move.  A record that is
 * removed is used again, but its buffers of more than PENDING_KEPT bytes are freed.  All
 * zeroes: there are none.
 */
struct pending {
	struct ring ring; /* of struct pending_record *; also has the spare records */
	size_t bytes;	  /* in the buffers of the pending records */
};
enum { PENDING_BYTES = 8 << 20, PENDING_KEPT = 8 << 10 };

/* Returns a spare record to fill in, which is not pending yet; NULL if memory is short. */
struct pending_record *pending_spare(struct pending *, struct err *);

/* Adds the record that pending_spare returned, after the other pending records. */
void pending_push(struct pending *);

/* Removes the first record. */
void pending_pop(struct pending *);

/* Returns whether some records must be answered before more are read. */
static inline bool
pending_full(const struct pending *p)
{
	return p->bytes >= PENDING_BYTES || (memory_is_short() && p->ring.count > 0);
}

/*
 * Returns where the i-th record is in the ring; records from the count on are spare, or NULL.
 */
static inline struct pending_record **
pending_at(const struct pending *p, uint32_t i)
{
	return ring_at(&p->ring, i, sizeof(struct pending_record *));
}

/* Returns the first record, or NULL. */
static inline struct pending_record *
pending_first(struct pending *p)
{
	return p->ring.count == 0 ? NULL : *pending_at(p, 0);
}

void pending_free(struct pending *);

#endif
