/*
 * trail: the events of one key in a sliding window, in order of time, and what the functions
 * need to know of them. Events go in at the end and out at the front.
 *
 * The events stand in a ring of columns->event_words words each: the time, then the words of
 * each column. The ring grows by half, so that it holds at most 8 * event_words * 3/2 bytes
 * an event, and shrinks to half where three quarters stand empty. What must be remembered at
 * all stands in the events: parts that can be made of them again are not saved with them.
 */
#ifndef SML_TRAIL_H
#define SML_TRAIL_H

#include <stdint.h>

#include "kinds/lane.h"
#include "numbers/summary.h"

struct trail {
	struct lane lane; /* its key; whoever begins the trail begins and ends it */
	uint64_t *ring;
	uint32_t head, count, capacity; /* in events */
	uint64_t first;		/* the number of the event at head, from 0 in its key's life */
	int64_t last;		/* time of the last result */
	struct summary summary; /* with its wedges and cursors behind it */
};

/* A place in the trail that only moves on: event number at, before it rank values in all. */
struct cursor {
	uint64_t at, rank;
};

/* How large a trail is, all included. */
static inline size_t
trail_size(const struct columns *columns)
{
	return offsetof(struct trail, summary) + columns->trail_size;
}

/*
 * Makes an empty one of bytes of any content.
 */
void trail_begin(const struct columns *columns, struct trail *trail);

/*
 * Takes off the events before oldest. Returns how many, or -1 (ENOMEM).
 */
long trail_evict(const struct columns *columns, struct trail *trail, int64_t oldest,
    struct pool *pool);

/*
 * Adds an event, which must not be before the last one. Returns 0, or -1 (ENOMEM) with the
 * trail unfit for use.
 */
int trail_append(const struct columns *columns, struct trail *trail, int64_t time,
    const struct cell *cells, struct pool *pool);

/*
 * The n-th last value of lag's field, of the function with this number; before the record's
 * own value is added.
 */
struct result trail_lag(const struct columns *columns, struct trail *trail, size_t function);

/*
 * Brings the parts of the summary up to date that depend on places: least, most, first, last.
 */
void trail_settle(const struct columns *columns, struct trail *trail);

/*
 * The words of the i-th event held.
 */
const uint64_t *trail_event(const struct columns *columns, const struct trail *trail,
    uint32_t i);

/*
 * Frees what the trail holds, but not its own bytes.
 */
void trail_end(const struct columns *columns, struct trail *trail, struct pool *pool);

#endif
